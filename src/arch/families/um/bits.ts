/** Named bits, protections and swap layout of um entries (6.12.107). */
import { field, piece, protections } from '../../make.ts'
import type { Field, SwapFormat } from '../../format.ts'

export const FIELDS: Field[] = [
  field('present', 1n, '_PAGE_PRESENT', 'Linux has a page here'),
  field('newpage', 2n, '_PAGE_NEWPAGE', 'the mapping must still be carried to the host'),
  field('newprot', 4n, '_PAGE_NEWPROT', 'the protection must still be carried to the host'),
  field('protnone', 0x10n, '_PAGE_PROTNONE', 'mapped with PROT_NONE: Linux sees a page, the MMU does not', {
    state: 'protnone',
  }),
  field('rw', 0x20n, '_PAGE_RW', 'writable'),
  field('user', 0x40n, '_PAGE_USER', 'accessible from user mode'),
  field('accessed', 0x80n, '_PAGE_ACCESSED', 'used since the bit was last cleared'),
  field('dirty', 0x100n, '_PAGE_DIRTY', 'written since the bit was last cleared'),
  field('swpExclusive', 0x400n, '_PAGE_SWP_EXCLUSIVE', 'swap entry: the page belongs to this process alone', {
    state: 'swap',
  }),
]

export const PROT = protections(
  0x90n,
  0xc1n,
  0xc1n,
  0xc1n,
  0xc1n,
  0xc1n,
  0xc1n,
  0xc1n,
  0x90n,
  0xc1n,
  0xe1n,
  0xe1n,
  0xc1n,
  0xc1n,
  0xe1n,
  0xe1n,
)

export const SWAP_1: SwapFormat = {
  type: [piece(5, 5)],
  offset: [piece(11, 53)],
  set: 0n,
  exclusive: 0x400n,
  softDirty: 0n,
  uffdWp: 0n,
}

export const SWAP_2: SwapFormat = {
  type: [piece(5, 5)],
  offset: [piece(11, 21)],
  set: 0n,
  exclusive: 0x400n,
  softDirty: 0n,
  uffdWp: 0n,
}
