/**
 * Accounting A5, `pgtables_bytes` with run-time folding predicates (4.20 and later): one byte counter for pte, pmd and
 * pud tables; the top table and p4d tables are never counted (include/linux/mm.h: mm_inc_nr_ptes, 6.12).
 */
import { MM } from '../../pgtable/fields.ts'
import type { Accounting } from '../../pgtable/accounting.ts'

export const pgtablesBytes: Accounting = {
  id: 'pgtables_bytes_folded',
  installed(mm, level) {
    if (level.counted > 0) mm.add(MM.pgtables_bytes, level.counted)
  },
  freed(mm, level) {
    if (level.counted > 0) mm.add(MM.pgtables_bytes, -level.counted)
  },
  bytes(mm) {
    return mm.get(MM.pgtables_bytes)
  },
  residue(mm) {
    const bytes = mm.get(MM.pgtables_bytes)
    return bytes === 0 ? [] : [`BUG: non-zero pgtables_bytes on freeing mm: ${bytes}`]
  },
}
