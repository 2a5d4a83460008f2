/** Geometry, address space and habits of the microblaze variants (6.12.107). */
import { flush } from '../../flush.ts'
import { smallTlb } from '../../tlbHardware.ts'
import { FIELDS, PROT, SWAP } from './bits.ts'
import { bottomUp, folded, markedSince, level, page, piece, region } from '../../make.ts'
import type { Described, SharedFacts } from '../../make.ts'
import type { TlbFacts } from '../../variant.ts'

const TLB: TlbFacts = {
  walk: 'software (64-entry UTLB, handlers in hw_exception_handler.S; kernel addresses walk swapper_pg_dir)',
  asid: '8-bit PID, contexts 1..255',
  contexts: {
    scheme: 'stealing',
    first: 1,
    last: 255,
    cpumask: 'unused',
    source: 'arch/microblaze/include/asm/mmu_context_mm.h, mm/mmu_context.c: steal_context',
  },
  page: 'tlbie',
  range: 'tlbia (everything)',
  full: 'tlbia',
  broadcast: 'UP',
  ceiling: { name: 'none', limit: null, rule: 'range flush = full flush' },
  hardware: smallTlb(64, 'UTLB'),
  lazy: 'generic',
  batching: 'none',
  flush: flush({
    scheme: 'call',
    ceiling: 0,
    remote: 'none',
    full: 'all',
    gather: ['NO_RANGE'],
    source: 'arch/microblaze/include/asm/tlbflush.h: local_flush_tlb_range',
  }),
  mmuGather: ['MMU_GATHER_NO_RANGE'],
}

const shared = {
  bits: 32,
  endian: 'little',
  verifiedBy: 'read by hand from headers',
  uncertain: [],
  oddities: ['pgd entries hold virtual addresses'],
  diff61: ['ptdesc does not exist in 6.1: struct page with pgtable_pte_page_ctor'],
  sources: {
    geometry: ['arch/microblaze/include/asm/pgtable.h'],
    bits: ['arch/microblaze/include/asm/pgtable.h', 'arch/microblaze/mm/init.c: protection_map'],
    alloc: ['arch/microblaze/include/asm/pgalloc.h', 'arch/microblaze/mm/pgtable.c'],
    sync: ['none: TLB miss handler uses swapper_pg_dir for kernel addresses'],
    swap: ['arch/microblaze/include/asm/pgtable.h'],
    tlb: ['arch/microblaze/include/asm/tlbflush.h', 'arch/microblaze/include/asm/mmu_context_mm.h'],
  },
  pageShift: 12,
  levels: [
    level('pgd', 22, 1024, 4, page(4096), 0),
    level('pte', 12, 1024, 4, page(4096, '__pte_free_tlb frees immediately'), 4096),
  ],
  folded: markedSince('4.1', folded('always', 'asm-generic/pgtable-nopmd.h', 'p4d', 'pud', 'pmd')),
  runtimeFold: null,
  vaBits: 32,
  space: {
    taskSize: 0xc0000000n,
    mmapWindow: 0xc0000000n,
    highHint: null,
    firstUserAddress: 0n,
    userTopEntries: 768,
    stackTop: 0xc0000000n,
    mmap: bottomUp(0x48000000n),
    mmapMinAddr: 0x1000n,
  },
  layout: [
    region('user', 0n, 0xbfffffffn, 'user space'),
    region('direct map', 0xc0000000n, 0xffffffffn, 'physical memory (PAGE_OFFSET)', true),
  ],
  pgtableT: 'struct page *',
  ptdesc: false,
  splitPteLocks: false,
  splitPmdLocks: false,
  pgdInit: { kernelEntries: 'separate-root', note: 'none (zeroed page)', prealloc: [] },
  kernelSync: {
    mask: 0,
    archSync: false,
    vmallocFault: null,
    pgdList: null,
    note: 'TLB miss handlers walk swapper_pg_dir for kernel addresses',
  },
  special: { pteSpecial: false, devmap: false, memoryModel: 'FLATMEM', pfnValid: 'asm-generic FLATMEM' },
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
      id: 'microblaze',
      name: 'MicroBlaze MMU, 4K pages',
    },
    fields: FIELDS,
    prot: PROT,
    swap: SWAP,
    pfn: [piece(12, 20)],
    keep: 0n,
  },
]
