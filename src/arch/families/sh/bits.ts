/** Named bits, protections and swap layout of sh entries (6.12.107). */
import { field, piece, protections } from '../../make.ts'
import type { Field, SwapFormat } from '../../format.ts'

export const FIELDS_1: Field[] = [
  field('writeThrough', 1n, '', 'write-through cache'),
  field('hwShared', 2n, '_PAGE_HW_SHARED', 'shared between address spaces'),
  field('dirty', 4n, '_PAGE_DIRTY', 'written since the bit was last cleared'),
  field('cachable', 8n, '_PAGE_CACHABLE', 'cacheable'),
  field('present', 0x100n, '_PAGE_PRESENT', 'Linux has a page here'),
  field('protnone', 0x200n, '_PAGE_PROTNONE', 'mapped with PROT_NONE: Linux sees a page, the MMU does not', {
    state: 'protnone',
  }),
  field('accessed', 0x400n, '_PAGE_ACCESSED', 'used since the bit was last cleared'),
  field('special', 0x800n, '_PAGE_SPECIAL', 'pte_special: no struct page is managed through this entry'),
  field('rw', 0x20n, '_PAGE_RW', 'writable'),
  field('user', 0x40n, '_PAGE_USER', 'accessible from user mode'),
  field('sz0', 0x10n, '_PAGE_SZ0', 'page size, low bit'),
  field('sz1', 0x80n, '_PAGE_SZ1', 'page size, high bit'),
]

export const FIELDS_2: Field[] = [
  field('writeThrough', 1n, '', 'write-through cache'),
  field('hwShared', 2n, '_PAGE_HW_SHARED', 'shared between address spaces'),
  field('dirty', 4n, '_PAGE_DIRTY', 'written since the bit was last cleared'),
  field('cachable', 8n, '_PAGE_CACHABLE', 'cacheable'),
  field('present', 0x100n, '_PAGE_PRESENT', 'Linux has a page here'),
  field('protnone', 0x200n, '_PAGE_PROTNONE', 'mapped with PROT_NONE: Linux sees a page, the MMU does not', {
    state: 'protnone',
  }),
  field('accessed', 0x400n, '_PAGE_ACCESSED', 'used since the bit was last cleared'),
  field('special', 0x800n, '_PAGE_SPECIAL', 'pte_special: no struct page is managed through this entry'),
  field('extPageSize', 0xf000000000n, '', 'page size'),
  field('extUserExec', 0x10000000000n, '', 'user may execute'),
  field('extUserWrite', 0x20000000000n, '', 'user may write'),
  field('extUserRead', 0x40000000000n, '', 'user may read'),
  field('extKernExec', 0x80000000000n, '', 'kernel may execute'),
  field('extKernWrite', 0x100000000000n, '', 'kernel may write'),
  field('extKernRead', 0x200000000000n, '', 'kernel may read'),
  field('wired', 0x400000000000n, '', 'pinned in the TLB'),
]

export const PROT_1 = protections(
  0x618n,
  0x558n,
  0x558n,
  0x558n,
  0x558n,
  0x558n,
  0x558n,
  0x558n,
  0x618n,
  0x558n,
  0x578n,
  0x578n,
  0x558n,
  0x558n,
  0x578n,
  0x578n,
)

export const PROT_2 = protections(
  0x688n,
  0x5c8n,
  0x5c8n,
  0x5c8n,
  0x5c8n,
  0x5c8n,
  0x5c8n,
  0x5c8n,
  0x688n,
  0x5c8n,
  0x5e8n,
  0x5e8n,
  0x5c8n,
  0x5c8n,
  0x5e8n,
  0x5e8n,
)

export const PROT_3 = protections(
  0x1000000608n,
  0x241000000508n,
  0x2d1000000508n,
  0x2d1000000508n,
  0x2d1000000508n,
  0x2d1000000508n,
  0x2d1000000508n,
  0x2d1000000508n,
  0x1000000608n,
  0x241000000508n,
  0x121000000508n,
  0x361000000508n,
  0x2d1000000508n,
  0x2d1000000508n,
  0x3f1000000508n,
  0x3f1000000508n,
)

export const PROT_4 = protections(
  0x2000000608n,
  0x242000000508n,
  0x2d2000000508n,
  0x2d2000000508n,
  0x2d2000000508n,
  0x2d2000000508n,
  0x2d2000000508n,
  0x2d2000000508n,
  0x2000000608n,
  0x242000000508n,
  0x122000000508n,
  0x362000000508n,
  0x2d2000000508n,
  0x2d2000000508n,
  0x3f2000000508n,
  0x3f2000000508n,
)

export const PROT_5 = protections(
  0x4000000608n,
  0x244000000508n,
  0x2d4000000508n,
  0x2d4000000508n,
  0x2d4000000508n,
  0x2d4000000508n,
  0x2d4000000508n,
  0x2d4000000508n,
  0x4000000608n,
  0x244000000508n,
  0x124000000508n,
  0x364000000508n,
  0x2d4000000508n,
  0x2d4000000508n,
  0x3f4000000508n,
  0x3f4000000508n,
)

export const SWAP_1: SwapFormat = {
  type: [piece(1, 5)],
  offset: [piece(11, 21)],
  set: 0n,
  exclusive: 0x40n,
  softDirty: 0n,
  uffdWp: 0n,
}

export const SWAP_2: SwapFormat = {
  type: [piece(32, 5)],
  offset: [piece(37, 27)],
  set: 0n,
  exclusive: 0x40n,
  softDirty: 0n,
  uffdWp: 0n,
}
