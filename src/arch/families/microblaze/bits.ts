/** Named bits, protections and swap layout of microblaze entries (6.12.107). */
import { field, piece, protections } from '../../make.ts'
import type { Field, SwapFormat } from '../../format.ts'

export const FIELDS: Field[] = [
  field('guarded', 1n, '', 'no speculative access'),
  field('present', 2n, '', 'Linux has a page here'),
  field('nocache', 4n, '', 'cache inhibited'),
  field('writethru', 8n, '', 'write-through cache'),
  field('user', 0x10n, '', 'accessible from user mode'),
  field('rw', 0x40n, '', 'writable'),
  field('dirty', 0x80n, '', 'written since the bit was last cleared'),
  field('hwwrite', 0x100n, '', 'the TLB copy is writable'),
  field('hwexec', 0x200n, '', 'the TLB copy is executable'),
  field('accessed', 0x400n, '', 'used since the bit was last cleared'),
  field('swpExclusive', 0x80n, '', 'swap entry: the page belongs to this process alone', { state: 'swap' }),
]

export const PROT = protections(
  0x402n,
  0x412n,
  0x412n,
  0x412n,
  0x412n,
  0x412n,
  0x412n,
  0x412n,
  0x402n,
  0x412n,
  0x452n,
  0x452n,
  0x412n,
  0x412n,
  0x452n,
  0x452n,
)

export const SWAP: SwapFormat = {
  type: [piece(2, 5)],
  offset: [piece(8, 24)],
  set: 0n,
  exclusive: 0x80n,
  softDirty: 0n,
  uffdWp: 0n,
}
