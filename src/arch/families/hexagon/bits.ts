/** Named bits, protections and swap layout of hexagon entries (6.12.107). */
import { field, piece, protections } from '../../make.ts'
import type { Field, SwapFormat } from '../../format.ts'

export const FIELDS: Field[] = [
  field('present', 1n, '_PAGE_PRESENT', 'Linux has a page here'),
  field('dirty', 2n, '_PAGE_DIRTY', 'written since the bit was last cleared'),
  field('accessed', 4n, '_PAGE_ACCESSED', 'used since the bit was last cleared'),
  field('trap', 0x10n, '', 'trap on access'),
  field('user', 0x20n, '_PAGE_USER', 'accessible from user mode'),
  field('cache', 0x1c0n, '', 'cache attribute'),
  field('read', 0x200n, '_PAGE_READ', 'readable'),
  field('write', 0x400n, '_PAGE_WRITE', 'writable as far as Linux is concerned'),
  field('exec', 0x800n, '_PAGE_EXECUTE', 'executable'),
  field('swpExclusive', 0x40n, '_PAGE_SWP_EXCLUSIVE', 'swap entry: the page belongs to this process alone', {
    state: 'swap',
  }),
]

export const PROT = protections(
  0x1e1n,
  0x3e1n,
  0x1e1n,
  0x3e1n,
  0x9e1n,
  0xbe1n,
  0x9e1n,
  0xbe1n,
  0x1e1n,
  0x3e1n,
  0x5e1n,
  0x7e1n,
  0x9e1n,
  0xbe1n,
  0xde1n,
  0xfe1n,
)

export const SWAP: SwapFormat = {
  type: [piece(1, 5)],
  offset: [piece(7, 3), piece(13, 19, 3)],
  set: 0n,
  exclusive: 0x40n,
  softDirty: 0n,
  uffdWp: 0n,
}
