/** Named bits, protections and swap layout of xtensa entries (6.12.107). */
import { field, piece, protections } from '../../make.ts'
import type { Field, SwapFormat } from '../../format.ts'

export const FIELDS: Field[] = [
  field('hwExec', 1n, '_PAGE_HW_EXEC', 'executable'),
  field('hwWrite', 2n, '_PAGE_HW_WRITE', 'the TLB may write'),
  field('cacheAttr', 0xcn, '_PAGE_CA_MASK', 'cache attribute'),
  field('user', 0x10n, '_PAGE_USER', 'accessible from user mode'),
  field('writable', 0x40n, '_PAGE_WRITABLE', 'writable'),
  field('dirty', 0x80n, '_PAGE_DIRTY', 'written since the bit was last cleared'),
  field('accessed', 0x100n, '_PAGE_ACCESSED', 'used since the bit was last cleared'),
  field('swpExclusive', 2n, '_PAGE_SWP_EXCLUSIVE', 'swap entry: the page belongs to this process alone', {
    state: 'swap',
  }),
]

export const PROT = protections(
  0x1fn,
  0x114n,
  0x114n,
  0x114n,
  0x115n,
  0x115n,
  0x115n,
  0x115n,
  0x1fn,
  0x114n,
  0x154n,
  0x154n,
  0x115n,
  0x115n,
  0x155n,
  0x155n,
)

export const SWAP: SwapFormat = {
  type: [piece(6, 5)],
  offset: [piece(11, 21)],
  set: 0x1cn,
  exclusive: 2n,
  softDirty: 0n,
  uffdWp: 0n,
}
