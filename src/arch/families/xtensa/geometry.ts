/** Geometry, address space and habits of the xtensa variants (6.12.107). */
import { flush } from '../../flush.ts'
import { FIELDS, PROT, SWAP } from './bits.ts'
import { bottomUp, folded, level, page, piece, region } from '../../make.ts'
import type { Described, SharedFacts } from '../../make.ts'
import type { TlbFacts } from '../../variant.ts'

const TLB: TlbFacts = {
  walk: 'hardware autorefill through a virtual page table at XCHAL_PAGE_TABLE_VADDR 0x80000000; second-level miss handled in software from the pgd',
  asid: 'XCHAL_MMU_ASID_BITS (8); user ASIDs from 4; four rings in RASID',
  contexts: {
    scheme: 'perCpu',
    first: 4,
    last: 255,
    cpumask: 'unused',
    source: 'arch/xtensa/include/asm/mmu_context.h: get_new_mmu_context, ASID_USER_FIRST',
  },
  page: 'invalidate itlb/dtlb mapping',
  range: 'loop below threshold',
  full: 'new ASID',
  broadcast: 'IPI',
  ceiling: {
    name: '_TLB_ENTRIES',
    limit: null,
    rule: 'max of the autorefill ITLB / DTLB entry counts of the core (arch/xtensa/mm/tlb.c): range larger -> whole mm',
  },
  lazy: 'generic',
  batching: 'none',
  // the autorefill ways of the data TLB: 4 of 4 entries
  flush: flush({
    scheme: 'newContext',
    ceiling: 16,
    told: 'online',
    source: 'arch/xtensa/mm/tlb.c: local_flush_tlb_range; kernel/smp.c',
  }),
  mmuGather: [],
}

const shared = {
  bits: 32,
  endian: 'little',
  verifiedBy: 'compiled probe',
  uncertain: [],
  oddities: ['an empty PTE is 0x1c, not zero', 'pte_present depends on cache attribute bits 3:2 != 3'],
  diff61: ['ptdesc does not exist in 6.1: struct page with pgtable_pte_page_ctor'],
  sources: {
    geometry: ['arch/xtensa/include/asm/pgtable.h'],
    bits: ['arch/xtensa/include/asm/pgtable.h', 'arch/xtensa/mm/init.c: protection_map'],
    alloc: ['arch/xtensa/include/asm/pgalloc.h'],
    sync: ['arch/xtensa/mm/fault.c: vmalloc_fault'],
    swap: ['arch/xtensa/include/asm/pgtable.h'],
    tlb: ['arch/xtensa/mm/tlb.c', 'arch/xtensa/include/asm/mmu_context.h'],
  },
  pageShift: 12,
  levels: [
    level('pgd', 22, 1024, 4, page(4096), 0),
    level('pte', 12, 1024, 4, page(4096, 'each PTE initialised to the "none" value, not zero'), 4096),
  ],
  folded: folded('always', 'asm-generic/pgtable-nopmd.h', 'p4d', 'pud', 'pmd'),
  runtimeFold: null,
  vaBits: 32,
  space: {
    taskSize: 0x40000000n,
    mmapWindow: 0x40000000n,
    highHint: null,
    firstUserAddress: 0n,
    userTopEntries: 256,
    stackTop: 0x40000000n,
    mmap: bottomUp(0x20000000n),
    mmapMinAddr: 0x1000n,
  },
  layout: [
    region('user', 0n, 0x3fffffffn, 'user space'),
    region('vmalloc', 0xc0000000n, 0xc7fefffen, 'vmalloc and ioremap', true),
    region('direct map', 0xd0000000n, 0xffffffffn, 'physical memory (PAGE_OFFSET)', true),
  ],
  pgtableT: 'struct page *',
  ptdesc: false,
  splitPteLocks: true,
  splitPmdLocks: false,
  pgdInit: {
    kernelEntries: 'separate-root',
    note: 'none: zeroed; kernel entries filled lazily by vmalloc_fault',
    prealloc: [],
  },
  kernelSync: {
    mask: 0,
    archSync: false,
    vmallocFault: 'arch/xtensa/mm/fault.c vmalloc_fault',
    pgdList: null,
  },
  special: {
    pteSpecial: false,
    devmap: false,
    memoryModel: 'FLATMEM',
    pfnValid: 'asm-generic FLATMEM: pfn - ARCH_PFN_OFFSET < max_mapnr',
  },
  hugetlb: [],
  thp: [],
  contPte: [],
  thpPmd: false,
  tlb: TLB,
} satisfies SharedFacts

export const described: Described[] = [
  {
    geometry: {
      ...shared,
      id: 'xtensa',
      name: 'Xtensa MMUv3, 4K pages',
    },
    fields: FIELDS,
    prot: PROT,
    swap: SWAP,
    pfn: [piece(12, 20)],
    keep: 0xfffff180n,
  },
]
