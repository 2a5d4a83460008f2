/**
 * Kernels before the recorded ones. What they did differently is listed here seam by seam (DIGEST X.1); in everything
 * else they are modelled as 6.1, the oldest kernel there are records of.
 */
export interface OlderKernel {
  version: string
  accounting: string
  /** Where an architecture family chose otherwise. */
  accountingOn?: Readonly<Record<string, string>>
  /** What the version is remembered for, in one line. */
  note: string
}

export const OLDER: readonly OlderKernel[] = [
  { version: '2.6.24', accounting: 'nr_ptes_only', note: 'before pgtable_t and pte_special' },
  { version: '3.19', accounting: 'nr_ptes_only', note: 'the last kernel that counted pte tables only' },
  {
    version: 'mmotm-2015-01-22',
    accounting: 'nr_pmds_conditional_asm_macro',
    note: 'the tree in which nr_pmds first appeared, under a macro that mm_types.h cannot see',
  },
  { version: '4.0', accounting: 'nr_pmds_unconditional', note: 'nr_pmds, checked after pgd_free' },
  { version: '4.1', accounting: 'nr_pmds_kconfig', note: 'CONFIG_PGTABLE_LEVELS in every architecture' },
  { version: '4.9', accounting: 'nr_pmds_kconfig', note: 'kernel stacks in vmalloc space' },
  { version: '4.14', accounting: 'nr_pmds_kconfig', note: 'the last kernel with VmPMD' },
  { version: '4.15', accounting: 'pgtables_bytes', note: 'one byte counter for pte, pmd and pud tables' },
  {
    version: '4.16',
    accounting: 'pgtables_bytes',
    accountingOn: { s390: 'pgtables_bytes_s390_hack' },
    note: 's390: a fake pud table is counted (pgtables_bytes_s390_hack)',
  },
  { version: '4.20', accounting: 'pgtables_bytes_folded', note: 'folding is asked of every mm' },
  {
    version: '5.8',
    accounting: 'pgtables_bytes_folded',
    note: 'p?d_alloc_track and arch_sync_kernel_mappings',
  },
  { version: '5.10', accounting: 'pgtables_bytes_folded', note: 'vmalloc tables preallocated on x86-64' },
]
