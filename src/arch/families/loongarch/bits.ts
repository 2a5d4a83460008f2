/** Named bits, protections and swap layout of loongarch entries (6.12.107). */
import { field, piece, protections } from '../../make.ts'
import type { Field, SwapFormat } from '../../format.ts'

export const FIELDS: Field[] = [
  field('valid_accessed', 1n, '_PAGE_VALID', 'valid to the MMU, which Linux also takes as accessed'),
  field('dirty', 2n, '_PAGE_DIRTY', 'the MMU may write (dirty in the TLB)'),
  field('plv', 0xcn, '_PAGE_PLV', 'privilege level that may use the page (3: user)'),
  field('cache', 0x30n, '_CACHE_MASK', 'cache attribute'),
  field('global_or_huge', 0x40n, '_PAGE_GLOBAL', 'in a pte: global; above pte: huge page'),
  field('present', 0x80n, '_PAGE_PRESENT', 'Linux has a page here'),
  field('write', 0x100n, '_PAGE_WRITE', 'writable as far as Linux is concerned'),
  field('modified', 0x200n, '_PAGE_MODIFIED', 'written since the bit was last cleared'),
  field('protnone', 0x400n, '_PAGE_PROTNONE', 'mapped with PROT_NONE: Linux sees a page, the MMU does not', {
    state: 'protnone',
  }),
  field('special', 0x800n, '_PAGE_SPECIAL', 'pte_special: no struct page is managed through this entry'),
  field('hglobal', 0x1000n, '_PAGE_HGLOBAL', 'global, in a huge page'),
  field(
    'swpExclusive',
    0x800000n,
    '_PAGE_SWP_EXCLUSIVE',
    'swap entry: the page belongs to this process alone',
    { state: 'swap' },
  ),
  field('devmap', 0x800000000000000n, '_PAGE_DEVMAP', 'page of a ZONE_DEVICE mapping'),
  field(
    'presentInvalid',
    0x1000000000000000n,
    '_PAGE_PRESENT_INVALID',
    'present to Linux though not valid to the MMU',
  ),
  field('noRead', 0x2000000000000000n, '_PAGE_NO_READ', 'not readable'),
  field('noExec', 0x4000000000000000n, '_PAGE_NO_EXEC', 'no instruction fetch'),
]

export const PROT = protections(
  0x600000000000041cn,
  0x400000000000009dn,
  0x400000000000009dn,
  0x400000000000009dn,
  0x9dn,
  0x9dn,
  0x9dn,
  0x9dn,
  0x600000000000041cn,
  0x400000000000009dn,
  0x400000000000019dn,
  0x400000000000019dn,
  0x9dn,
  0x9dn,
  0x19dn,
  0x19dn,
)

export const SWAP: SwapFormat = {
  type: [piece(16, 7)],
  offset: [piece(24, 40)],
  set: 0n,
  exclusive: 0x800000n,
  softDirty: 0n,
  uffdWp: 0n,
}
