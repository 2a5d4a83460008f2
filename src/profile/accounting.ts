/** Alternatives of the seam `accounting`, by id. */
import type { Accounting } from '../pgtable/accounting.ts'
import {
  nrPmdsConditional,
  nrPmdsKconfig,
  nrPmdsUnconditional,
  splitHeader,
} from '../policy/accounting/nrPmds.ts'
import { nrPmdsUnlocked } from '../policy/accounting/nrPmdsUnlocked.ts'
import { nrPtesOnly } from '../policy/accounting/nrPtes.ts'
import { pgtablesBytes, pgtablesBytesFolded, pgtablesBytesS390 } from '../policy/accounting/pgtablesBytes.ts'

export const ACCOUNTING: readonly Accounting[] = [
  nrPtesOnly,
  nrPmdsConditional,
  nrPmdsUnconditional,
  nrPmdsUnlocked,
  nrPmdsKconfig,
  pgtablesBytes,
  pgtablesBytesS390,
  pgtablesBytesFolded,
  splitHeader,
]

/** @throws Error that lists the alternatives. */
export function findAccounting(idOrLabel: string): Accounting {
  const found = ACCOUNTING.find((policy) => policy.id === idOrLabel || policy.label === idOrLabel)
  if (found !== undefined) return found
  throw new Error(
    `no accounting policy '${idOrLabel}'. Known: ${ACCOUNTING.map((policy) => `${policy.label} ${policy.id}`).join(', ')}.`,
  )
}
