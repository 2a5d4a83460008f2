/** Named bits, protections and swap layout of csky entries (6.12.107). */
import { field, piece, protections } from '../../make.ts'
import type { Field, SwapFormat } from '../../format.ts'

export const FIELDS_1: Field[] = [
  field('present', 1n, '', 'Linux has a page here'),
  field('read', 2n, '', 'readable'),
  field('write', 4n, '', 'writable as far as Linux is concerned'),
  field('accessed', 8n, '', 'used since the bit was last cleared'),
  field('modified', 0x10n, '', 'written since the bit was last cleared (software copy)'),
  field('global_', 0x40n, '', 'matches every address space in the TLB'),
  field('valid', 0x80n, '', 'the MMU may use this entry'),
  field('dirty', 0x100n, '', 'the MMU may write (dirty in the TLB)'),
  field('cache', 0xe00n, '', 'cache attribute'),
  field('swpExclusive', 0x200n, '', 'swap entry: the page belongs to this process alone', { state: 'swap' }),
]

export const FIELDS_2: Field[] = [
  field('accessed', 0x80n, '', 'used since the bit was last cleared'),
  field('read', 0x100n, '', 'readable'),
  field('write', 0x200n, '', 'writable as far as Linux is concerned'),
  field('present', 0x400n, '', 'Linux has a page here'),
  field('modified', 0x800n, '', 'written since the bit was last cleared (software copy)'),
  field('global_', 1n, '', 'matches every address space in the TLB'),
  field('valid', 2n, '', 'the MMU may use this entry'),
  field('dirty', 4n, '', 'the MMU may write (dirty in the TLB)'),
  field('so', 0x20n, '', 'strongly ordered'),
  field('buf', 0x40n, '', 'bufferable'),
  field('cache', 8n, '', 'cache attribute'),
  field('swpExclusive', 0x80n, '', 'swap entry: the page belongs to this process alone', { state: 'swap' }),
]

export const PROT_1 = protections(
  2n,
  0x60bn,
  0x60bn,
  0x60bn,
  0x60bn,
  0x60bn,
  0x60bn,
  0x60bn,
  2n,
  0x60bn,
  0x60fn,
  0x60fn,
  0x60bn,
  0x60bn,
  0x60fn,
  0x60fn,
)

export const PROT_2 = protections(
  0x200n,
  0x5c8n,
  0x5c8n,
  0x5c8n,
  0x5c8n,
  0x5c8n,
  0x5c8n,
  0x5c8n,
  0x200n,
  0x5c8n,
  0x7c8n,
  0x7c8n,
  0x5c8n,
  0x5c8n,
  0x7c8n,
  0x7c8n,
)

export const SWAP_1: SwapFormat = {
  type: [piece(2, 4), piece(8, 1, 4)],
  offset: [piece(10, 22)],
  set: 0n,
  exclusive: 0x200n,
  softDirty: 0n,
  uffdWp: 0n,
}

export const SWAP_2: SwapFormat = {
  type: [piece(2, 5)],
  offset: [piece(8, 1), piece(11, 21, 1)],
  set: 0n,
  exclusive: 0x80n,
  softDirty: 0n,
  uffdWp: 0n,
}
