/** Alternatives of the seam `accounting`, by id. */
import { pgtablesBytes } from '../policy/accounting/pgtablesBytes.ts'

export const ACCOUNTING = [pgtablesBytes] as const

/** @throws Error that lists the alternatives. */
export function findAccounting(id: string): (typeof ACCOUNTING)[number] {
  const found = ACCOUNTING.find((policy) => policy.id === id)
  if (found !== undefined) return found
  throw new Error(`no accounting policy '${id}'. Known: ${ACCOUNTING.map((policy) => policy.id).join(', ')}.`)
}
