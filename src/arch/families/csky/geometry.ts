/** Geometry, address space and habits of the csky variants (6.12.107). */
import { flush } from '../../flush.ts'
import { FIELDS_1, FIELDS_2, PROT_1, PROT_2, SWAP_1, SWAP_2 } from './bits.ts'
import { folded, level, page, piece, region, topDown } from '../../make.ts'
import type { Described, SharedFacts } from '../../make.ts'
import type { TlbFacts } from '../../variant.ts'

const TLB: TlbFacts = {
  walk: 'hardware refill from the pgd register; software handlers set accessed/valid and dirty bits (tlbinvalid/tlbmodified)',
  asid: '8 bits (610/807/810) or 12 bits (860)',
  contexts: {
    scheme: 'generation',
    first: 1,
    last: 4095,
    cpumask: 'unused',
    source: 'arch/csky/mm/asid.c: new_context; CONFIG_CPU_ASID_BITS=12 (860)',
  },
  page: 'one TLB entry maps an even/odd PAIR of pages (8K); tlbi.vas or probe+invalidate',
  range: 'loop in steps of 2 pages, no threshold',
  full: 'tlbi.asids (860) else invalidate whole TLB',
  broadcast: 'hardware broadcast with CPU_HAS_TLBI (tlbi.*s), otherwise UP',
  ceiling: null,
  lazy: 'generic',
  batching: 'none',
  flush: flush({
    scheme: 'broadcast',
    remote: 'broadcast',
    unit: 'pair',
    source: 'arch/csky/mm/tlb.c: flush_tlb_range',
  }),
  mmuGather: [],
}

const shared = {
  bits: 32,
  endian: 'little',
  verifiedBy: 'read by hand from headers',
  uncertain: [],
  oddities: [
    'empty pgd slots point at a shared invalid_pte_table',
    'kernel PTEs keep _PAGE_GLOBAL even when cleared',
  ],
  diff61: ['ptdesc does not exist in 6.1: struct page with pgtable_pte_page_ctor'],
  sources: {
    geometry: ['arch/csky/include/asm/pgtable.h'],
    bits: [
      'arch/csky/abiv1/inc/abi/pgtable-bits.h',
      'arch/csky/abiv2/inc/abi/pgtable-bits.h',
      'arch/csky/mm/init.c: protection_map',
    ],
    alloc: ['arch/csky/include/asm/pgalloc.h', 'arch/csky/mm/init.c: pgd_init'],
    sync: ['arch/csky/mm/fault.c: vmalloc_fault'],
    swap: ['arch/csky/abiv*/inc/abi/pgtable-bits.h'],
    tlb: ['arch/csky/mm/tlb.c', 'arch/csky/Kconfig: CPU_ASID_BITS'],
  },
  pageShift: 12,
  levels: [
    level('pgd', 22, 1024, 4, page(4096, 'initialised with __pa(invalid_pte_table)'), 0),
    level('pte', 12, 1024, 4, page(4096), 4096),
  ],
  folded: folded('always', 'asm-generic/pgtable-nopmd.h', 'p4d', 'pud', 'pmd'),
  runtimeFold: null,
  vaBits: 32,
  space: {
    taskSize: 0x7fff8000n,
    mmapWindow: 0x7fff8000n,
    highHint: null,
    firstUserAddress: 0n,
    userTopEntries: 512,
    stackTop: 0x7fff8000n,
    mmap: topDown(0x7fff8000n, 12),
    mmapMinAddr: 0x1000n,
  },
  layout: [region('user', 0n, 0x7fff7fffn, 'user space')],
  pgtableT: 'struct page *',
  ptdesc: false,
  splitPteLocks: true,
  splitPmdLocks: false,
  pgdInit: {
    kernelEntries: 'copied',
    note: 'pgd_init fills invalid_pte_table, then memcpy of kernel half from init_mm',
    prealloc: [],
  },
  kernelSync: {
    mask: 0,
    archSync: false,
    vmallocFault: 'arch/csky/mm/fault.c vmalloc_fault',
    pgdList: null,
    note: 'all kernel pte tables are statically allocated (kernel_pte_tables), so pgd kernel entries never change',
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
      id: 'csky-abiv1',
      name: 'C-SKY ABIv1',
    },
    fields: FIELDS_1,
    prot: PROT_1,
    swap: SWAP_1,
    pfn: [piece(12, 20)],
    keep: 0n,
  },
  {
    geometry: {
      ...shared,
      id: 'csky-abiv2',
      name: 'C-SKY ABIv2',
    },
    fields: FIELDS_2,
    prot: PROT_2,
    swap: SWAP_2,
    pfn: [piece(12, 20)],
    keep: 0n,
  },
]
