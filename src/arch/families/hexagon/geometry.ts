/** Geometry, address space and habits of the hexagon variants (6.12.107). */
import { flush } from '../../flush.ts'
import { FIELDS, PROT, SWAP } from './bits.ts'
import { bottomUp, folded, level, page, piece, region } from '../../make.ts'
import type { Described, SharedFacts } from '../../make.ts'
import type { TlbFacts } from '../../variant.ts'

const TLB: TlbFacts = {
  walk: 'Hexagon Virtual Machine monitor walks the tables (para-virtual MMU: vmnewmap, vmclrmap)',
  asid: 'none visible to Linux',
  contexts: {
    scheme: 'none',
    first: 0,
    last: 0,
    cpumask: 'unused',
    source: 'arch/hexagon/include/asm/mmu_context.h: switch_mm, vmnewmap',
  },
  page: 'vmclrmap(addr, PAGE_SIZE) if the mm is current',
  range: 'one vmclrmap call for the range',
  full: 'vmclrmap over everything',
  broadcast: 'n/a (single address space per vmnewmap)',
  ceiling: null,
  lazy: 'generic',
  batching: 'none',
  flush: flush({ scheme: 'call', remote: 'none', source: 'arch/hexagon/mm/vm_tlb.c: flush_tlb_range' }),
  mmuGather: [],
}

const shared = {
  bits: 32,
  endian: 'little',
  verifiedBy: 'compiled probe',
  uncertain: [],
  diff61: ['ptdesc does not exist in 6.1: struct page with pgtable_pte_page_ctor'],
  sources: {
    geometry: ['arch/hexagon/include/asm/pgtable.h'],
    bits: ['arch/hexagon/include/asm/vm_mmu.h', 'arch/hexagon/mm/init.c: protection_map'],
    alloc: ['arch/hexagon/include/asm/pgalloc.h'],
    sync: [
      'arch/hexagon/include/asm/mmu_context.h: switch_mm (kmap_generation)',
      'arch/hexagon/include/asm/pgalloc.h: pmd_populate_kernel',
    ],
    swap: ['arch/hexagon/include/asm/pgtable.h'],
    tlb: ['arch/hexagon/mm/vm_tlb.c'],
  },
  folded: folded('always', 'asm-generic/pgtable-nopmd.h', 'p4d', 'pud', 'pmd'),
  runtimeFold: null,
  vaBits: 32,
  space: {
    taskSize: 0xc0000000n,
    mmapWindow: 0xc0000000n,
    highHint: null,
    firstUserAddress: 0n,
    userTopEntries: 768,
    stackTop: 0xc0000000n,
    mmap: bottomUp(0x40000000n),
    mmapMinAddr: 0x1000n,
  },
  layout: [
    region('user', 0n, 0xbfffffffn, 'user space'),
    region('direct map', 0xc0000000n, 0xffffffffn, 'physical memory (PAGE_OFFSET)', true),
  ],
  pgtableT: 'struct page *',
  ptdesc: false,
  splitPteLocks: true,
  splitPmdLocks: false,
  pgdInit: {
    kernelEntries: 'copied',
    note: 'memcpy of the WHOLE swapper_pg_dir (all 1024 entries)',
    prealloc: [],
  },
  kernelSync: {
    mask: 0,
    archSync: false,
    vmallocFault: null,
    pgdList: null,
    note: 'pmd_populate_kernel also patches current active_mm pgd directly',
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
      id: 'hexagon-4k',
      name: 'Hexagon 4K pages',
      oddities: [
        'empty pgd slot is 7, not 0',
        'PTE table of 4096 bytes inside a 4K page',
        'tables walked by a virtual machine monitor',
      ],
      pageShift: 12,
      levels: [
        level('pgd', 22, 1024, 4, page(4096), 0),
        level('pte', 12, 1024, 4, page(4096, 'one page although the table needs only 4096 bytes'), 4096),
      ],
    },
    fields: FIELDS,
    prot: PROT,
    swap: SWAP,
    pfn: [piece(12, 20)],
    keep: 0n,
  },
  {
    geometry: {
      ...shared,
      id: 'hexagon-16k',
      name: 'Hexagon 16K pages',
      oddities: [
        'empty pgd slot is 7, not 0',
        'PTE table of 1024 bytes inside a 16K page',
        'tables walked by a virtual machine monitor',
      ],
      pageShift: 14,
      levels: [
        level('pgd', 22, 1024, 4, page(16384), 0),
        level('pte', 14, 256, 4, page(16384, 'one page although the table needs only 1024 bytes'), 1024),
      ],
    },
    fields: FIELDS,
    prot: PROT,
    swap: SWAP,
    pfn: [piece(14, 18)],
    keep: 0n,
  },
  {
    geometry: {
      ...shared,
      id: 'hexagon-64k',
      name: 'Hexagon 64K pages',
      oddities: [
        'empty pgd slot is 7, not 0',
        'PTE table of 256 bytes inside a 64K page',
        'tables walked by a virtual machine monitor',
      ],
      pageShift: 16,
      levels: [
        level('pgd', 22, 1024, 4, page(65536), 0),
        level('pte', 16, 64, 4, page(65536, 'one page although the table needs only 256 bytes'), 256),
      ],
    },
    fields: FIELDS,
    prot: PROT,
    swap: SWAP,
    pfn: [piece(16, 16)],
    keep: 0n,
  },
  {
    geometry: {
      ...shared,
      id: 'hexagon-256k',
      name: 'Hexagon 256K pages',
      oddities: [
        'empty pgd slot is 7, not 0',
        'PTE table of 64 bytes inside a 256K page',
        'tables walked by a virtual machine monitor',
      ],
      pageShift: 18,
      levels: [
        level('pgd', 22, 1024, 4, page(262144), 0),
        level('pte', 18, 16, 4, page(262144, 'one page although the table needs only 64 bytes'), 64),
      ],
    },
    fields: FIELDS,
    prot: PROT,
    swap: SWAP,
    pfn: [piece(18, 14)],
    keep: 0n,
  },
]
