/** Geometry, address space and habits of the alpha variants (6.12.107). */
import { flush } from '../../flush.ts'
import { smallTlb } from '../../tlbHardware.ts'
import { FIELDS, PROT, SWAP } from './bits.ts'
import { bottomUp, folded, level, page, piece, region } from '../../make.ts'
import type { Described, SharedFacts } from '../../make.ts'
import type { TlbFacts } from '../../variant.ts'

const TLB: TlbFacts = {
  walk: 'PALcode (software in PAL, reads PTEs through the virtual page table at VPTB, which is a self-map slot of the top-level table)',
  asid: 'ASN: EV4 max 63, EV5 max 127, EV6 max 255',
  contexts: {
    scheme: 'perCpu',
    first: 1,
    last: 255,
    cpumask: 'unused',
    source: 'arch/alpha/include/asm/mmu_context.h: __get_new_mm_context, EV6',
  },
  page: 'tbi(2/3) on one address',
  range: 'always whole mm (flush_tlb_range = flush_tlb_mm)',
  full: 'new ASN for the mm / tbia',
  broadcast: 'IPI',
  ceiling: { name: 'none', limit: null, rule: 'every range flush is a full mm flush' },
  hardware: smallTlb(128, 'EV6 DTB'),
  lazy: 'generic',
  batching: 'none',
  flush: flush({
    scheme: 'newContext',
    ceiling: 0,
    told: 'online',
    soleUser: true,
    gather: ['NO_RANGE'],
    source: 'arch/alpha/kernel/smp.c: flush_tlb_mm; asm/tlbflush.h',
  }),
  mmuGather: ['MMU_GATHER_NO_RANGE'],
}

const shared = {
  bits: 64,
  endian: 'little',
  verifiedBy: 'compiled probe',
  uncertain: [],
  oddities: [
    'PTEs hold the PFN in the upper 32 bits',
    'write permission is absence of FOW; dirty bit cleared also clears KWE/UWE so the next write faults',
    'accessed tracking clears KRE/URE',
    'self-mapped page table slot (VPTB) in the pgd',
  ],
  diff61: ['ptdesc does not exist in 6.1: struct page with pgtable_pte_page_ctor'],
  sources: {
    geometry: ['arch/alpha/include/asm/pgtable.h'],
    bits: ['arch/alpha/include/asm/pgtable.h', 'arch/alpha/mm/init.c: protection_map'],
    alloc: ['arch/alpha/mm/init.c: pgd_alloc', 'include/asm-generic/pgalloc.h'],
    sync: ['arch/alpha/mm/fault.c: vmalloc_fault (ALPHA_LARGE_VMALLOC only)'],
    swap: ['arch/alpha/include/asm/pgtable.h: mk_swap_pte'],
    tlb: [
      'arch/alpha/include/asm/tlbflush.h',
      'arch/alpha/kernel/smp.c',
      'arch/alpha/include/asm/mmu_context.h',
    ],
  },
  pageShift: 13,
  levels: [
    level('pgd', 33, 1024, 8, page(8192), 0),
    level('pmd', 23, 1024, 8, page(8192), 8192),
    level('pte', 13, 1024, 8, page(8192), 8192),
  ],
  folded: folded('always', 'asm-generic/pgtable-nopud.h', 'p4d', 'pud'),
  runtimeFold: null,
  vaBits: 43,
  space: {
    taskSize: 0x40000000000n,
    mmapWindow: 0x40000000000n,
    highHint: null,
    firstUserAddress: 0n,
    userTopEntries: 512,
    stackTop: 0x120000000n,
    mmap: bottomUp(0x20000000000n),
    mmapMinAddr: 0x1000n,
  },
  layout: [
    region('user', 0n, 0x3ffffffffffn, 'user space'),
    region('direct map', 0xfffffc0000000000n, 0xfffffffbffffffffn, 'physical memory (PAGE_OFFSET)', true),
    region('vmalloc', 0xfffffffc00000000n, 0xfffffffdffffffffn, 'vmalloc and ioremap', true),
  ],
  pgtableT: 'struct page *',
  ptdesc: false,
  splitPteLocks: true,
  splitPmdLocks: false,
  pgdInit: {
    kernelEntries: 'copied',
    note: 'copies one slot (vmalloc, index 1022) from init pgd, or the whole kernel half with ALPHA_LARGE_VMALLOC; slot 1023 = self map of this pgd (PAGE_KERNEL)',
    prealloc: [],
  },
  kernelSync: {
    mask: 0,
    archSync: false,
    vmallocFault: 'arch/alpha/mm/fault.c, only #ifdef CONFIG_ALPHA_LARGE_VMALLOC',
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
      id: 'alpha',
      name: 'alpha, 8K pages',
    },
    fields: FIELDS,
    prot: PROT,
    swap: SWAP,
    pfn: [piece(32, 32)],
    keep: 0xffffffff00063300n,
  },
]
