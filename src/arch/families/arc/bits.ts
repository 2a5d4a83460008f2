/** Named bits, protections and swap layout of arc entries (6.12.107). */
import { field, piece, protections } from '../../make.ts'
import type { Field, SwapFormat } from '../../format.ts'

export const FIELDS_1: Field[] = [
  field('cacheable', 1n, '', 'cacheable'),
  field('exec', 2n, '_PAGE_EXECUTE', 'executable'),
  field('write', 4n, '_PAGE_WRITE', 'writable as far as Linux is concerned'),
  field('read', 8n, '_PAGE_READ', 'readable'),
  field('accessed', 0x10n, '_PAGE_ACCESSED', 'used since the bit was last cleared'),
  field('dirty', 0x20n, '_PAGE_DIRTY', 'written since the bit was last cleared'),
  field('special', 0x40n, '_PAGE_SPECIAL', 'pte_special: no struct page is managed through this entry'),
  field('global_', 0x100n, '_PAGE_GLOBAL', 'matches every address space in the TLB'),
  field('present', 0x200n, '_PAGE_PRESENT', 'Linux has a page here'),
  field('hugeSize', 0x400n, '_PAGE_HW_SZ', 'huge page size'),
]

export const FIELDS_2: Field[] = [
  field('cacheable', 1n, '', 'cacheable'),
  field('exec', 2n, '_PAGE_EXECUTE', 'executable'),
  field('write', 4n, '_PAGE_WRITE', 'writable as far as Linux is concerned'),
  field('read', 8n, '_PAGE_READ', 'readable'),
  field('accessed', 0x10n, '_PAGE_ACCESSED', 'used since the bit was last cleared'),
  field('dirty', 0x20n, '_PAGE_DIRTY', 'written since the bit was last cleared'),
  field('special', 0x40n, '_PAGE_SPECIAL', 'pte_special: no struct page is managed through this entry'),
  field('global_', 0x100n, '_PAGE_GLOBAL', 'matches every address space in the TLB'),
  field('present', 0x200n, '_PAGE_PRESENT', 'Linux has a page here'),
]

export const PROT = protections(
  0x201n,
  0x209n,
  0x209n,
  0x209n,
  0x20bn,
  0x20bn,
  0x20bn,
  0x20bn,
  0x201n,
  0x209n,
  0x20dn,
  0x20dn,
  0x20bn,
  0x20bn,
  0x20fn,
  0x20fn,
)

export const SWAP: SwapFormat = {
  type: [piece(0, 5)],
  offset: [piece(13, 19)],
  set: 0n,
  exclusive: 0x20n,
  softDirty: 0n,
  uffdWp: 0n,
}
