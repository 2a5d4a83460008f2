/** What all powerpc variants share (6.12.107). */
import { flush, type GatherOption } from '../../flush.ts'
import type { SharedFacts } from '../../make.ts'
import { hardware, smallTlb } from '../../tlbHardware.ts'
import type { TlbFacts } from '../../variant.ts'

const POWERPC_GATHER: readonly GatherOption[] = ['PAGE_SIZE', 'RCU_TABLE_FREE', 'MERGE_VMAS']

export const TLB_1: TlbFacts = {
  walk: 'hardware hash table (604 class) filled by hash_page, or software TLB miss (603)',
  asid: 'VSIDs from 32768 contexts; 16 segment registers',
  contexts: {
    scheme: 'global',
    first: 1,
    last: 32767,
    cpumask: 'sticky',
    source: 'arch/powerpc/mm/book3s32/mmu_context.c: __init_new_context',
  },
  page: 'tlbie + hash flush',
  range: 'hash__flush_range walks PTEs with _PAGE_HASHPTE (or tlbia on 603 ranges)',
  full: 'per-mm walk of VMAs',
  broadcast: 'tlbie (broadcast on SMP)',
  ceiling: null,
  lazy: 'generic',
  batching: 'none',
  flush: flush({
    scheme: 'broadcast',
    remote: 'broadcast',
    gather: POWERPC_GATHER,
    gupFast: true,
    source: 'arch/powerpc/mm/book3s32/tlb.c: hash__flush_range',
  }),
  mmuGather: ['MMU_GATHER_PAGE_SIZE', 'MMU_GATHER_RCU_TABLE_FREE', 'MMU_GATHER_MERGE_VMAS'],
}

export const TLB_2: TlbFacts = {
  walk: 'software TLB miss handlers',
  asid: 'VSIDs from 32768 contexts; 16 segment registers',
  contexts: {
    scheme: 'global',
    first: 1,
    last: 32767,
    cpumask: 'sticky',
    source: 'arch/powerpc/mm/book3s32/mmu_context.c: __init_new_context',
  },
  page: 'tlbie + hash flush',
  range: 'hash__flush_range walks PTEs with _PAGE_HASHPTE (or tlbia on 603 ranges)',
  full: 'per-mm walk of VMAs',
  broadcast: 'tlbie (broadcast on SMP)',
  ceiling: null,
  lazy: 'generic',
  batching: 'none',
  flush: flush({
    scheme: 'broadcast',
    remote: 'broadcast',
    gather: POWERPC_GATHER,
    gupFast: true,
    source: 'arch/powerpc/mm/book3s32/tlb.c: _tlbie',
  }),
  mmuGather: ['MMU_GATHER_PAGE_SIZE', 'MMU_GATHER_RCU_TABLE_FREE', 'MMU_GATHER_MERGE_VMAS'],
}

export const TLB_3: TlbFacts = {
  walk: 'software TLB miss with hardware assist registers (M_TWB); upper entry is loaded to the level-1 descriptor',
  asid: '4-bit CASID: contexts 1..16',
  contexts: {
    scheme: 'stealing',
    first: 1,
    last: 16,
    cpumask: 'sticky',
    source: 'arch/powerpc/mm/nohash/mmu_context.c: switch_mmu_context',
  },
  page: 'tlbilx/tlbivax one page',
  range: 'one page -> page flush, anything larger -> whole PID (flush_tlb_range = flush_tlb_mm)',
  full: 'tlbilxpid / tlbia',
  broadcast: 'tlbivax broadcast or IPI',
  ceiling: { name: 'none', limit: 1, rule: '> 1 page -> whole mm' },
  hardware: smallTlb(32, '8xx DTLB'),
  lazy: 'generic',
  batching: 'none',
  flush: flush({
    scheme: 'call',
    ceiling: 1,
    remote: 'none',
    gather: POWERPC_GATHER,
    gupFast: true,
    source: 'arch/powerpc/mm/nohash/tlb.c: flush_tlb_range',
  }),
  mmuGather: ['MMU_GATHER_PAGE_SIZE', 'MMU_GATHER_RCU_TABLE_FREE', 'MMU_GATHER_MERGE_VMAS'],
}

export const TLB_4: TlbFacts = {
  walk: 'software TLB (64 entries)',
  asid: '8-bit PID: contexts 1..255 (47x: 65535)',
  contexts: {
    scheme: 'stealing',
    first: 1,
    last: 255,
    cpumask: 'sticky',
    source: 'arch/powerpc/mm/nohash/mmu_context.c: switch_mmu_context',
  },
  page: 'tlbilx/tlbivax one page',
  range: 'one page -> page flush, anything larger -> whole PID (flush_tlb_range = flush_tlb_mm)',
  full: 'tlbilxpid / tlbia',
  broadcast: 'tlbivax broadcast or IPI',
  ceiling: { name: 'none', limit: 1, rule: '> 1 page -> whole mm' },
  hardware: smallTlb(64, '440 UTLB'),
  lazy: 'generic',
  batching: 'none',
  flush: flush({
    scheme: 'call',
    ceiling: 1,
    gather: POWERPC_GATHER,
    gupFast: true,
    source: 'arch/powerpc/mm/nohash/tlb.c: flush_tlb_range',
  }),
  mmuGather: ['MMU_GATHER_PAGE_SIZE', 'MMU_GATHER_RCU_TABLE_FREE', 'MMU_GATHER_MERGE_VMAS'],
}

export const TLB_5: TlbFacts = {
  walk: 'software TLB0/TLB1',
  asid: '8-bit PID: 1..255',
  contexts: {
    scheme: 'stealing',
    first: 1,
    last: 255,
    cpumask: 'sticky',
    source: 'arch/powerpc/mm/nohash/mmu_context.c: switch_mmu_context',
  },
  page: 'tlbilx/tlbivax one page',
  range: 'one page -> page flush, anything larger -> whole PID (flush_tlb_range = flush_tlb_mm)',
  full: 'tlbilxpid / tlbia',
  broadcast: 'tlbivax broadcast or IPI',
  ceiling: { name: 'none', limit: 1, rule: '> 1 page -> whole mm' },
  lazy: 'generic',
  batching: 'none',
  flush: flush({
    scheme: 'call',
    ceiling: 1,
    gather: POWERPC_GATHER,
    gupFast: true,
    source: 'arch/powerpc/mm/nohash/tlb.c: flush_tlb_range',
  }),
  mmuGather: ['MMU_GATHER_PAGE_SIZE', 'MMU_GATHER_RCU_TABLE_FREE', 'MMU_GATHER_MERGE_VMAS'],
}

export const TLB_6: TlbFacts = {
  walk: 'software / hardware table walk on e6500 (indirect TLB entries)',
  asid: 'PID contexts up to 255 (e500mc 14 bits hw)',
  contexts: {
    scheme: 'stealing',
    first: 1,
    last: 255,
    cpumask: 'sticky',
    source: 'arch/powerpc/mm/nohash/mmu_context.c: switch_mmu_context',
  },
  page: 'tlbilx/tlbivax one page',
  range: 'one page -> page flush, anything larger -> whole PID (flush_tlb_range = flush_tlb_mm)',
  full: 'tlbilxpid / tlbia',
  broadcast: 'tlbivax broadcast or IPI',
  ceiling: { name: 'none', limit: 1, rule: '> 1 page -> whole mm' },
  lazy: 'generic',
  batching: 'none',
  flush: flush({
    scheme: 'call',
    ceiling: 1,
    gather: POWERPC_GATHER,
    gupFast: true,
    source: 'arch/powerpc/mm/nohash/tlb.c: flush_tlb_range',
  }),
  mmuGather: ['MMU_GATHER_PAGE_SIZE', 'MMU_GATHER_RCU_TABLE_FREE', 'MMU_GATHER_MERGE_VMAS'],
}

export const TLB_7: TlbFacts = {
  walk: 'hardware radix walk',
  asid: 'PID (mmu_pid_bits, up to 20) + LPID',
  contexts: {
    scheme: 'global',
    first: 1,
    last: 1048575,
    lazyShootdown: true,
    cpumask: 'sticky',
    source: 'arch/powerpc/mm/book3s64/mmu_context.c: radix__init_new_context',
  },
  page: 'tlbie / tlbiel',
  range: 'loop below ceiling',
  full: 'RIC=2 flush by PID',
  broadcast: 'tlbie broadcast, or tlbiel + IPI for few CPUs (cputlb_use_tlbie)',
  ceiling: {
    name: 'tlb_single_page_flush_ceiling',
    limit: 33,
    rule: '> 33 (global) or > tlb_local_single_page_flush_ceiling = 256 (local, 2*POWER9_TLB_SETS_RADIX) -> flush PID',
  },
  hardware: hardware({
    walkCache: 'any',
    source: 'Power ISA: tlbie with RIC 1 or 2 drops the page walk cache of the PID',
  }),
  lazy: 'MMU_LAZY_TLB_SHOOTDOWN; lazy CPUs trimmed from mm_cpumask',
  batching: 'none',
  flush: flush({
    scheme: 'broadcast',
    remote: 'broadcast',
    ceiling: 33,
    localCeiling: 256,
    lastLevel: true,
    gather: POWERPC_GATHER,
    gupFast: true,
    source: 'arch/powerpc/mm/book3s64/radix_tlb.c: radix__tlb_flush, __radix__flush_tlb_range_psize',
  }),
  mmuGather: ['MMU_GATHER_PAGE_SIZE', 'MMU_GATHER_RCU_TABLE_FREE', 'MMU_GATHER_MERGE_VMAS'],
}

export const TLB_8: TlbFacts = {
  walk: 'hardware hash page table; HPTEs inserted by hash_page from the Linux tree',
  asid: 'VSID from context id, CONTEXT_BITS 19',
  contexts: {
    scheme: 'global',
    first: 6,
    last: 524286,
    lazyShootdown: true,
    cpumask: 'sticky',
    source: 'arch/powerpc/mm/book3s64/mmu_context.c: hash__init_new_context, MIN_USER_CONTEXT',
  },
  page: 'HPTE invalidate + tlbie',
  range:
    'tracked per PTE (hpte_need_flush) in batches of 192 (PPC64_TLB_BATCH_NR); flush_tlb_range itself is empty',
  full: 'batched',
  broadcast: 'tlbie',
  ceiling: null,
  lazy: 'MMU_LAZY_TLB_SHOOTDOWN; lazy_mmu mode batching',
  batching: 'none',
  flush: flush({
    scheme: 'addressBatch',
    remote: 'broadcast',
    batch: 192,
    gather: POWERPC_GATHER,
    gupFast: true,
    source: 'arch/powerpc/mm/book3s64/hash_tlb.c: hpte_need_flush',
  }),
  mmuGather: ['MMU_GATHER_PAGE_SIZE', 'MMU_GATHER_RCU_TABLE_FREE', 'MMU_GATHER_MERGE_VMAS'],
}

export const shared = {
  endian: 'big',
  verifiedBy: 'compiled probe',
  sources: {
    geometry: [
      'arch/powerpc/include/asm/book3s/64/{hash-4k,hash-64k,radix-4k,radix-64k}.h',
      'arch/powerpc/include/asm/book3s/32/pgtable.h',
      'arch/powerpc/include/asm/nohash/{32,64}/pgtable*.h',
      'arch/powerpc/include/asm/page_32.h: PTE_SHIFT',
    ],
    bits: [
      'arch/powerpc/include/asm/book3s/64/pgtable.h',
      'arch/powerpc/include/asm/book3s/32/pgtable.h',
      'arch/powerpc/include/asm/nohash/32/pte-*.h',
      'arch/powerpc/include/asm/nohash/pte-e500.h',
      'arch/powerpc/mm/pgtable.c: protection_map',
    ],
    alloc: [
      'arch/powerpc/mm/pgtable-frag.c',
      'arch/powerpc/mm/book3s64/pgtable.c: pmd_fragment_alloc',
      'arch/powerpc/include/asm/book3s/{32,64}/pgalloc.h',
      'arch/powerpc/include/asm/nohash/pgalloc.h',
      'arch/powerpc/mm/init-common.c: pgtable_cache_add',
    ],
    sync: [
      'none; kernel addresses are looked up in swapper_pg_dir (hash, radix process 0 / kernel quadrant, software TLB handlers)',
    ],
    swap: ['arch/powerpc/include/asm/*/pgtable.h: __swp_*'],
    tlb: [
      'arch/powerpc/mm/book3s64/radix_tlb.c',
      'arch/powerpc/mm/book3s64/hash_tlb.c',
      'arch/powerpc/mm/book3s32/tlb.c',
      'arch/powerpc/mm/nohash/tlb.c',
    ],
  },
  pgtableT: 'pte_t *',
  ptdesc: false,
  splitPteLocks: true,
  kernelSync: { mask: 0, archSync: false, vmallocFault: null, pgdList: null },
  contPte: [],
} satisfies SharedFacts
