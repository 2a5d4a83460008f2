/** Geometry, address space and habits of the s390 variants (6.12.107). */
import { flush } from '../../flush.ts'
import { hardware } from '../../tlbHardware.ts'
import { FIELDS, PROT, SWAP } from './bits.ts'
import { folded, level, page, pages, piece, region, topDown } from '../../make.ts'
import type { Described, SharedFacts } from '../../make.ts'
import type { TlbFacts } from '../../variant.ts'

const TLB: TlbFacts = {
  walk: 'hardware (DAT)',
  asid: 'none: TLB entries are tagged by the ASCE (root table + designation)',
  contexts: {
    scheme: 'root',
    first: 0,
    last: 0,
    cpumask: 'sticky',
    source: 'arch/s390/include/asm/mmu_context.h: switch_mm_irqs_off',
  },
  page: 'IPTE (invalidates PTE and TLB on all CPUs); flush_tlb_page is a no-op because ptep_* operations already used IPTE/IDTE',
  range: 'no page loop: deferred per-mm flush (context.flush_mm) then one IDTE of the ASCE',
  full: 'IDTE clearing by ASCE, else CSP (all)',
  broadcast: 'hardware',
  ceiling: { name: 'none', limit: null, rule: 'any explicit flush is per-mm' },
  hardware: hardware({
    walkCache: 'none',
    source: 'z/Architecture: IPTE leaves combined region-and-segment-table entries',
  }),
  lazy: 'cpu_attach_mask/mm_cpumask; lazy flush executed in finish_arch_post_lock_switch',
  batching: 'none',
  flush: flush({
    scheme: 'atClear',
    ceiling: 0,
    remote: 'broadcast',
    gather: ['NO_GATHER', 'RCU_TABLE_FREE', 'MERGE_VMAS'],
    gupFast: true,
    source: 'arch/s390/mm/pgtable.c: ptep_xchg_lazy; asm/tlbflush.h: __tlb_flush_mm_lazy',
  }),
  mmuGather: ['MMU_GATHER_NO_GATHER', 'MMU_GATHER_RCU_TABLE_FREE', 'MMU_GATHER_MERGE_VMAS'],
}

const shared = {
  bits: 64,
  endian: 'big',
  verifiedBy: 'compiled probe',
  uncertain: [],
  oddities: [
    'a process address space grows its number of levels at run time (crst_table_upgrade); upgrade 3->4 turns the old pgd into a pud table and adds mm_inc_nr_puds',
    'PTE tables are 2K but in 6.12 each takes a whole 4K page (6.1 packed two per page)',
    'empty PTE is 0x400, empty upper entries have the invalid bit',
    'gmap/KVM: guest tables have PGSTEs in the second 2K half',
    '31-bit tasks keep 3 levels; 2-level (segment only) ASCEs are used only for temporary base mappings (base_asce_alloc)',
    'kernel runs with separate tables; user and kernel spaces overlap numerically',
  ],
  diff61: [
    'ptdesc does not exist in 6.1: struct page with pgtable_pte_page_ctor',
    '6.1: page_table_alloc hands out two 2K fragments per 4K page (tracking bits in page->_refcount >> 24, list context.pgtable_list)',
  ],
  sources: {
    geometry: ['arch/s390/include/asm/pgtable.h: _CRST_ENTRIES,_PAGE_ENTRIES,_REGION*_SHIFT'],
    bits: ['arch/s390/include/asm/pgtable.h', 'arch/s390/mm/mmap.c: protection_map'],
    alloc: [
      'arch/s390/mm/pgalloc.c: crst_table_alloc,page_table_alloc,crst_table_upgrade',
      'arch/s390/include/asm/pgalloc.h',
    ],
    sync: ['none: kernel ASCE in CR1'],
    swap: ['arch/s390/include/asm/pgtable.h: mk_swap_pte'],
    tlb: [
      'arch/s390/include/asm/tlbflush.h',
      'arch/s390/include/asm/tlb.h',
      'arch/s390/include/asm/mmu_context.h',
    ],
  },
  pageShift: 12,
  runtimeFold: 'per mm, dynamic: top table pointer is mm->pgd; lower software levels folded into it',
  space: {
    taskSize: 0xfffffffffffff000n,
    mmapWindow: 0x40000000000n,
    highHint: { from: 0x40000000000n, limit: 0xfffffffffffff000n, fallback: 'window' },
    firstUserAddress: 0n,
    userTopEntries: 2048,
    stackTop: 0x3ffffffb000n,
    mmap: topDown(0x3ffffffb000n, 12, 'arch/s390/mm/mmap.c: mmap_base'),
    mmapMinAddr: 0x1000n,
    sharedAlign: 0x80000n,
  },
  layout: [region('user', 0n, 0xffffffffffffefffn, 'user space')],
  pgtableT: 'pte_t *',
  ptdesc: true,
  splitPteLocks: true,
  splitPmdLocks: true,
  pgdInit: {
    kernelEntries: 'separate-root',
    note: 'none: kernel has its own ASCE (CR1); pgd_alloc returns an uninitialised crst table which init_new_context fills with the empty entry for its type',
    prealloc: [],
  },
  kernelSync: { mask: 0, archSync: false, vmallocFault: null, pgdList: null },
  special: {
    pteSpecial: true,
    devmap: false,
    memoryModel: 'SPARSEMEM_VMEMMAP',
    pfnValid: 'include/linux/mmzone.h: section valid + subsection map',
  },
  hugetlb: ['1M', '2G (EDAT2)'],
  thp: ['1M (pmd)'],
  contPte: [],
  thpPmd: true,
  tlb: TLB,
} satisfies SharedFacts

export const described: Described[] = [
  {
    geometry: {
      ...shared,
      id: 's390-3level',
      name: '3-level address space (every new mm starts here (asce type region-3))',
      levels: [
        level('pgd', 31, 2048, 8, pages(16384, 2), 0),
        level('pmd', 20, 2048, 8, pages(16384, 2), 16384),
        level('pte', 12, 256, 8, page(4096), 2048),
      ],
      folded: folded(
        'mm',
        'none; per-mm: mm_p4d_folded/mm_pud_folded/mm_pmd_folded compare context.asce_limit',
        'p4d',
        'pud',
      ),
      vaBits: 42,
    },
    fields: FIELDS,
    prot: PROT,
    swap: SWAP,
    pfn: [piece(12, 52)],
    keep: 0xfffffffffffff04en,
  },
  {
    geometry: {
      ...shared,
      id: 's390-4level',
      name: '4-level address space (after crst_table_upgrade past 4T)',
      levels: [
        level('pgd', 42, 2048, 8, pages(16384, 2), 0),
        { ...level('pud', 31, 2048, 8, pages(16384, 2), 16384), noCtor: true },
        level('pmd', 20, 2048, 8, pages(16384, 2), 16384),
        level('pte', 12, 256, 8, page(4096), 2048),
      ],
      folded: folded(
        'mm',
        'none; per-mm: mm_p4d_folded/mm_pud_folded/mm_pmd_folded compare context.asce_limit',
        'p4d',
      ),
      vaBits: 53,
    },
    fields: FIELDS,
    prot: PROT,
    swap: SWAP,
    pfn: [piece(12, 52)],
    keep: 0xfffffffffffff04en,
  },
  {
    geometry: {
      ...shared,
      id: 's390-5level',
      name: '5-level address space (after crst_table_upgrade past 8P)',
      levels: [
        level('pgd', 53, 2048, 8, pages(16384, 2), 0),
        level('p4d', 42, 2048, 8, pages(16384, 2), 0),
        { ...level('pud', 31, 2048, 8, pages(16384, 2), 16384), noCtor: true },
        level('pmd', 20, 2048, 8, pages(16384, 2), 16384),
        level('pte', 12, 256, 8, page(4096), 2048),
      ],
      folded: [],
      vaBits: 64,
    },
    fields: FIELDS,
    prot: PROT,
    swap: SWAP,
    pfn: [piece(12, 52)],
    keep: 0xfffffffffffff04en,
  },
]
