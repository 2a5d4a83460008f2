/** Geometry, address space and habits of the openrisc variants (6.12.107). */
import { flush } from '../../flush.ts'
import { FIELDS, PROT, SWAP } from './bits.ts'
import { bottomUp, folded, level, page, piece, region } from '../../make.ts'
import type { Described, SharedFacts } from '../../make.ts'
import type { TlbFacts } from '../../variant.ts'

const TLB: TlbFacts = {
  walk: 'software refill handlers (head.S)',
  asid: 'none: switch_mm flushes the whole TLB',
  contexts: {
    scheme: 'none',
    first: 0,
    last: 0,
    cpumask: 'loaded',
    source: 'arch/openrisc/mm/tlb.c: switch_mm',
  },
  page: 'invalidate matching set',
  range: 'loop per page, no threshold',
  full: 'loop over all sets',
  broadcast: 'IPI',
  ceiling: null,
  lazy: 'generic',
  batching: 'none',
  flush: flush({
    scheme: 'call',
    full: 'all',
    gather: ['NO_RANGE'],
    source: 'arch/openrisc/kernel/smp.c: flush_tlb_range; mm/tlb.c: local_flush_tlb_range',
  }),
  mmuGather: ['MMU_GATHER_NO_RANGE'],
}

const shared = {
  bits: 32,
  endian: 'big',
  verifiedBy: 'compiled probe',
  uncertain: [],
  oddities: ['pgd 256 entries inside an 8K page', 'PROT_READ mappings are also executable (PAGE_READONLY_X)'],
  diff61: ['ptdesc does not exist in 6.1: struct page with pgtable_pte_page_ctor'],
  sources: {
    geometry: ['arch/openrisc/include/asm/pgtable.h'],
    bits: ['arch/openrisc/include/asm/pgtable.h', 'arch/openrisc/mm/init.c: protection_map'],
    alloc: ['arch/openrisc/include/asm/pgalloc.h'],
    sync: ['arch/openrisc/mm/fault.c: vmalloc_fault'],
    swap: ['arch/openrisc/include/asm/pgtable.h'],
    tlb: ['arch/openrisc/mm/tlb.c', 'arch/openrisc/kernel/smp.c'],
  },
  pageShift: 13,
  levels: [
    level('pgd', 24, 256, 4, page(8192, '256 entries (1024 bytes) used'), 0),
    level('pte', 13, 2048, 4, page(8192, 'kernel pte: pte_alloc_one_kernel of the arch'), 8192),
  ],
  folded: folded('always', 'asm-generic/pgtable-nopmd.h', 'p4d', 'pud', 'pmd'),
  runtimeFold: null,
  vaBits: 32,
  space: {
    taskSize: 0x80000000n,
    mmapWindow: 0x80000000n,
    highHint: null,
    firstUserAddress: 0n,
    userTopEntries: 128,
    stackTop: 0x80000000n,
    mmap: bottomUp(0x30000000n),
    mmapMinAddr: 0x1000n,
  },
  layout: [
    region('user', 0n, 0x7fffffffn, 'user space'),
    region('vmalloc', 0xbc000000n, 0xbfffffffn, 'vmalloc and ioremap', true),
    region('direct map', 0xc0000000n, 0xffffffffn, 'physical memory (PAGE_OFFSET)', true),
  ],
  pgtableT: 'struct page *',
  ptdesc: false,
  splitPteLocks: true,
  splitPmdLocks: false,
  pgdInit: {
    kernelEntries: 'copied',
    note: 'memset user part, memcpy of entries from USER_PTRS_PER_PGD',
    prealloc: [],
  },
  kernelSync: {
    mask: 0,
    archSync: false,
    vmallocFault: 'arch/openrisc/mm/fault.c vmalloc_fault',
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
      id: 'openrisc',
      name: 'OpenRISC, 8K pages',
    },
    fields: FIELDS,
    prot: PROT,
    swap: SWAP,
    pfn: [piece(13, 19)],
    keep: 0xffffe030n,
  },
]
