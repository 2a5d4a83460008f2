/** Named bits, protections and swap layout of parisc entries (6.12.107). */
import { field, piece, protections } from '../../make.ts'
import type { Field, SwapFormat } from '../../format.ts'

export const FIELDS_1: Field[] = [
  field('read', 1n, '_PAGE_READ', 'readable'),
  field('write', 2n, '_PAGE_WRITE', 'writable as far as Linux is concerned'),
  field('exec', 4n, '_PAGE_EXEC', 'executable'),
  field('gateway', 8n, '_PAGE_GATEWAY', 'gateway page: raises privilege'),
  field('dmb', 0x10n, '_PAGE_DMB', 'data memory break'),
  field('dirty', 0x20n, '_PAGE_DIRTY', 'written since the bit was last cleared'),
  field('refTrap', 0x40n, '_PAGE_REFTRAP', 'reference trap'),
  field('noCache', 0x80n, '_PAGE_NO_CACHE', 'cache inhibited'),
  field('accessed', 0x100n, '_PAGE_ACCESSED', 'used since the bit was last cleared'),
  field('present', 0x200n, '_PAGE_PRESENT', 'Linux has a page here'),
  field('huge', 0x400n, '_PAGE_HUGE', 'a huge page'),
  field('user', 0x800n, '_PAGE_USER', 'accessible from user mode'),
  field('special', 0x400n, '_PAGE_SPECIAL', 'pte_special: no struct page is managed through this entry'),
]

export const FIELDS_2: Field[] = [
  field('read', 1n, '', 'readable'),
  field('write', 2n, '', 'writable as far as Linux is concerned'),
  field('exec', 4n, '', 'executable'),
  field('gateway', 8n, '', 'gateway page: raises privilege'),
  field('dmb', 0x10n, '', 'data memory break'),
  field('dirty', 0x20n, '', 'written since the bit was last cleared'),
  field('refTrap', 0x40n, '', 'reference trap'),
  field('noCache', 0x80n, '', 'cache inhibited'),
  field('accessed', 0x100n, '', 'used since the bit was last cleared'),
  field('present', 0x200n, '', 'Linux has a page here'),
  field('special', 0x400n, '', 'pte_special: no struct page is managed through this entry'),
  field('user', 0x800n, '', 'accessible from user mode'),
]

export const PROT = protections(
  0xa00n,
  0xa01n,
  0xa00n,
  0xa01n,
  0xa05n,
  0xa05n,
  0xa05n,
  0xa05n,
  0xa00n,
  0xa01n,
  0xa02n,
  0xa03n,
  0xa05n,
  0xa05n,
  0xa07n,
  0xa07n,
)

export const SWAP_1: SwapFormat = {
  type: [piece(0, 5)],
  offset: [piece(5, 3), piece(10, 22, 3)],
  set: 0n,
  exclusive: 0x100n,
  softDirty: 0n,
  uffdWp: 0n,
}

export const SWAP_2: SwapFormat = {
  type: [piece(0, 5)],
  offset: [piece(5, 3), piece(10, 54, 3)],
  set: 0n,
  exclusive: 0x100n,
  softDirty: 0n,
  uffdWp: 0n,
}

export const SWAP_3: SwapFormat = {
  type: [piece(0, 5)],
  offset: [piece(5, 3), piece(10, 54, 3)],
  set: 0n,
  exclusive: 0n,
  softDirty: 0n,
  uffdWp: 0n,
}
