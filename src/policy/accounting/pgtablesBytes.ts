/**
 * Accounting A4 and A5, `pgtables_bytes`: one byte counter for pte, pmd and pud tables; the top table and p4d tables are
 * never counted (include/linux/mm.h: mm_inc_nr_ptes, 4.15 and later). A4 trusts macros about folding, A5 asks every mm.
 */
import { MM } from '../../pgtable/fields.ts'
import type { Accounting } from '../../pgtable/accounting.ts'

const base = {
  fields: ['pgtables_bytes'],
  installed(mm, level) {
    if (level.counted > 0) mm.add(MM.pgtables_bytes, level.counted)
  },
  freed(mm, level) {
    if (level.counted > 0) mm.add(MM.pgtables_bytes, -level.counted)
  },
  bytes: (mm) => mm.get(MM.pgtables_bytes),
  statusLines: () => [{ name: 'VmPTE', field: 'pgtables_bytes', bytes: 1 }],
  oomColumns: (mm) => [{ head: 'pgtables_bytes', value: mm.get(MM.pgtables_bytes) }],
  residue(mm) {
    const bytes = mm.get(MM.pgtables_bytes)
    return bytes === 0 ? [] : [`BUG: non-zero pgtables_bytes on freeing mm: ${bytes}`]
  },
} satisfies Omit<Accounting, 'id' | 'label' | 'about'>

/** A5: the predicates mm_pud_folded(mm) and the like are asked before the counter moves. */
export const pgtablesBytesFolded: Accounting = {
  ...base,
  id: 'pgtables_bytes_folded',
  label: 'A5',
  about: {
    used: '4.20 and later.',
    cost: 'One atomic add per table; which level leaked is not known.',
    risk: 'An architecture that folds at run time must say so for every mm.',
  },
}

/** A4: what is folded is known at compile time only. */
export const pgtablesBytes: Accounting = {
  ...base,
  id: 'pgtables_bytes',
  label: 'A4',
  about: {
    used: '4.15 to 4.19.',
    cost: 'One atomic add per table; which level leaked is not known.',
    risk: 'Levels folded at run time are uncounted at teardown without ever having been counted (s390: −16384 per mm).',
  },
  freedFolded(mm, folded) {
    if (folded.runTime) mm.add(MM.pgtables_bytes, -folded.bytes)
  },
}

/** The s390 stop-gap of 4.16 to 4.19: counts a pud table that does not exist, so that teardown comes out even. */
export const pgtablesBytesS390: Accounting = {
  ...pgtablesBytes,
  id: 'pgtables_bytes_s390_hack',
  label: 'A4 + s390 4.16',
  about: {
    used: 's390 in 4.16 to 4.19.',
    cost: 'As A4.',
    risk: 'A fork that fails before any teardown leaves +16384 (LTP cve-2017-17052).',
  },
  created(mm, arch) {
    const folded =
      arch.folded.includes('pud') &&
      arch.variant.folded.some((level) => level.level === 'pud' && level.when === 'mm')
    if (folded) mm.add(MM.pgtables_bytes, arch.levels[0].tableBytes)
  },
}
