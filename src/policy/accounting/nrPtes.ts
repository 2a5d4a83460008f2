/**
 * Accounting A0, `nr_ptes` only: up to 3.19 Linux counted pte tables and nothing above them.
 */
import { MM } from '../../pgtable/fields.ts'
import { tableBytes, tablesAllowed, type Accounting } from '../../pgtable/accounting.ts'

export const nrPtesOnly: Accounting = {
  id: 'nr_ptes_only',
  label: 'A0',
  about: {
    used: 'Up to 3.19.',
    cost: 'One counter.',
    risk: 'pmd and pud tables are invisible: half a gigabyte of them costs no OOM score.',
  },
  fields: ['nr_ptes'],
  installed(mm, level) {
    if (level.name === 'pte') mm.add(MM.nr_ptes, 1)
  },
  freed(mm, level) {
    if (level.name === 'pte') mm.add(MM.nr_ptes, -1)
  },
  bytes: (mm, arch) => mm.get(MM.nr_ptes) * arch.pageSize,
  statusLines: (arch) => [{ name: 'VmPTE', field: 'nr_ptes', bytes: tableBytes(arch, 'pte', 1) }],
  oomColumns: (mm) => [{ head: 'nr_ptes', value: mm.get(MM.nr_ptes) }],
  exitWarning: (mm, arch) => (mm.get(MM.nr_ptes) > tablesAllowed(arch).ptes ? 'mm/mmap.c' : null),
  residue: () => [],
}
