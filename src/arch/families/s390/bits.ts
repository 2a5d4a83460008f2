/** Named bits, protections and swap layout of s390 entries (6.12.107). */
import { field, piece, protections } from '../../make.ts'
import type { Field, SwapFormat } from '../../format.ts'

export const FIELDS: Field[] = [
  field('present', 1n, '_PAGE_PRESENT', 'Linux has a page here'),
  field('softDirty', 2n, '_PAGE_SOFT_DIRTY', 'written since /proc/PID/clear_refs was told 4'),
  field(
    'young',
    4n,
    '_PAGE_YOUNG',
    'accessed since last cleared (software: clear means the next access faults)',
  ),
  field('dirty', 8n, '_PAGE_DIRTY', 'written since the bit was last cleared'),
  field('read', 0x10n, '_PAGE_READ', 'readable'),
  field('write', 0x20n, '_PAGE_WRITE', 'writable as far as Linux is concerned'),
  field('special', 0x40n, '_PAGE_SPECIAL', 'pte_special: no struct page is managed through this entry'),
  field('unused', 0x80n, '_PAGE_UNUSED', 'the page is not needed by a guest (KVM)'),
  field('noexec', 0x100n, '_PAGE_NOEXEC', 'no instruction fetch'),
  field('protect_hw', 0x200n, '_PAGE_PROTECT', 'the machine refuses writes'),
  field('invalid_hw', 0x400n, '_PAGE_INVALID', 'the machine takes a fault on any access'),
  field('large_or_swpExclusive', 0x800n, '_PAGE_LARGE', 'in a swap entry: exclusive'),
]

export const PROT = protections(
  0x601n,
  0x711n,
  0x711n,
  0x711n,
  0x611n,
  0x611n,
  0x611n,
  0x611n,
  0x601n,
  0x711n,
  0x731n,
  0x731n,
  0x611n,
  0x611n,
  0x631n,
  0x631n,
)

export const SWAP: SwapFormat = {
  type: [piece(2, 5)],
  offset: [piece(12, 52)],
  set: 0x600n,
  exclusive: 0x800n,
  softDirty: 2n,
  uffdWp: 0n,
}
