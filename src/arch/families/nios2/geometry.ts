/** Geometry, address space and habits of the nios2 variants (6.12.107). */
import { flush } from '../../flush.ts'
import { FIELDS, PROT, SWAP } from './bits.ts'
import { bottomUp, folded, level, page, piece, region } from '../../make.ts'
import type { Described, SharedFacts } from '../../make.ts'
import type { TlbFacts } from '../../variant.ts'

const TLB: TlbFacts = {
  walk: 'software',
  asid: 'PID, width tlb_pid_num_bits from device tree',
  contexts: {
    scheme: 'perCpu',
    first: 1,
    last: 255,
    cpumask: 'unused',
    source: 'arch/nios2/mm/mmu_context.c: get_new_context; tlb_pid_num_bits 8 assumed',
  },
  page: 'write invalid entry for VPN+PID',
  range: 'loop, no threshold',
  full: 'all ways/lines',
  broadcast: 'UP',
  ceiling: null,
  lazy: 'generic',
  batching: 'none',
  flush: flush({
    scheme: 'call',
    remote: 'none',
    gather: ['NO_RANGE'],
    source: 'arch/nios2/mm/tlb.c: flush_tlb_range',
  }),
  mmuGather: ['MMU_GATHER_NO_RANGE'],
}

const shared = {
  bits: 32,
  endian: 'little',
  verifiedBy: 'read by hand from headers',
  uncertain: [],
  oddities: ['PFN in the low 20 bits, flags on top', 'a cleared PTE is not zero'],
  diff61: ['ptdesc does not exist in 6.1: struct page with pgtable_pte_page_ctor'],
  sources: {
    geometry: ['arch/nios2/include/asm/pgtable.h'],
    bits: ['arch/nios2/include/asm/pgtable-bits.h', 'arch/nios2/mm/init.c: protection_map'],
    alloc: ['arch/nios2/include/asm/pgalloc.h', 'arch/nios2/mm/pgtable.c'],
    sync: ['arch/nios2/mm/fault.c: vmalloc_fault'],
    swap: ['arch/nios2/include/asm/pgtable.h'],
    tlb: ['arch/nios2/mm/tlb.c', 'arch/nios2/mm/mmu_context.c'],
  },
  pageShift: 12,
  levels: [
    level('pgd', 22, 1024, 4, page(4096, 'filled with invalid_pte_table pointers'), 0),
    level('pte', 12, 1024, 4, page(4096), 4096),
  ],
  folded: folded('always', 'asm-generic/pgtable-nopmd.h', 'p4d', 'pud', 'pmd'),
  runtimeFold: null,
  vaBits: 32,
  space: {
    taskSize: 0x7fff0000n,
    mmapWindow: 0x7fff0000n,
    highHint: null,
    firstUserAddress: 0n,
    userTopEntries: 512,
    stackTop: 0x7fff0000n,
    mmap: bottomUp(0x2aaa6000n),
    mmapMinAddr: 0x1000n,
  },
  layout: [region('user', 0n, 0x7ffeffffn, 'user space')],
  pgtableT: 'struct page *',
  ptdesc: false,
  splitPteLocks: false,
  splitPmdLocks: false,
  pgdInit: { kernelEntries: 'copied', note: 'memcpy of entries from USER_PTRS_PER_PGD up', prealloc: [] },
  kernelSync: {
    mask: 0,
    archSync: false,
    vmallocFault: 'arch/nios2/mm/fault.c vmalloc_fault',
    pgdList: null,
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
      id: 'nios2',
      name: 'Nios II MMU',
    },
    fields: FIELDS,
    prot: PROT,
    swap: SWAP,
    pfn: [piece(0, 20)],
    keep: 0n,
  },
]
