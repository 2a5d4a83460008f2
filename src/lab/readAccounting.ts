/** Checks what a scenario gives as its own accounting. */
import { ACCOUNTING } from '../profile/accounting.ts'
import type { AccountingPolicy, TableCounter } from './api.ts'
import { LabError } from './errors.ts'

const COUNTERS: readonly TableCounter[] = ['nr_ptes', 'nr_pmds', 'nr_puds', 'pgtables_bytes']
const NEEDED = ['installed', 'freed', 'bytes'] as const
const OPTIONAL = ['created', 'freedFolded', 'residue'] as const
const PLAIN = ['id', 'title', 'counters'] as const
const KNOWN: readonly string[] = [...NEEDED, ...OPTIONAL, ...PLAIN]

/** @throws LabError that names everything that is wrong. */
export function readOwnAccounting(given: object): AccountingPolicy {
  const policy = given as Partial<Record<keyof AccountingPolicy, unknown>>
  const problems = [
    ...idProblems(policy.id),
    ...NEEDED.filter((name) => typeof policy[name] !== 'function').map(
      (name) => `${name} is missing: give a function`,
    ),
    ...OPTIONAL.filter((name) => policy[name] !== undefined && typeof policy[name] !== 'function').map(
      (name) => `${name} must be a function`,
    ),
    ...counterProblems(policy.counters),
    ...Object.keys(policy)
      .filter((name) => !KNOWN.includes(name))
      .map((name) => `${name} is not known; there are ${KNOWN.join(', ')}`),
  ]
  if (problems.length === 0) return given as AccountingPolicy
  const id = typeof policy.id === 'string' ? ` '${policy.id}'` : ''
  throw new LabError(`policies.accounting${id}: ${problems.join('; ')}`)
}

function idProblems(id: unknown): string[] {
  if (typeof id !== 'string' || !/^[a-z][a-z0-9_-]{2,39}$/.test(id))
    return ['id: give 3 to 40 small letters, digits, _ and -']
  const taken = ACCOUNTING.some((one) => one.id === id || one.label === id)
  return taken ? [`id: there is a known alternative '${id}'; choose another name`] : []
}

function counterProblems(counters: unknown): string[] {
  if (counters === undefined) return []
  const good =
    Array.isArray(counters) && counters.length > 0 && counters.every((one) => COUNTERS.includes(one))
  return good ? [] : [`counters: give a list of ${COUNTERS.join(', ')}`]
}
