/** Removed architectures: avr32, cris, metag, tile, ia64. */
import { bit, bits } from '../../bits.ts'
import { inPlace, level, page, pages, piece, slab } from '../../make.ts'
import type { LevelSpec, Variant } from '../../variant.ts'
import { historic, type Historic } from './build.ts'
import { ia64 } from './ia64.ts'

const NOPMD = 'asm-generic/pgtable-nopmd.h'

const avr32 = historic({
  id: 'avr32',
  family: 'avr32',
  name: 'AP7000, 4K pages',
  lastKernel: '4.11',
  endian: 'big',
  pageShift: 12,
  levels: [level('pgd', 22, 1024, 4, page(4096), 0), level('pte', 12, 1024, 4, page(4096), 4096)],
  foldedBy: NOPMD,
  folded: ['pud', 'pmd'],
  vaBits: 32,
  taskSize: 0x80000000n,
  userTopEntries: 512,
  fields: [
    ['wt', 0, 0, 'write-through cache'],
    ['dirty', 1, 1, 'written since the bit was last cleared'],
    ['size', 3, 2, 'page size; 0 in a PROT_NONE entry'],
    ['exec', 4, 4, 'executable'],
    ['rw', 5, 5, 'writable'],
    ['user', 6, 6, 'accessible from user mode'],
    ['buffer', 7, 7, 'bufferable'],
    ['global_', 8, 8, 'matches every address space in the TLB'],
    ['cachable', 9, 9, 'cacheable'],
    ['present', 10, 10, 'Linux has a page here'],
    ['accessed', 11, 11, 'used since the bit was last cleared'],
  ],
  roles: {
    present: bit(10),
    accessed: bit(11),
    dirty: bit(1),
    write: bit(5),
    exec: bit(4),
    user: bit(6),
    always: bit(9) | bit(7) | bit(2),
  },
  pfn: [piece(12, 20)],
  swap: { type: [piece(4, 6)], offset: [piece(11, 21)] },
  table: { address: [piece(0, 32)], added: 0x80000000n },
  walk: 'software TLB (TLBEHI/TLBELO) with ASID',
  kernelEntries: 'copied from swapper_pg_dir by pgd_ctor (quicklists)',
  vmallocFault: null,
  habits: ['software-refill', 'pointer-tables'],
})

const crisCommon: Pick<
  Historic,
  | 'family'
  | 'lastKernel'
  | 'endian'
  | 'pageShift'
  | 'levels'
  | 'foldedBy'
  | 'folded'
  | 'vaBits'
  | 'swap'
  | 'walk'
  | 'kernelEntries'
  | 'vmallocFault'
> = {
  family: 'cris',
  lastKernel: '4.16',
  endian: 'little',
  pageShift: 13,
  levels: [level('pgd', 24, 2048, 4, page(8192), 0), level('pte', 13, 2048, 4, page(8192), 8192)],
  foldedBy: NOPMD,
  folded: ['pud', 'pmd'],
  vaBits: 32,
  swap: { type: [piece(5, 7)], offset: [piece(12, 20)] },
  walk: 'software TLB, page_id tags',
  kernelEntries: 'none copied (zeroed); vmalloc_fault fills',
  vmallocFault: 'arch/cris/mm/fault.c',
}

const crisV32 = historic({
  ...crisCommon,
  id: 'cris-v32',
  name: 'CRIS v32, 8K pages',
  aliases: ['cris'],
  taskSize: 0xb0000000n,
  userTopEntries: 176,
  fields: [
    ['exec', 0, 0, 'executable'],
    ['we_silentWrite', 1, 1, 'the TLB may write'],
    ['kernel', 2, 2, 'kernel only'],
    ['valid_silentRead', 3, 3, 'the TLB may use this entry'],
    ['global_', 4, 4, 'matches every address space in the TLB'],
    ['present', 5, 5, 'Linux has a page here'],
    ['accessed', 6, 6, 'used since the bit was last cleared'],
    ['modified', 7, 7, 'written since the bit was last cleared'],
    ['read', 8, 8, 'readable'],
    ['write', 9, 9, 'writable as far as Linux is concerned'],
    ['noCache', 31, 31, 'not cached'],
  ],
  roles: { present: bit(5), accessed: bit(6), dirty: bit(7), read: bit(8), write: bit(9), exec: bit(0) },
  pfn: [piece(13, 18)],
  table: { address: [piece(13, 19, 13)], added: 0xc0000000n, user: bit(5) },
  habits: ['software-refill', 'pointer-tables'],
  oddities: ['PTRS_PER_PGD is 2048 although 32-bit addresses need 256'],
  uncertain: ['_PAGE_TABLE flags of a table entry are not recorded'],
})

const crisV10 = historic({
  ...crisCommon,
  id: 'cris-v10',
  name: 'CRIS v10, 8K pages',
  taskSize: 0xa0000000n,
  userTopEntries: 160,
  fields: [
    ['we', 0, 0, 'the TLB may write'],
    ['valid', 2, 2, 'the TLB may use this entry'],
    ['global_', 3, 3, 'matches every address space in the TLB'],
    ['present', 4, 4, 'Linux has a page here'],
    ['accessed', 5, 5, 'used since the bit was last cleared'],
    ['modified', 6, 6, 'written since the bit was last cleared'],
    ['read', 7, 7, 'readable'],
    ['write', 8, 8, 'writable as far as Linux is concerned'],
    ['noCache', 31, 31, 'not cached'],
  ],
  roles: { present: bit(4), accessed: bit(5), dirty: bit(6), read: bit(7), write: bit(8) },
  pfn: [piece(13, 18)],
  table: { address: [piece(13, 19, 13)], added: 0xc0000000n, user: bit(4) },
  habits: ['software-refill', 'pointer-tables'],
  oddities: ['PTRS_PER_PGD is 2048 although 32-bit addresses need 256'],
  uncertain: ['_PAGE_TABLE flags of a table entry are not recorded'],
})

/** Size code of a pgd entry: 0 for 4K, 1 for 8K, 2 for 16K pages. */
function metag(pageShift: 12 | 13 | 14): Variant {
  const entries = 2 ** (22 - pageShift)
  const bytes = 2 ** pageShift
  const code = BigInt(pageShift - 12) << 1n
  return historic({
    id: `metag-${bytes / 1024}k`,
    family: 'metag',
    name: `Meta, ${bytes / 1024}K pages`,
    aliases: pageShift === 12 ? ['metag'] : [],
    lastKernel: '4.16',
    endian: 'little',
    pageShift,
    levels: [
      level('pgd', 22, 512, 4, page(bytes), 0),
      level('pte', pageShift, entries, 4, page(bytes), entries * 4),
    ],
    foldedBy: NOPMD,
    folded: ['pud', 'pmd'],
    vaBits: 31,
    taskSize: 0x40000000n,
    firstUserAddress: 0x08000000n,
    userTopEntries: 256,
    fields: [
      ['present', 0, 0, 'Linux has a page here'],
      ['write', 1, 1, 'writable'],
      ['priv', 2, 2, 'kernel only'],
      ['wrCombine', 3, 3, 'write combining'],
      ['sysCoherent', 4, 4, 'coherent with the system'],
      ['accessed', 5, 5, 'used since the bit was last cleared'],
      ['cacheCtrl', 7, 6, 'cache attribute'],
      ['dirty', 8, 8, 'written since the bit was last cleared'],
      ['file', 9, 9, 'in a non-present pte: nonlinear mapping'],
    ],
    roles: { present: bit(0), accessed: bit(5), dirty: bit(8), write: bit(1), always: bits(7, 6) },
    pfn: [piece(pageShift, 32 - pageShift)],
    swap: { type: [piece(1, 8)], offset: [piece(10, 22)] },
    table: { address: inPlace(31, 8), user: bit(0) | code },
    walk: 'hardware',
    kernelEntries: 'META21: entries from 256 on copied; older MMU: none',
    vmallocFault: null,
    keepers: { accessed: 'fault', dirty: 'fault' },
    habits: [],
    oddities: [
      'the first-level table covers 2 GiB only (local or global space; here local)',
      'how many entries a pte table has follows from the size code in its pgd entry',
      '0x00000000–0x001fffff is never valid',
    ],
    uncertain: ['PROT_NONE is not recorded'],
  })
}

function tile(id: string, name: string, pageShift: number, levels: LevelSpec[], word: 32 | 64): Variant {
  const long = word === 64
  return historic({
    id,
    family: 'tile',
    name,
    aliases: id === 'tilegx-64k' ? ['tile', 'tilegx'] : [],
    lastKernel: '4.16',
    bits: word,
    endian: 'little',
    pageShift,
    levels,
    foldedBy: long ? 'asm-generic/pgtable-nopud.h' : NOPMD,
    folded: long ? ['pud'] : ['pud', 'pmd'],
    vaBits: long ? 42 : 32,
    taskSize: long ? 1n << 41n : 0xc0000000n,
    userTopEntries: long ? 512 : 192,
    fields: [
      ['present', 0, 0, 'Linux has a page here'],
      ['migrating', 1, 1, 'the page is moving to another home cache'],
      ['nc', 4, 4, 'not cached'],
      ['noAllocL1', 5, 5, 'no allocation in the first-level cache'],
      ['noAllocL2', 6, 6, 'no allocation in the second-level cache'],
      ['cachedPriority', 7, 7, 'cached with priority'],
      ['page', 8, 8, 'a page, not a table'],
      ['global_', 9, 9, 'matches every address space in the TLB'],
      ['user', 10, 10, 'accessible from user mode'],
      ['accessed', 11, 11, 'used since the bit was last cleared'],
      ['dirty', 12, 12, 'written since the bit was last cleared'],
      ['super_', 15, 15, 'super page'],
      ['mode', 18, 16, 'cache mode'],
      ['client2', 19, 19, 'for client software'],
      ['lotar', 31, 20, 'tile whose cache is home of the page'],
      ['readable', 32, 32, 'readable'],
      ['writable', 33, 33, 'writable'],
      ['executable', 34, 34, 'executable'],
    ],
    roles: {
      present: bit(0),
      accessed: bit(11),
      dirty: bit(12),
      read: bit(32),
      write: bit(33),
      exec: bit(34),
      user: bit(10),
      always: bit(8),
    },
    // the address field counts units of 2048 bytes
    pfn: [piece(35 + pageShift - 11, 29 - (pageShift - 11))],
    swap: { type: [piece(2, 6)], offset: [piece(32, 32)] },
    table: { address: [piece(35, 29, 11)], user: bit(0), leaf: { mask: bit(8), value: bit(8) } },
    walk: 'the hypervisor walks Linux tables in its own format',
    kernelEntries: 'entries above KERNEL_PGD_INDEX_START copied',
    vmallocFault: 'arch/tile/mm/fault.c: vmalloc_sync_one',
    habits: ['software-refill'],
    oddities: [
      'entries are 64 bits on the 32-bit chip too',
      'an entry names the home cache of the page',
      'huge pages of 16M at pmd level',
    ],
    uncertain: ['the swap layout is not recorded; assumed'],
  })
}

const tilepro = tile(
  'tilepro-64k',
  'TILEPro, 64K pages',
  16,
  [level('pgd', 24, 256, 8, slab(2048), 0), level('pte', 16, 256, 8, page(65536), 2048)],
  32,
)
const tilegx64 = tile(
  'tilegx-64k',
  'TILE-Gx, 64K pages',
  16,
  [
    level('pgd', 32, 1024, 8, slab(8192), 0),
    level('pmd', 24, 256, 8, page(65536), 2048),
    level('pte', 16, 256, 8, page(65536), 2048),
  ],
  64,
)
const tilegx16 = tile(
  'tilegx-16k',
  'TILE-Gx, 16K pages',
  14,
  [
    level('pgd', 32, 1024, 8, slab(8192), 0),
    level('pmd', 24, 256, 8, page(16384), 2048),
    level('pte', 14, 1024, 8, pages(16384, 0), 8192),
  ],
  64,
)

export const west: Variant[] = [
  avr32,
  crisV32,
  crisV10,
  metag(12),
  metag(13),
  metag(14),
  tilepro,
  tilegx64,
  tilegx16,
  ...ia64,
]
