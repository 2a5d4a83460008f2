/** What the x86 variants share besides entry formats: TLB, features, sources. */
import { flush } from '../../flush.ts'
import { hardware } from '../../tlbHardware.ts'
import { feature } from '../../make.ts'
import type { ContextSpec } from '../../context.ts'
import type { FeatureOverride, FeatureSpec, TlbFacts } from '../../variant.ts'

export const x86Tlb: TlbFacts = {
  walk: 'hardware',
  asid: 'PCID, 12 bits in CR3; Linux rotates 6 dynamic ASIDs per CPU (TLB_NR_DYN_ASIDS); with PTI each has a user twin (PCID + 2048)',
  contexts: {
    scheme: 'pcid',
    first: 1,
    last: 6,
    lazySkips: true,
    cpumask: 'loaded',
    source: 'arch/x86/mm/tlb.c: choose_new_asid, TLB_NR_DYN_ASIDS',
  },
  page: 'INVLPG / INVPCID',
  range: 'one INVLPG per page (stride of the mmu_gather)',
  full: 'CR3 write or INVPCID; global entries: CR4.PGE toggle or INVPCID all',
  broadcast: 'IPI; lazy CPUs are skipped and catch up through tlb_gen',
  ceiling: {
    name: 'tlb_single_page_flush_ceiling',
    limit: 33,
    rule: 'more than 33 pages: whole mm; kernel range of more than 33 pages: everything',
  },
  hardware: hardware({
    walkCache: 'any',
    source: 'Intel SDM 3A 4.10.3: INVLPG drops all paging-structure-cache entries of the PCID',
  }),
  lazy: 'cpu_tlbstate_shared.is_lazy: old CR3 stays, no IPI unless tables are freed',
  batching: 'ARCH_WANT_BATCHED_UNMAP_TLB_FLUSH',
  flush: flush({
    scheme: 'generations',
    ceiling: 33,
    unit: 'stride',
    gather: ['MERGE_VMAS'],
    gupFast: true,
    source: 'arch/x86/mm/tlb.c: flush_tlb_mm_range, flush_tlb_func; asm/tlb.h: tlb_flush',
  }),
  mmuGather: ['MMU_GATHER_RCU_TABLE_FREE if PARAVIRT', 'MMU_GATHER_MERGE_VMAS'],
}

const untagged: ContextSpec = {
  scheme: 'none',
  first: 0,
  last: 0,
  cpumask: 'loaded',
  lazySkips: true,
  source: 'arch/x86/mm/tlb.c: choose_new_asid without X86_FEATURE_PCID',
}

export const tlb32: TlbFacts = {
  ...x86Tlb,
  asid: 'none: PCID exists in 64-bit mode only',
  contexts: untagged,
}

/** Without PCID every write of CR3 flushes. */
export const withoutPcid: FeatureOverride = {
  feature: 'pcid',
  value: false,
  patch: { tlb: { contexts: { scheme: 'none', first: 0, last: 0 } } },
}

/** With PTI each slot has a second number for the user's root. */
export const userPcid: FeatureOverride = {
  feature: 'pti',
  value: true,
  patch: { tlb: { contexts: { userTagOffset: 2048 } } },
}

const PTI = 'arch/x86/mm/pti.c; arch/x86/include/asm/pgtable.h: pti_set_user_pgtbl'

export function ptiFeature(on: boolean): FeatureSpec {
  return feature(
    'pti',
    on,
    'cpu',
    'page-table isolation: a second root without the kernel for user mode',
    PTI,
  )
}

export const savedDirty = feature(
  'savedDirty',
  true,
  'config',
  'software keeps the dirty state of read-only entries in its own bit (since 6.6; off for older kernels)',
  'arch/x86/include/asm/pgtable.h: mksaveddirty_shift (6.6+)',
)

export const pmdModifyDropsDirty = feature(
  'pmdModifyDropsDirty',
  false,
  'config',
  'pmd_modify and pud_modify lose the dirty bit of a writable huge page (since 6.6, seen in 6.12, not in 7.2)',
  'arch/x86/include/asm/pgtable.h: pmd_modify (6.12): _HPAGE_CHG_MASK & ~_PAGE_DIRTY',
)

export const softDirty = feature(
  'softDirty',
  true,
  'config',
  'CONFIG_MEM_SOFT_DIRTY: writes are tracked for /proc/PID/pagemap',
  'fs/proc/task_mmu.c: clear_soft_dirty',
)

export const nx = feature(
  'nx',
  true,
  'cpu',
  'no-execute pages; off: __supported_pte_mask removes the bit from every protection',
  'arch/x86/mm/init_64.c: __supported_pte_mask',
)

export const paravirt = feature(
  'paravirt',
  false,
  'config',
  'a guest whose hypervisor flushes for it (CONFIG_PARAVIRT with KVM, Xen or Hyper-V): tables are freed by RCU',
  'arch/x86/Kconfig: MMU_GATHER_RCU_TABLE_FREE if PARAVIRT; arch/x86/kernel/kvm.c: kvm_flush_tlb_multi',
)

export const freedByRcu: FeatureOverride = {
  feature: 'paravirt',
  value: true,
  patch: { tlb: { flush: { remote: 'firmware', gather: ['MERGE_VMAS', 'RCU_TABLE_FREE'] } } },
}

export const longFeatures: FeatureSpec[] = [
  ptiFeature(false),
  feature(
    'pcid',
    true,
    'cpu',
    'TLB entries are tagged with a process context id',
    'arch/x86/mm/tlb.c: choose_new_asid',
  ),
  feature('gbPages', true, 'cpu', '1 GiB pages', 'X86_FEATURE_GBPAGES'),
  nx,
  softDirty,
  savedDirty,
  pmdModifyDropsDirty,
  paravirt,
]

export const x86Sources: Record<string, string[]> = {
  geometry: ['arch/x86/include/asm/pgtable_64_types.h', 'pgtable-3level_types.h', 'pgtable-2level_types.h'],
  bits: ['arch/x86/include/asm/pgtable_types.h: _PAGE_BIT_*', 'arch/x86/mm/pgprot.c: protection_map'],
  alloc: ['arch/x86/mm/pgtable.c: pgd_alloc, pgd_ctor, preallocate_pmds, ___p*_free_tlb'],
  sync: [
    'arch/x86/mm/init_64.c: sync_global_pgds_l4/l5',
    'arch/x86/mm/fault.c: vmalloc_fault, arch_sync_kernel_mappings',
  ],
  swap: ['arch/x86/include/asm/pgtable_64.h', 'pgtable-3level.h', 'pgtable-2level.h'],
  tlb: ['arch/x86/mm/tlb.c: flush_tlb_mm_range', 'arch/x86/include/asm/tlbflush.h'],
}
