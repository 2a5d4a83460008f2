/** Geometry, address space and habits: powerpc, 8xx (6.12.107). */
import { FIELDS_2, PROT_2, PROT_3, SWAP_1 } from './bits.ts'
import { shared, TLB_3 } from './shared.ts'
import { folded, fragment, level, page, piece, region, slab, topDown } from '../../make.ts'
import type { Described } from '../../make.ts'

export const described: Described[] = [
  {
    geometry: {
      ...shared,
      id: 'ppc-8xx-4k',
      name: '8xx, 4K pages',
      bits: 32,
      uncertain: [],
      oddities: [
        'write permission is absence of RO bits (bits 10:9)',
        'hugepages 16K, 512K, 8M: 16K = 4 identical PTEs with SPS; 512K = 128 PTEs with SPS|HUGE; 8M = two pgd entries (each 4M) pointing to pte tables',
      ],
      diff61: [
        'ptdesc does not exist in 6.1: struct page with pgtable_pte_page_ctor',
        '6.1 has hugepd (ARCH_HAS_HUGEPD) for 8xx/e500; removed before 6.12',
      ],
      pageShift: 12,
      levels: [
        level(
          'pgd',
          22,
          1024,
          4,
          slab(4096, 'pgtable_cache_add(PGD_INDEX_SIZE): object size is sizeof(pgd_t)<<shift'),
          0,
        ),
        level('pte', 12, 1024, 4, page(4096), 4096),
      ],
      folded: folded('always', 'asm-generic/pgtable-nopmd.h', 'p4d', 'pud', 'pmd'),
      runtimeFold: null,
      vaBits: 32,
      space: {
        taskSize: 0x80000000n,
        mmapWindow: 0x80000000n,
        highHint: null,
        firstUserAddress: 0n,
        userTopEntries: 512,
        stackTop: 0x80000000n,
        mmap: topDown(0x80000000n, 12, 'arch/powerpc/mm/mmap.c: mmap_base'),
        mmapMinAddr: 0x1000n,
      },
      layout: [
        region('user', 0n, 0x7fffffffn, 'user space'),
        region('direct map', 0xc0000000n, 0xffffffffn, 'physical memory (PAGE_OFFSET)', true),
      ],
      splitPmdLocks: false,
      pgdInit: {
        kernelEntries: 'copied',
        note: 'memcpy of kernel entries from swapper_pg_dir',
        prealloc: [],
      },
      special: {
        pteSpecial: true,
        devmap: false,
        memoryModel: 'FLATMEM',
        pfnValid: 'asm-generic FLATMEM: pfn - ARCH_PFN_OFFSET < max_mapnr',
      },
      hugetlb: ['16K', '512K', '8M'],
      thp: [],
      thpPmd: false,
      tlb: TLB_3,
    },
    fields: FIELDS_2,
    prot: PROT_2,
    swap: SWAP_1,
    pfn: [piece(12, 20)],
    keep: 0xfffff1a0n,
  },
  {
    geometry: {
      ...shared,
      id: 'ppc-8xx-16k',
      name: '8xx, 16K pages',
      bits: 32,
      uncertain: [],
      oddities: [
        'pte_t is four identical 32-bit hardware PTEs (16 bytes): one Linux entry = 4 hardware words',
        'PTE table 256 entries x 16 bytes = 4096 bytes: 4 fragments per 16K page',
      ],
      diff61: [
        'ptdesc does not exist in 6.1: struct page with pgtable_pte_page_ctor',
        '6.1 has hugepd (ARCH_HAS_HUGEPD) for 8xx/e500; removed before 6.12',
      ],
      pageShift: 14,
      levels: [
        level(
          'pgd',
          22,
          1024,
          4,
          slab(4096, 'pgtable_cache_add(PGD_INDEX_SIZE): object size is sizeof(pgd_t)<<shift'),
          0,
        ),
        level('pte', 14, 256, 16, fragment(4096, 4), 4096, 4),
      ],
      folded: folded('always', 'asm-generic/pgtable-nopmd.h', 'p4d', 'pud', 'pmd'),
      runtimeFold: null,
      vaBits: 32,
      space: {
        taskSize: 0x80000000n,
        mmapWindow: 0x80000000n,
        highHint: null,
        firstUserAddress: 0n,
        userTopEntries: 512,
        stackTop: 0x80000000n,
        mmap: topDown(0x80000000n, 14, 'arch/powerpc/mm/mmap.c: mmap_base'),
        mmapMinAddr: 0x1000n,
      },
      layout: [
        region('user', 0n, 0x7fffffffn, 'user space'),
        region('direct map', 0xc0000000n, 0xffffffffn, 'physical memory (PAGE_OFFSET)', true),
      ],
      splitPmdLocks: false,
      pgdInit: {
        kernelEntries: 'copied',
        note: 'memcpy of kernel entries from swapper_pg_dir',
        prealloc: [],
      },
      special: {
        pteSpecial: true,
        devmap: false,
        memoryModel: 'FLATMEM',
        pfnValid: 'asm-generic FLATMEM: pfn - ARCH_PFN_OFFSET < max_mapnr',
      },
      hugetlb: ['512K', '8M'],
      thp: [],
      thpPmd: false,
      tlb: TLB_3,
    },
    fields: FIELDS_2,
    prot: PROT_3,
    swap: SWAP_1,
    pfn: [piece(14, 18)],
    keep: 0xffffc1a0n,
  },
]
