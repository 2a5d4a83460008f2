/** x86-64 with 4 or 5 levels. */
import { extend, folded, level, page, pages, topDown } from '../../make.ts'
import type { AddressSpace, Variant } from '../../variant.ts'
import { NX, withoutNx, x86Entry, x86Huge, x86Table } from './entry.ts'
import { freedByRcu, longFeatures, userPcid, withoutPcid, x86Sources, x86Tlb } from './facts.ts'
import { layout4, layout5 } from './layout.ts'
import { LONG } from './shapes.ts'

const WINDOW = (1n << 47n) - 4096n
const TASK5 = (1n << 56n) - 4096n
const MM47 = 'arch/x86/mm/mmap.c: mmap_base'

const lower = [
  level('pud', 30, 512, 8, page(4096), 4096),
  level('pmd', 21, 512, 8, page(4096), 4096),
  level('pte', 12, 512, 8, page(4096), 4096),
]

const root = pages(4096, 0, 'with PTI 8 KiB (order 1): kernel root and user root side by side')

const space4: AddressSpace = {
  taskSize: WINDOW,
  mmapWindow: WINDOW,
  highHint: null,
  firstUserAddress: 0n,
  userTopEntries: 256,
  stackTop: WINDOW,
  mmap: topDown(WINDOW, 12, MM47),
  mmapMinAddr: 65536n,
}

const upper = x86Table(LONG, 'loose', false)

const four: Variant = {
  id: 'x86-64-4level',
  family: 'x86',
  name: 'x86_64, CONFIG_X86_5LEVEL=n',
  aliases: ['x86_64', 'x86-64', 'amd64'],
  bits: 64,
  endian: 'little',
  kernel: '6.12.107',
  verifiedBy: 'compiled probe',
  uncertain: [],
  oddities: [
    'the PTI user root is the page after the kernel root; bit 12 of the address selects it',
    'RW=0 with D=1 is a shadow-stack page; SavedDirty (bit 58) keeps the dirty state of read-only entries',
  ],
  diff61: ['struct page instead of ptdesc', 'pte_mkwrite() without vma, no SavedDirty'],
  sources: x86Sources,
  features: longFeatures,
  overrides: [
    { feature: 'nx', value: false, patch: withoutNx() },
    withoutPcid,
    userPcid,
    freedByRcu,
    {
      feature: 'pti',
      value: true,
      patch: {
        levels: [level('pgd', 39, 512, 8, pages(8192, 1, 'kernel root and user root'), 0), ...lower],
        tables: { pgd: { user: upper.user | NX } },
        pgdInit: { userRoot: true },
        habits: ['pti-user-root'],
      },
    },
  ],
  pageShift: 12,
  levels: [level('pgd', 39, 512, 8, root, 0), ...lower],
  folded: folded('always', 'asm-generic/pgtable-nop4d.h', 'p4d'),
  runtimeFold: null,
  vaBits: 48,
  space: space4,
  layout: layout4,
  pgtableT: 'struct page *',
  ptdesc: true,
  splitPteLocks: true,
  splitPmdLocks: true,
  pgdInit: {
    kernelEntries: 'shared-lower',
    note: 'slots 256–511 copied from swapper_pg_dir, the tables below are shared; vmalloc slots preallocated at boot',
    prealloc: [],
  },
  kernelSync: {
    mask: 0x2,
    archSync: true,
    vmallocFault: null,
    pgdList: 'pgd_list; arch_sync_kernel_mappings → sync_global_pgds',
  },
  special: {
    pteSpecial: true,
    devmap: true,
    memoryModel: 'SPARSEMEM_VMEMMAP',
    pfnValid: 'section and subsection map (mmzone.h)',
  },
  habits: [],
  pte: x86Entry(LONG),
  huge: { pmd: x86Huge(LONG, 21), pud: x86Huge(LONG, 30) },
  tables: { pgd: upper, pud: x86Table(LONG, 'loose', true), pmd: x86Table(LONG, 'exact', true) },
  hugetlb: ['2M', '1G if GBPAGES'],
  thp: ['2M (pmd)', '1G (pud, devmap/huge pfnmap only)'],
  contPte: [],
  thpPmd: true,
  tlb: x86Tlb,
}

const la57off = extend(four, {
  id: 'x86-64-5level-la57off',
  name: 'x86_64, CONFIG_X86_5LEVEL=y on a CPU without LA57',
  folded: folded('boot', 'pgtable_l5_enabled() is false', 'p4d'),
  runtimeFold: 'pgtable_l5_enabled() false: pgdir_shift 39, ptrs_per_p4d 1, a p4d entry is the pgd entry',
  siblings: [{ feature: 'la57', value: true, id: 'x86-64-5level-la57on' }],
})
delete la57off.aliases

const la57on = extend(la57off, {
  id: 'x86-64-5level-la57on',
  name: 'x86_64, CONFIG_X86_5LEVEL=y with LA57',
  aliases: ['x86_64-5level', 'x86-64-5level', 'la57'],
  folded: [],
  runtimeFold: 'pgtable_l5_enabled() true: pgdir_shift 48, ptrs_per_p4d 512',
  siblings: [{ feature: 'la57', value: false, id: 'x86-64-5level-la57off' }],
  vaBits: 57,
  levels: [level('pgd', 48, 512, 8, root, 0), level('p4d', 39, 512, 8, page(4096), 0), ...lower],
  overrides: [
    { feature: 'nx', value: false, patch: withoutNx() },
    withoutPcid,
    userPcid,
    freedByRcu,
    {
      feature: 'pti',
      value: true,
      patch: {
        levels: [
          level('pgd', 48, 512, 8, pages(8192, 1, 'kernel root and user root'), 0),
          level('p4d', 39, 512, 8, page(4096), 0),
          ...lower,
        ],
        tables: { pgd: { user: upper.user | NX } },
        pgdInit: { userRoot: true },
        habits: ['pti-user-root'],
      },
    },
  ],
  space: { taskSize: TASK5, highHint: { from: WINDOW, limit: TASK5, fallback: 'large' } },
  layout: layout5,
  kernelSync: { mask: 0x1 },
  tables: { pgd: x86Table(LONG, 'exact', false), p4d: upper },
})

export const x86Long: Variant[] = [four, la57off, la57on]
