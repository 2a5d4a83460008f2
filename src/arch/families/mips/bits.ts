/** Named bits, protections and swap layout of mips entries (6.12.107). */
import { field, piece, protections } from '../../make.ts'
import type { Field, SwapFormat } from '../../format.ts'

export const FIELDS_1: Field[] = [
  field('present', 1n, '_PAGE_PRESENT', 'Linux has a page here'),
  field('write', 2n, '_PAGE_WRITE', 'writable as far as Linux is concerned'),
  field('accessed', 4n, '_PAGE_ACCESSED', 'used since the bit was last cleared'),
  field('modified', 8n, '_PAGE_MODIFIED', 'written since the bit was last cleared (software copy)'),
  field('global_', 0x40n, '_PAGE_GLOBAL', 'matches every address space in the TLB'),
  field('valid', 0x80n, '_PAGE_VALID', 'the MMU may use this entry (read silently)'),
  field('dirty', 0x100n, '_PAGE_DIRTY', 'the MMU may write (dirty in the TLB)'),
  field('noRead', 0x20n, '_PAGE_NO_READ', 'not readable'),
  field('noExec', 0x10n, '_PAGE_NO_EXEC', 'no instruction fetch'),
  field('cache', 0xe00n, '_CACHE_MASK', 'cache attribute'),
]

export const FIELDS_2: Field[] = [
  field('present', 1n, '_PAGE_PRESENT', 'Linux has a page here'),
  field('write', 4n, '_PAGE_WRITE', 'writable as far as Linux is concerned'),
  field('accessed', 8n, '_PAGE_ACCESSED', 'used since the bit was last cleared'),
  field('modified', 0x10n, '_PAGE_MODIFIED', 'written since the bit was last cleared (software copy)'),
  field('global_', 0x100n, '_PAGE_GLOBAL', 'matches every address space in the TLB'),
  field('valid', 0x200n, '_PAGE_VALID', 'the MMU may use this entry (read silently)'),
  field('dirty', 0x400n, '_PAGE_DIRTY', 'the MMU may write (dirty in the TLB)'),
  field('noRead', 2n, '_PAGE_NO_READ', 'not readable'),
  field('special', 0x20n, '_PAGE_SPECIAL', 'pte_special: no struct page is managed through this entry'),
  field('cache', 0x800n, '_CACHE_MASK', 'cache attribute'),
]

export const FIELDS_3: Field[] = [
  field('present', 0x40n, '_PAGE_PRESENT', 'Linux has a page here'),
  field('write', 0x100n, '_PAGE_WRITE', 'writable as far as Linux is concerned'),
  field('accessed', 0x200n, '_PAGE_ACCESSED', 'used since the bit was last cleared'),
  field('modified', 0x400n, '_PAGE_MODIFIED', 'written since the bit was last cleared (software copy)'),
  field('global_', 1n, '_PAGE_GLOBAL', 'matches every address space in the TLB'),
  field('valid', 2n, '_PAGE_VALID', 'the MMU may use this entry (read silently)'),
  field('dirty', 4n, '_PAGE_DIRTY', 'the MMU may write (dirty in the TLB)'),
  field('noRead', 0x80n, '_PAGE_NO_READ', 'not readable'),
  field('special', 0x800n, '_PAGE_SPECIAL', 'pte_special: no struct page is managed through this entry'),
  field('cache', 0x38n, '_CACHE_MASK', 'cache attribute'),
]

export const FIELDS_4: Field[] = [
  field('present', 1n, '_PAGE_PRESENT', 'Linux has a page here'),
  field('write', 2n, '_PAGE_WRITE', 'writable as far as Linux is concerned'),
  field('accessed', 4n, '_PAGE_ACCESSED', 'used since the bit was last cleared'),
  field('modified', 8n, '_PAGE_MODIFIED', 'written since the bit was last cleared (software copy)'),
  field('global_', 0x100n, '_PAGE_GLOBAL', 'matches every address space in the TLB'),
  field('valid', 0x200n, '_PAGE_VALID', 'the MMU may use this entry (read silently)'),
  field('dirty', 0x400n, '_PAGE_DIRTY', 'the MMU may write (dirty in the TLB)'),
  field('noRead', 0x80n, '_PAGE_NO_READ', 'not readable'),
  field('special', 0x20n, '_PAGE_SPECIAL', 'pte_special: no struct page is managed through this entry'),
  field('noExec', 0x40n, '_PAGE_NO_EXEC', 'no instruction fetch'),
  field('huge', 0x10n, '_PAGE_HUGE', 'a huge page'),
  field('cache', 0x3800n, '_CACHE_MASK', 'cache attribute'),
]

export const FIELDS_5: Field[] = [
  field('present', 1n, '_PAGE_PRESENT', 'Linux has a page here'),
  field('write', 2n, '_PAGE_WRITE', 'writable as far as Linux is concerned'),
  field('accessed', 4n, '_PAGE_ACCESSED', 'used since the bit was last cleared'),
  field('modified', 8n, '_PAGE_MODIFIED', 'written since the bit was last cleared (software copy)'),
  field('global_', 0x80n, '_PAGE_GLOBAL', 'matches every address space in the TLB'),
  field('valid', 0x100n, '_PAGE_VALID', 'the MMU may use this entry (read silently)'),
  field('dirty', 0x200n, '_PAGE_DIRTY', 'the MMU may write (dirty in the TLB)'),
  field('noRead', 0x40n, '_PAGE_NO_READ', 'not readable'),
  field('special', 0x10n, '_PAGE_SPECIAL', 'pte_special: no struct page is managed through this entry'),
  field('noExec', 0x20n, '_PAGE_NO_EXEC', 'no instruction fetch'),
  field('cache', 0x1c00n, '_CACHE_MASK', 'cache attribute'),
]

export const FIELDS_6: Field[] = [
  field('present', 1n, '_PAGE_PRESENT', 'Linux has a page here'),
  field('write', 4n, '_PAGE_WRITE', 'writable as far as Linux is concerned'),
  field('accessed', 8n, '_PAGE_ACCESSED', 'used since the bit was last cleared'),
  field('modified', 0x10n, '_PAGE_MODIFIED', 'written since the bit was last cleared (software copy)'),
  field('global_', 0x40n, '_PAGE_GLOBAL', 'matches every address space in the TLB'),
  field('valid', 0x80n, '_PAGE_VALID', 'the MMU may use this entry (read silently)'),
  field('dirty', 0x100n, '_PAGE_DIRTY', 'the MMU may write (dirty in the TLB)'),
  field('noRead', 2n, '_PAGE_NO_READ', 'not readable'),
  field('special', 0x20n, '_PAGE_SPECIAL', 'pte_special: no struct page is managed through this entry'),
  field('cache', 0xe00n, '_CACHE_MASK', 'cache attribute'),
]

export const PROT_1 = protections(
  0x631n,
  0x611n,
  0x631n,
  0x611n,
  0x601n,
  0x601n,
  0x601n,
  0x601n,
  0x631n,
  0x611n,
  0x633n,
  0x613n,
  0x601n,
  0x601n,
  0x603n,
  0x603n,
)

export const PROT_2 = protections(3n, 1n, 3n, 1n, 1n, 1n, 1n, 1n, 3n, 1n, 7n, 5n, 1n, 1n, 5n, 5n)

export const PROT_3 = protections(
  0xd8n,
  0x58n,
  0xd8n,
  0x58n,
  0x58n,
  0x58n,
  0x58n,
  0x58n,
  0xd8n,
  0x58n,
  0x1d8n,
  0x158n,
  0x58n,
  0x58n,
  0x158n,
  0x158n,
)

export const PROT_4 = protections(
  0x18c1n,
  0x1841n,
  0x18c1n,
  0x1841n,
  0x1801n,
  0x1801n,
  0x1801n,
  0x1801n,
  0x18c1n,
  0x1841n,
  0x18c3n,
  0x1843n,
  0x1801n,
  0x1801n,
  0x1803n,
  0x1803n,
)

export const PROT_5 = protections(
  0xc61n,
  0xc21n,
  0xc61n,
  0xc21n,
  0xc01n,
  0xc01n,
  0xc01n,
  0xc01n,
  0xc61n,
  0xc21n,
  0xc63n,
  0xc23n,
  0xc01n,
  0xc01n,
  0xc03n,
  0xc03n,
)

export const PROT_6 = protections(
  0x603n,
  0x601n,
  0x603n,
  0x601n,
  0x601n,
  0x601n,
  0x601n,
  0x601n,
  0x603n,
  0x601n,
  0x607n,
  0x605n,
  0x601n,
  0x601n,
  0x605n,
  0x605n,
)

export const SWAP_1: SwapFormat = {
  type: [piece(8, 5)],
  offset: [piece(13, 19)],
  set: 0n,
  exclusive: 2n,
  softDirty: 0n,
  uffdWp: 0n,
}

export const SWAP_2: SwapFormat = {
  type: [piece(10, 5)],
  offset: [piece(15, 17)],
  set: 0n,
  exclusive: 0x80n,
  softDirty: 0n,
  uffdWp: 0n,
}

export const SWAP_3: SwapFormat = {
  type: [piece(34, 5)],
  offset: [piece(39, 25)],
  set: 0n,
  exclusive: 0x80n,
  softDirty: 0n,
  uffdWp: 0n,
}

export const SWAP_4: SwapFormat = {
  type: [piece(16, 7)],
  offset: [piece(24, 40)],
  set: 0n,
  exclusive: 0x800000n,
  softDirty: 0n,
  uffdWp: 0n,
}
