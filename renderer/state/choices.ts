/**
 * What the machine bar offers. The lab defines it; a test holds this copy to it, because the desk holds no lab code.
 * A seam is a design question whose answer can be exchanged.
 */
export interface Alternative {
  id: string
  /** Short name, as the threads number them. */
  label: string
  used: string
  risk: string
}

export interface Seam {
  id: 'accounting'
  title: string
  about: string
  source: string
  alternatives: readonly Alternative[]
}

/** Kernel versions from old to new, each with the alternative that its profile chooses. */
export const KERNELS: readonly { version: string; accounting: string }[] = [
  { version: '2.6.24', accounting: 'nr_ptes_only' },
  { version: '3.19', accounting: 'nr_ptes_only' },
  { version: 'mmotm-2015-01-22', accounting: 'nr_pmds_conditional_asm_macro' },
  { version: '4.0', accounting: 'nr_pmds_unconditional' },
  { version: '4.1', accounting: 'nr_pmds_kconfig' },
  { version: '4.9', accounting: 'nr_pmds_kconfig' },
  { version: '4.14', accounting: 'nr_pmds_kconfig' },
  { version: '4.15', accounting: 'pgtables_bytes' },
  { version: '4.16', accounting: 'pgtables_bytes' },
  { version: '4.20', accounting: 'pgtables_bytes_folded' },
  { version: '5.8', accounting: 'pgtables_bytes_folded' },
  { version: '5.10', accounting: 'pgtables_bytes_folded' },
  { version: '6.1', accounting: 'pgtables_bytes_folded' },
  { version: '6.12', accounting: 'pgtables_bytes_folded' },
  { version: '7.2', accounting: 'pgtables_bytes_folded' },
]

const ACCOUNTING: readonly Alternative[] = [
  {
    id: 'nr_ptes_only',
    label: 'A0',
    used: 'Up to 3.19.',
    risk: 'pmd and pud tables are invisible: half a gigabyte of them costs no OOM score.',
  },
  {
    id: 'nr_pmds_conditional_asm_macro',
    label: 'A1',
    used: 'mmotm of 22 January 2015.',
    risk: 'The layout of mm_struct depends on include order; folding without the macro is uncounted.',
  },
  {
    id: 'nr_pmds_unconditional',
    label: 'A2',
    used: '4.0.',
    risk: 'Folding without the macro is uncounted (parisc: −6 at boot).',
  },
  { id: 'nr_pmds_kconfig', label: 'A3', used: '4.1 to 4.14.', risk: 'pud tables are still invisible.' },
  {
    id: 'pgtables_bytes',
    label: 'A4',
    used: '4.15 to 4.19.',
    risk: 'Levels folded at run time are uncounted at teardown without ever having been counted (s390: −16384 per mm).',
  },
  {
    id: 'pgtables_bytes_s390_hack',
    label: 'A4 + s390 4.16',
    used: 's390 in 4.16 to 4.19.',
    risk: 'A fork that fails before any teardown leaves +16384 (LTP cve-2017-17052).',
  },
  {
    id: 'pgtables_bytes_folded',
    label: 'A5',
    used: '4.20 and later.',
    risk: 'An architecture that folds at run time must say so for every mm.',
  },
  {
    id: 'split_header',
    label: 'A6',
    used: 'Posted on 28 January 2015 (4 patches, 35 files), never merged.',
    risk: 'Architectures that use mm_struct in asm/pgtable.h (arm, s390) do not build.',
  },
]

export const SEAMS: readonly Seam[] = [
  {
    id: 'accounting',
    title: 'accounting',
    about: 'How page tables are counted per mm, and what the OOM killer sees of them.',
    source: 'mm_inc_nr_ptes(), mm_pgtables_bytes(), include/linux/mm.h 6.12',
    alternatives: ACCOUNTING,
  },
]

/** The alternative that a kernel's profile chooses; null for a version that is not listed. */
export function profileChoice(seam: Seam, kernel: string): Alternative | null {
  const chosen = KERNELS.find((one) => one.version === kernel)?.[seam.id]
  return seam.alternatives.find((one) => one.id === chosen) ?? null
}
