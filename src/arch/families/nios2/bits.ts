/** Named bits, protections and swap layout of nios2 entries (6.12.107). */
import { field, piece, protections } from '../../make.ts'
import type { Field, SwapFormat } from '../../format.ts'

export const FIELDS: Field[] = [
  field('global_', 0x100000n, '', 'matches every address space in the TLB'),
  field('exec', 0x200000n, '', 'executable'),
  field('write', 0x400000n, '', 'writable as far as Linux is concerned'),
  field('read', 0x800000n, '', 'readable'),
  field('cached', 0x1000000n, '', 'cacheable'),
  field('present', 0x2000000n, '', 'Linux has a page here'),
  field('accessed', 0x4000000n, '', 'used since the bit was last cleared'),
  field('dirty', 0x8000000n, '', 'written since the bit was last cleared'),
  field('swpExclusive', 0x80000000n, '', 'swap entry: the page belongs to this process alone', {
    state: 'swap',
  }),
]

export const PROT = protections(
  0x3000000n,
  0x3800000n,
  0x3000000n,
  0x3800000n,
  0x3200000n,
  0x3a00000n,
  0x3200000n,
  0x3a00000n,
  0x3000000n,
  0x3800000n,
  0x3400000n,
  0x3c00000n,
  0x3200000n,
  0x3a00000n,
  0x3600000n,
  0x3e00000n,
)

export const SWAP: SwapFormat = {
  type: [piece(26, 5)],
  offset: [piece(0, 20)],
  set: 0n,
  exclusive: 0x80000000n,
  softDirty: 0n,
  uffdWp: 0n,
}
