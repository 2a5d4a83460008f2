/** Named bits, protections and swap layout of riscv entries (6.12.107). */
import { field, piece, protections } from '../../make.ts'
import type { Field, SwapFormat } from '../../format.ts'

export const FIELDS_1: Field[] = [
  field('present', 1n, '_PAGE_PRESENT', 'Linux has a page here'),
  field('read', 2n, '_PAGE_READ', 'readable'),
  field('write', 4n, '_PAGE_WRITE', 'writable as far as Linux is concerned'),
  field('exec', 8n, '_PAGE_EXEC', 'executable'),
  field('user', 0x10n, '_PAGE_USER', 'accessible from user mode'),
  field('global_', 0x20n, '_PAGE_GLOBAL', 'matches every address space in the TLB'),
  field('accessed', 0x40n, '_PAGE_ACCESSED', 'used since the bit was last cleared'),
  field('dirty', 0x80n, '_PAGE_DIRTY', 'written since the bit was last cleared'),
  field('special', 0x100n, '_PAGE_SPECIAL', 'pte_special: no struct page is managed through this entry'),
  field('swpExclusive', 0x40n, '_PAGE_SWP_EXCLUSIVE', 'swap entry: the page belongs to this process alone', {
    state: 'swap',
  }),
]

export const FIELDS_2: Field[] = [
  field('present', 1n, '_PAGE_PRESENT', 'Linux has a page here'),
  field('read', 2n, '_PAGE_READ', 'readable'),
  field('write', 4n, '_PAGE_WRITE', 'writable as far as Linux is concerned'),
  field('exec', 8n, '_PAGE_EXEC', 'executable'),
  field('user', 0x10n, '_PAGE_USER', 'accessible from user mode'),
  field('global_', 0x20n, '_PAGE_GLOBAL', 'matches every address space in the TLB'),
  field('accessed', 0x40n, '_PAGE_ACCESSED', 'used since the bit was last cleared'),
  field('dirty', 0x80n, '_PAGE_DIRTY', 'written since the bit was last cleared'),
  field('special', 0x100n, '_PAGE_SPECIAL', 'pte_special: no struct page is managed through this entry'),
  field('swpExclusive', 0x40n, '_PAGE_SWP_EXCLUSIVE', 'swap entry: the page belongs to this process alone', {
    state: 'swap',
  }),
  field('devmap', 0x200n, '_PAGE_DEVMAP', 'page of a ZONE_DEVICE mapping'),
  field('napot', 0x8000000000000000n, '_PAGE_NAPOT', 'naturally aligned power-of-two run (Svnapot)'),
  field('pbmt', 0x6000000000000000n, '', 'memory type (Svpbmt)'),
]

export const PROT = protections(
  0x22n,
  0x53n,
  0x53n,
  0x53n,
  0x59n,
  0x5bn,
  0x5bn,
  0x5bn,
  0x22n,
  0x53n,
  0x57n,
  0x57n,
  0x59n,
  0x5bn,
  0x5fn,
  0x5fn,
)

export const SWAP_1: SwapFormat = {
  type: [piece(7, 5)],
  offset: [piece(12, 20)],
  set: 0n,
  exclusive: 0x40n,
  softDirty: 0n,
  uffdWp: 0n,
}

export const SWAP_2: SwapFormat = {
  type: [piece(7, 5)],
  offset: [piece(12, 52)],
  set: 0n,
  exclusive: 0x40n,
  softDirty: 0n,
  uffdWp: 0n,
}
