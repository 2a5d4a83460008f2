/** What all arm64 variants share (6.12.107). */
import { flush } from '../../flush.ts'
import { hardware } from '../../tlbHardware.ts'
import type { SharedFacts } from '../../make.ts'
import type { TlbFacts } from '../../variant.ts'

export const TLB: TlbFacts = {
  walk: 'hardware',
  asid: '8 or 16 bits (ID_AA64MMFR0_EL1.ASIDBits); kpti halves them (pairs)',
  contexts: {
    scheme: 'generation',
    first: 1,
    last: 65535,
    cpumask: 'unused',
    source: 'arch/arm64/mm/context.c: new_context; 16 ASID bits',
  },
  page: 'TLBI VA(L)E1IS',
  range: 'loop of TLBI per stride, or FEAT_TLBIRANGE TLBI R* when available',
  full: 'TLBI ASIDE1IS (mm) / VMALLE1IS (all)',
  broadcast: 'hardware (inner-shareable TLBI)',
  ceiling: {
    name: 'MAX_DVM_OPS',
    limit: null,
    rule: 'PTRS_PER_PTE: without TLBIRANGE: (end-start) >= MAX_DVM_OPS*stride -> flush_tlb_mm; with TLBIRANGE: pages > MAX_TLBI_RANGE_PAGES (2097152); kernel ranges: > MAX_DVM_OPS*PAGE_SIZE -> flush_tlb_all',
  },
  hardware: hardware({
    walkCache: 'address',
    source: 'Arm ARM D8.14: TLBI VAE1 reaches every level of the walk, VALE1 the last one only',
  }),
  lazy: 'generic; no IPI so lazy CPUs need nothing',
  batching: 'ARCH_WANT_BATCHED_UNMAP_TLB_FLUSH: nosync TLBI then one DSB',
  // the ceiling differs with the page size: index.ts
  flush: flush({
    scheme: 'broadcast',
    remote: 'broadcast',
    ceiling: 511,
    unit: 'stride',
    exit: 'ifTables',
    lastLevel: true,
    gather: ['RCU_TABLE_FREE'],
    gupFast: true,
    source: 'arch/arm64/include/asm/tlb.h: tlb_flush; tlbflush.h: __flush_tlb_range',
  }),
  mmuGather: ['MMU_GATHER_RCU_TABLE_FREE'],
}

export const shared = {
  bits: 64,
  endian: 'little',
  verifiedBy: 'compiled probe',
  uncertain: [],
  diff61: [
    'ptdesc does not exist in 6.1: struct page with pgtable_pte_page_ctor',
    '6.1: PROT_NONE is bit 58 (PTE_PROT_NONE); swap type bits 7:3, offset 57:8 (50 bits)',
    '6.1 has no LPA2: 4K/16K with 52-bit VA do not exist',
    'no contpte in 6.1',
  ],
  sources: {
    geometry: ['arch/arm64/include/asm/pgtable-hwdef.h', 'arch/arm64/Kconfig: PGTABLE_LEVELS'],
    bits: [
      'arch/arm64/include/asm/pgtable-prot.h',
      'arch/arm64/mm/mmap.c: protection_map, adjust_protection_map, vm_get_page_prot',
    ],
    alloc: ['arch/arm64/mm/pgd.c', 'arch/arm64/include/asm/pgalloc.h', 'arch/arm64/include/asm/tlb.h'],
    sync: ['none: TTBR1_EL1 holds swapper_pg_dir'],
    swap: ['arch/arm64/include/asm/pgtable.h: __SWP_*'],
    tlb: ['arch/arm64/include/asm/tlbflush.h', 'arch/arm64/mm/context.c'],
  },
  pgtableT: 'struct page *',
  ptdesc: true,
  splitPteLocks: true,
  pgdInit: {
    kernelEntries: 'separate-root',
    note: 'none: kernel tables are rooted separately in TTBR1_EL1 (swapper_pg_dir)',
    prealloc: [],
  },
  kernelSync: { mask: 0, archSync: false, vmallocFault: null, pgdList: null },
  special: {
    pteSpecial: true,
    devmap: true,
    memoryModel: 'SPARSEMEM_VMEMMAP',
    pfnValid: 'include/linux/mmzone.h: section valid + subsection map',
  },
  thpPmd: true,
  tlb: TLB,
} satisfies SharedFacts
