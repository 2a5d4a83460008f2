/**
 * Accounting A1 to A3: nr_pmds beside nr_ptes. The three differ in when the field exists and in who knows that a pmd level
 * is folded (DIGEST A.1.2, A.1.3).
 */
import { MM } from '../../pgtable/fields.ts'
import { tableBytes, tablesAllowed, type Accounting } from '../../pgtable/accounting.ts'

const base = {
  fields: ['nr_ptes', 'nr_pmds'],
  installed(mm, level) {
    if (level.name === 'pte') mm.add(MM.nr_ptes, 1)
    else if (level.name === 'pmd') mm.add(MM.nr_pmds, 1)
  },
  freed(mm, level) {
    if (level.name === 'pte') mm.add(MM.nr_ptes, -1)
    else if (level.name === 'pmd') mm.add(MM.nr_pmds, -1)
  },
  bytes: (mm, arch) => (mm.get(MM.nr_ptes) + mm.get(MM.nr_pmds)) * arch.pageSize,
  statusLines: (arch) => [
    { name: 'VmPTE', field: 'nr_ptes', bytes: tableBytes(arch, 'pte', 1) },
    { name: 'VmPMD', field: 'nr_pmds', bytes: tableBytes(arch, 'pmd', 1) },
  ],
  oomColumns: (mm) => [
    { head: 'nr_ptes', value: mm.get(MM.nr_ptes) },
    { head: 'nr_pmds', value: mm.get(MM.nr_pmds) },
  ],
} satisfies Omit<Accounting, 'id' | 'label' | 'about' | 'residue'>

/** check_mm of 4.0 to 4.14. Not part of `base`: where it is overridden its interruptible twin would remain. */
const checked: Pick<Accounting, 'residue'> = {
  residue(mm) {
    const [ptes, pmds] = [mm.get(MM.nr_ptes), mm.get(MM.nr_pmds)]
    const lines: string[] = []
    if (ptes !== 0) lines.push(`BUG: non-zero nr_ptes on freeing mm: ${ptes}`)
    if (pmds !== 0) lines.push(`BUG: non-zero nr_pmds on freeing mm: ${pmds}`)
    return lines
  },
}

/** What generic code of early 2015 did with a pmd level that an architecture had folded by hand without saying so. */
const unmarkedFoldIsUncounted: Pick<Accounting, 'freedFolded'> = {
  freedFolded(mm, folded) {
    if (folded.name === 'pmd' && !folded.marked) mm.add(MM.nr_pmds, -1)
  },
}

/** A1: mmotm 2015-01-22, the field under an #ifdef that mm_types.h cannot see. */
export const nrPmdsConditional: Accounting = {
  ...base,
  ...unmarkedFoldIsUncounted,
  // WARN_ON compares as unsigned: a counter below zero is a very large one.
  exitWarning(mm, arch) {
    const { ptes, pmds } = tablesAllowed(arch)
    const over = (count: number, allowed: number): boolean => count < 0 || count > allowed
    return over(mm.get(MM.nr_ptes), ptes) || over(mm.get(MM.nr_pmds), pmds) ? 'mm/mmap.c:2858' : null
  },
  residue: () => [],
  id: 'nr_pmds_conditional_asm_macro',
  label: 'A1',
  about: {
    used: 'mmotm of 22 January 2015.',
    cost: 'Nothing on two-level architectures.',
    risk: 'The layout of mm_struct depends on include order; folding without the macro is uncounted.',
  },
}

/** A2: the field always exists. */
export const nrPmdsUnconditional: Accounting = {
  ...base,
  ...checked,
  ...unmarkedFoldIsUncounted,
  id: 'nr_pmds_unconditional',
  label: 'A2',
  about: {
    used: '4.0.',
    cost: 'A dead counter (4 or 8 bytes) in every mm_struct of a two-level architecture.',
    risk: 'Folding without the macro is uncounted (parisc: −6 at boot).',
  },
}

/** A3: CONFIG_PGTABLE_LEVELS decides, in Kconfig. */
export const nrPmdsKconfig: Accounting = {
  ...base,
  ...checked,
  id: 'nr_pmds_kconfig',
  label: 'A3',
  about: {
    used: '4.1 to 4.14.',
    cost: 'An int in the Kconfig of every architecture with more than two levels.',
    risk: 'pud tables are still invisible.',
  },
}

/** A6: mm_struct in a header of its own, so that the macro is resolved before it. */
export const splitHeader: Accounting = {
  ...nrPmdsKconfig,
  id: 'split_header',
  label: 'A6',
  about: {
    used: 'Posted on 28 January 2015 (4 patches, 35 files), never merged.',
    cost: 'Every real user of mm_struct has to be found.',
    risk: 'Architectures that use mm_struct in asm/pgtable.h (arm, s390) do not build.',
  },
}
