/** Named bits, protections and swap layout of sparc entries (6.12.107). */
import { field, piece, protections } from '../../make.ts'
import type { Field, SwapFormat } from '../../format.ts'

export const FIELDS_1: Field[] = [
  field('entryType', 3n, '', 'entry type: 0 invalid, 1 table, 2 page'),
  field('valid', 2n, 'SRMMU_VALID', 'the MMU may use this entry'),
  field('write', 4n, 'SRMMU_WRITE', 'writable as far as Linux is concerned'),
  field('exec', 8n, 'SRMMU_EXEC', 'executable'),
  field('noread', 0x10n, 'SRMMU_NOREAD', 'not readable'),
  field('ref', 0x20n, 'SRMMU_REF', 'referenced'),
  field('dirty', 0x40n, 'SRMMU_DIRTY', 'written since the bit was last cleared'),
  field('cache', 0x80n, 'SRMMU_CACHE', 'cache attribute'),
]

export const FIELDS_2: Field[] = [
  field('present', 0x80n, '', 'Linux has a page here'),
  field('valid', 0x8000000000000000n, '', 'the MMU may use this entry'),
  field('special', 0x200000000000000n, '', 'pte_special: no struct page is managed through this entry'),
  field('hugePmd', 0x100000000000000n, '', 'a huge page at pmd or pud level'),
  field('exec', 0x1000n, '', 'executable'),
  field('modified', 0x800n, '', 'written since the bit was last cleared (software copy)'),
  field('accessed', 0x400n, '', 'used since the bit was last cleared'),
  field('read', 0x200n, '', 'readable'),
  field('write', 0x100n, '', 'writable as far as Linux is concerned'),
  field('locked', 0x40n, '', 'locked in the TLB'),
  field('cp', 0x20n, '', 'cacheable in the physical cache'),
  field('cv', 0x10n, '', 'cacheable in the virtual cache'),
  field('sideEffect', 8n, '', 'accesses have side effects'),
  field('privileged', 4n, '', 'kernel only'),
  field('hwWrite', 2n, '', 'the TLB may write'),
  field('global_', 1n, '', 'matches every address space in the TLB'),
]

export const FIELDS_3: Field[] = [
  field('present', 0x10n, '', 'Linux has a page here'),
  field('valid', 0x8000000000000000n, '', 'the MMU may use this entry'),
  field('modified', 0x2000000000000000n, '', 'written since the bit was last cleared (software copy)'),
  field('accessed', 0x1000000000000000n, '', 'used since the bit was last cleared'),
  field('read', 0x800000000000000n, '', 'readable'),
  field('write', 0x400000000000000n, '', 'writable as far as Linux is concerned'),
  field('special', 0x200000000000000n, '', 'pte_special: no struct page is managed through this entry'),
  field('hugePmd', 0x100000000000000n, '', 'a huge page at pmd or pud level'),
  field('ie', 0x1000n, '', 'inverted endianness'),
  field('sideEffect', 0x800n, '', 'accesses have side effects'),
  field('cp', 0x400n, '', 'cacheable in the physical cache'),
  field('cv', 0x200n, '', 'cacheable in the virtual cache'),
  field('privileged', 0x100n, '', 'kernel only'),
  field('exec', 0x80n, '', 'executable'),
  field('hwWrite', 0x40n, '', 'the TLB may write'),
  field('size', 7n, '', 'page size'),
]

export const PROT_1 = protections(
  0xbcn,
  0xaan,
  0xaan,
  0xaan,
  0xaan,
  0xaan,
  0xaan,
  0xaan,
  0xbcn,
  0xaan,
  0xaen,
  0xaen,
  0xaan,
  0xaan,
  0xaen,
  0xaen,
)

export const PROT_2 = protections(
  0x4b0n,
  0x80000000000006b0n,
  0x80000000000006b0n,
  0x80000000000006b0n,
  0x80000000000016b0n,
  0x80000000000016b0n,
  0x80000000000016b0n,
  0x80000000000016b0n,
  0x4b0n,
  0x80000000000006b0n,
  0x80000000000007b0n,
  0x80000000000007b0n,
  0x80000000000016b0n,
  0x80000000000016b0n,
  0x80000000000017b0n,
  0x80000000000017b0n,
)

export const PROT_3 = protections(
  0x1000000000000610n,
  0x9800000000000610n,
  0x9800000000000610n,
  0x9800000000000610n,
  0x9800000000000690n,
  0x9800000000000690n,
  0x9800000000000690n,
  0x9800000000000690n,
  0x1000000000000610n,
  0x9800000000000610n,
  0x9c00000000000610n,
  0x9c00000000000610n,
  0x9800000000000690n,
  0x9800000000000690n,
  0x9c00000000000690n,
  0x9c00000000000690n,
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
  type: [piece(13, 7)],
  offset: [piece(21, 43)],
  set: 0n,
  exclusive: 0x100000n,
  softDirty: 0n,
  uffdWp: 0n,
}
