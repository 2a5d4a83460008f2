/** What all mips variants share (6.12.107). */
import { flush } from '../../flush.ts'
import { smallTlb } from '../../tlbHardware.ts'
import type { SharedFacts } from '../../make.ts'
import type { TlbFacts } from '../../variant.ts'

export const TLB: TlbFacts = {
  walk: 'software refill handlers generated at boot (tlbex.c); optional hardware walker (CPU_HAS_HTW); R3000 uses its own handlers',
  asid: '8 bits (R4000 class), 10 bits with ASIDX, 6 bits R3000; 16-bit MMID with GINVT',
  contexts: {
    scheme: 'perCpu',
    first: 1,
    last: 255,
    cpumask: 'loaded',
    source: 'arch/mips/mm/context.c: get_new_mmu_context (R4000 class)',
  },
  page: 'probe + write invalid entry; an entry maps an even/odd page PAIR (R4000 class)',
  range: 'loop over pairs below the threshold',
  full: 'drop_mmu_context: new ASID',
  broadcast: 'IPI, or GINVT with MMID',
  ceiling: {
    name: 'tlbsize based',
    limit: null,
    rule: 'tlbsize/8 with FTLB sets else tlbsize/2: larger -> new ASID',
  },
  hardware: smallTlb(64, 'R4000 class, 64 entries'),
  lazy: 'generic',
  batching: 'none',
  // a JTLB of 64 entries without FTLB: tlbsize / 2
  flush: flush({
    scheme: 'newContext',
    ceiling: 32,
    unit: 'pair',
    told: 'online',
    soleUser: true,
    gupFast: true,
    source: 'arch/mips/mm/tlb-r4k.c: local_flush_tlb_range; kernel/smp.c: flush_tlb_range',
  }),
  mmuGather: [],
}

export const shared = {
  endian: 'little',
  verifiedBy: 'compiled probe',
  diff61: ['ptdesc does not exist in 6.1: struct page with pgtable_pte_page_ctor'],
  sources: {
    geometry: ['arch/mips/include/asm/pgtable-32.h', 'arch/mips/include/asm/pgtable-64.h'],
    bits: ['arch/mips/include/asm/pgtable-bits.h', 'arch/mips/mm/cache.c: setup_protection_map'],
    alloc: ['arch/mips/include/asm/pgalloc.h', 'arch/mips/mm/pgtable.c', 'arch/mips/mm/pgtable-64.c'],
    sync: ['arch/mips/mm/fault.c: vmalloc_fault (32-bit only)'],
    swap: ['arch/mips/include/asm/pgtable-32.h / pgtable-64.h'],
    tlb: ['arch/mips/mm/tlb-r4k.c', 'arch/mips/mm/tlbex.c'],
  },
  runtimeFold: null,
  pgtableT: 'struct page *',
  ptdesc: true,
  splitPteLocks: true,
  splitPmdLocks: false,
  pgdInit: {
    kernelEntries: 'copied',
    note: 'pgd_init fills invalid table pointers; memcpy of entries above USER_PTRS_PER_PGD from init_mm (64-bit: xkseg lives in swapper_pg_dir, handlers choose it, copied part is the unused upper user range)',
    prealloc: [],
  },
  contPte: [],
  tlb: TLB,
} satisfies SharedFacts
