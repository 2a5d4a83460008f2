/** Geometry, address space and habits of the arm variants (6.12.107). */
import { flush } from '../../flush.ts'
import { hardware } from '../../tlbHardware.ts'
import { FIELDS_1, FIELDS_2, PROT_1, PROT_2, SWAP } from './bits.ts'
import { folded, markedSince, level, page, pages, piece, region, topDown } from '../../make.ts'
import type { Described, SharedFacts } from '../../make.ts'
import type { TlbFacts } from '../../variant.ts'

const TLB: TlbFacts = {
  walk: 'hardware',
  asid: '8 bits (ASID_BITS=8), generation-based allocator (CPU_HAS_ASID, v6+)',
  contexts: {
    scheme: 'generation',
    first: 1,
    last: 255,
    clearsCpumask: true,
    cpumask: 'sticky',
    source: 'arch/arm/mm/context.c: new_context',
  },
  page: 'TLBI MVA (inner-shareable on v7 SMP)',
  range: 'loop over pages, no threshold',
  full: 'TLBI ASID / all',
  broadcast:
    'hardware (IS operations) on ARMv7 SMP; IPI when tlb_ops_need_broadcast() (ARMv6 MP) and for A15 erratum 798181',
  ceiling: null,
  hardware: hardware({
    walkCache: 'address',
    source: 'Arm ARM (v7) B3.10: TLBIMVA reaches every level of the walk',
  }),
  lazy: 'generic lazy mm reference counting',
  batching: 'none',
  flush: flush({
    scheme: 'broadcast',
    remote: 'broadcast',
    source: 'arch/arm/kernel/smp_tlb.c; arch/arm/mm/tlb-v7.S: v7wbi_flush_user_tlb_range',
  }),
  mmuGather: ['MMU_GATHER_RCU_TABLE_FREE if SMP && ARM_LPAE'],
}

const shared = {
  bits: 32,
  endian: 'little',
  verifiedBy: 'compiled probe',
  diff61: ['ptdesc does not exist in 6.1: struct page with pgtable_pte_page_ctor'],
  sources: {
    geometry: ['arch/arm/include/asm/pgtable-2level.h', 'arch/arm/include/asm/pgtable-3level.h'],
    bits: [
      'arch/arm/include/asm/pgtable-*-hwdef.h',
      'arch/arm/mm/mmu.c: protection_map, build_mem_type_table',
      'arch/arm/mm/proc-v7-2level.S / proc-v7-3level.S: cpu_v7_set_pte_ext',
    ],
    alloc: [
      'arch/arm/include/asm/pgalloc.h: pte_alloc_one, __pmd_populate',
      'arch/arm/mm/pgd.c: pgd_alloc/pgd_free',
    ],
    sync: [
      'arch/arm/include/asm/page.h: ARCH_PAGE_TABLE_SYNC_MASK (VMAP_STACK, 2-level only)',
      'arch/arm/kernel/traps.c: arch_sync_kernel_mappings',
      'arch/arm/mm/ioremap.c: __check_vmalloc_seq',
      'arch/arm/mm/fault.c: do_translation_fault',
    ],
    swap: ['arch/arm/include/asm/pgtable.h: __SWP_*'],
    tlb: ['arch/arm/include/asm/tlbflush.h', 'arch/arm/kernel/smp_tlb.c', 'arch/arm/mm/context.c'],
  },
  pageShift: 12,
  runtimeFold: null,
  vaBits: 32,
  layout: [
    region('user', 0n, 0xbeffffffn, 'user space'),
    region('direct map', 0xc0000000n, 0xffffffffn, 'physical memory (PAGE_OFFSET)', true),
  ],
  pgtableT: 'struct page *',
  ptdesc: true,
  splitPteLocks: true,
  splitPmdLocks: false,
  contPte: [],
  tlb: TLB,
} satisfies SharedFacts

export const described: Described[] = [
  {
    geometry: {
      ...shared,
      id: 'arm-2level',
      name: 'ARM short descriptors (v7 SMP values; v4..v7 same geometry)',
      uncertain: [
        'the memory type bits (0x1c write-allocate, 0x400 shared) depend on cache policy of the CPU: UP v7 kernels use writeback 0x0c without 0x400; hardware PTE value depends on the CPU (v7 shown)',
      ],
      oddities: [
        'each Linux PTE exists twice (Linux copy and hardware copy 2048 bytes above)',
        'a Linux pgd entry is two hardware first-level words (8 bytes, 2M)',
        'mm->pgtables_bytes counts 2048 per pte table although a 4096-byte page is used',
      ],
      levels: [
        level('pgd', 21, 2048, 8, pages(16384, 2), 0, 2),
        level(
          'pte',
          12,
          512,
          4,
          page(
            4096,
            'one 4096-byte page: Linux PTEs in bytes 0..2047, hardware PTEs in bytes 2048..4095 (two 256-entry hardware tables); HIGHPTE possible',
          ),
          2048,
        ),
      ],
      folded: markedSince(
        '4.1',
        folded(
          'always',
          'asm-generic/pgtable-nopud.h plus __PAGETABLE_PMD_FOLDED defined by arch/arm/include/asm/pgtable-2level.h; pmd_t = one hardware word of the pair',
          'p4d',
          'pud',
          'pmd',
        ),
      ),
      space: {
        taskSize: 0xbf000000n,
        mmapWindow: 0xbf000000n,
        highHint: null,
        firstUserAddress: 0x2000n,
        userTopEntries: 1528,
        stackTop: 0xbf000000n,
        mmap: topDown(0xbf000000n, 12),
        mmapMinAddr: 0x1000n,
      },
      pgdInit: {
        kernelEntries: 'copied',
        note: 'memcpy of init pgd entries from USER_PTRS_PER_PGD up; if !vectors_high also allocates the first user pmd+pte for the vector page',
        prealloc: [],
      },
      kernelSync: {
        mask: 8,
        archSync: true,
        vmallocFault: 'arch/arm/mm/fault.c do_translation_fault (copies pgd/pud/pmd entries)',
        pgdList: null,
        note: 'arch_sync_kernel_mappings only bumps init_mm.context.vmalloc_seq; switch_mm copies the vmalloc pgd range (check_vmalloc_seq)',
      },
      special: { pteSpecial: false, devmap: false, memoryModel: 'FLATMEM', pfnValid: 'arch pfn_valid()' },
      hugetlb: [],
      thp: [],
      thpPmd: false,
    },
    fields: FIELDS_1,
    prot: PROT_1,
    swap: SWAP,
    pfn: [piece(12, 20)],
    keep: 0n,
  },
  {
    geometry: {
      ...shared,
      id: 'arm-lpae',
      name: 'ARM LPAE',
      uncertain: ['memory-type bits assume SMP write-allocate policy'],
      oddities: ['pgd is a 32-byte kmalloc object', 'pte_same ignores nG'],
      levels: [
        level('pgd', 30, 4, 8, { kind: 'kmalloc', bytes: 32 }, 0),
        level('pmd', 21, 512, 8, page(4096), 4096),
        level('pte', 12, 512, 8, page(4096, 'HIGHPTE possible'), 4096),
      ],
      folded: folded('always', 'asm-generic/pgtable-nopud.h', 'p4d', 'pud'),
      space: {
        taskSize: 0xbf000000n,
        mmapWindow: 0xbf000000n,
        highHint: null,
        firstUserAddress: 0x2000n,
        userTopEntries: 3,
        stackTop: 0xbf000000n,
        mmap: topDown(0xbf000000n, 12),
        mmapMinAddr: 0x1000n,
      },
      pgdInit: {
        kernelEntries: 'shared-lower',
        note: 'memcpy of the kernel pgd entry (entry 3 with 3G/1G split): kernel pmd table shared; plus a private pmd table for the 1G slot that holds MODULES_VADDR (pmd_alloc at pgd_alloc)',
        prealloc: [{ level: 'pmd', slots: [2], counted: true }],
      },
      kernelSync: {
        mask: 0,
        archSync: false,
        vmallocFault: 'arch/arm/mm/fault.c do_translation_fault',
        pgdList: null,
        note: 'no ARCH_PAGE_TABLE_SYNC_MASK with LPAE',
      },
      special: { pteSpecial: true, devmap: false, memoryModel: 'FLATMEM', pfnValid: 'arch pfn_valid()' },
      hugetlb: ['2M'],
      thp: ['2M (pmd)'],
      thpPmd: true,
    },
    fields: FIELDS_2,
    prot: PROT_2,
    swap: SWAP,
    pfn: [piece(12, 28)],
    keep: 0n,
  },
]
