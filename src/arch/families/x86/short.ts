/** i386 with two levels, and with PAE. */
import { extend, folded, level, page, pages, slab, topDown } from '../../make.ts'
import type { AddressSpace, Variant } from '../../variant.ts'
import { P, withoutNx, x86Entry, x86Huge, x86Table } from './entry.ts'
import { nx, pmdModifyDropsDirty, ptiFeature, savedDirty, tlb32, x86Sources } from './facts.ts'
import { layout32 } from './layout.ts'
import { LEGACY, PAE } from './shapes.ts'

const TASK = 0xc0000000n

const space: AddressSpace = {
  taskSize: TASK,
  mmapWindow: TASK,
  highHint: null,
  firstUserAddress: 0n,
  userTopEntries: 768,
  stackTop: TASK,
  mmap: topDown(TASK, 12, 'arch/x86/mm/mmap.c: mmap_base'),
  mmapMinAddr: 65536n,
  note: 'VMSPLIT_3G; other splits move PAGE_OFFSET',
}

const ptiRoot = 'with PTI twice as large: kernel root and user root'

const two: Variant = {
  id: 'x86-2level',
  family: 'x86',
  name: 'i386 non-PAE, 2-level',
  aliases: ['i386-2level'],
  bits: 32,
  endian: 'little',
  kernel: '6.12.107',
  verifiedBy: 'compiled probe',
  uncertain: [],
  oddities: ['mkdirty on a read-only pte sets SavedDirty (bit 10) instead of Dirty'],
  diff61: [
    'struct page instead of ptdesc',
    'arch_sync_kernel_mappings walks the whole kernel layout in steps of PMD_SIZE',
    'no _PAGE_SAVED_DIRTY',
  ],
  sources: x86Sources,
  features: [savedDirty, pmdModifyDropsDirty],
  overrides: [],
  pageShift: 12,
  levels: [
    level('pgd', 22, 1024, 4, pages(4096, 0, ptiRoot), 0),
    level('pte', 12, 1024, 4, page(4096, 'may come from highmem with CONFIG_HIGHPTE'), 4096),
  ],
  folded: folded('always', 'asm-generic/pgtable-nopmd.h', 'p4d', 'pud', 'pmd'),
  runtimeFold: null,
  vaBits: 32,
  space,
  layout: layout32,
  pgtableT: 'struct page *',
  ptdesc: true,
  splitPteLocks: true,
  splitPmdLocks: false,
  pgdInit: {
    kernelEntries: 'copied',
    note: 'entries from KERNEL_PGD_BOUNDARY on are copied from swapper_pg_dir (clone_pgd_range)',
    prealloc: [],
  },
  kernelSync: {
    mask: 0x8,
    archSync: true,
    vmallocFault: 'arch/x86/mm/fault.c: vmalloc_fault',
    pgdList: 'pgd_list (every pgd)',
    note: '6.12 steps through the changed range by PMD_SIZE',
  },
  special: { pteSpecial: true, devmap: false, memoryModel: 'FLATMEM', pfnValid: 'pfn below max_mapnr' },
  habits: [],
  pte: x86Entry(LEGACY),
  huge: { pgd: x86Huge(LEGACY, 22) },
  tables: { pgd: x86Table(LEGACY, 'exact', true) },
  hugetlb: ['4M'],
  thp: ['4M (pmd)'],
  contPte: [],
  thpPmd: true,
  tlb: tlb32,
}

const paeRoot = x86Table(PAE, 'loose', false)

const pae = extend(two, {
  id: 'x86-pae',
  name: 'i386 PAE, 3-level',
  aliases: ['i386', 'i686', 'i386-pae', 'x86_32'],
  oddities: [
    'the root is 32 bytes',
    'a fresh mm owns 3 pmd tables: 12288 bytes in pgtables_bytes',
    'a 64-bit entry is written as two words: high first when set, low first when cleared',
    'QEMU sets bit 5 (accessed) in the root entries it has used; processors have no such bit there',
  ],
  diff61: ['struct page instead of ptdesc'],
  features: [ptiFeature(false), nx, savedDirty, pmdModifyDropsDirty],
  overrides: [
    { feature: 'nx', value: false, patch: withoutNx() },
    {
      feature: 'pti',
      value: true,
      patch: {
        levels: [
          level('pgd', 30, 4, 8, pages(8192, 1, 'kernel root and user root, a page each'), 0),
          ...paeLower(),
        ],
        pgdInit: {
          kernelEntries: 'copied',
          note: 'private copies of the kernel pmd tables, plus one pmd table of the user root (LDT)',
          prealloc: [
            { level: 'pmd', slots: [0, 1, 2, 3], counted: true },
            { level: 'pmd', slots: [3], userRoot: true, counted: true },
          ],
          userRoot: true,
        },
        kernelSync: { mask: 0x8, pgdList: 'pgd_list (!SHARED_KERNEL_PMD)' },
        habits: ['pae-prealloc-pmds', 'pti-user-root'],
      },
    },
  ],
  levels: [level('pgd', 30, 4, 8, slab(32, 'pgd_cache; with PTI pages'), 0), ...paeLower()],
  folded: folded('always', 'asm-generic/pgtable-nopud.h', 'p4d', 'pud'),
  space: { userTopEntries: 3 },
  splitPmdLocks: true,
  pgdInit: {
    kernelEntries: 'shared-lower',
    note: 'the kernel slot points to the shared kernel pmd table; all user pmd tables exist from the start, because a changed root entry needs a CR3 reload',
    prealloc: [{ level: 'pmd', slots: [0, 1, 2], counted: true }],
  },
  kernelSync: { mask: 0, pgdList: null, note: 'SHARED_KERNEL_PMD: nothing to propagate' },
  habits: ['pae-prealloc-pmds'],
  pte: x86Entry(PAE),
  // A PDPTE has only P, PWT and PCD; pud_populate then flushes, as CR3 must be reloaded.
  tables: {
    pgd: { ...paeRoot, present: { mask: P, value: P }, user: P, kernel: P },
    pmd: x86Table(PAE, 'exact', true),
  },
  hugetlb: ['2M'],
  thp: ['2M (pmd)'],
})
pae.huge = { pmd: x86Huge(PAE, 21) }

function paeLower() {
  return [
    level('pmd', 21, 512, 8, page(4096, 'user ones preallocated by pgd_alloc'), 4096),
    level('pte', 12, 512, 8, page(4096, 'HIGHPTE possible'), 4096),
  ]
}

export const x86Short: Variant[] = [two, pae]
