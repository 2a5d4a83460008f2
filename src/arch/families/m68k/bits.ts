/** Named bits, protections and swap layout of m68k entries (6.12.107). */
import { field, piece, protections } from '../../make.ts'
import type { Field, SwapFormat } from '../../format.ts'

export const FIELDS_1: Field[] = [
  field('present', 1n, '_PAGE_PRESENT', 'Linux has a page here'),
  field('rdonly', 4n, '_PAGE_RONLY', 'read-only'),
  field('accessed', 8n, '_PAGE_ACCESSED', 'used since the bit was last cleared'),
  field('dirty', 0x10n, '_PAGE_DIRTY', 'written since the bit was last cleared'),
  field('cacheMode', 0x60n, '', 'cache mode'),
  field('super', 0x80n, '_PAGE_SUPER', 'supervisor only'),
  field('global040', 0x400n, '_PAGE_GLOBAL040', 'global (68040/060)'),
  field('protnone', 4n, '_PAGE_PROTNONE', 'mapped with PROT_NONE: Linux sees a page, the MMU does not', {
    state: 'protnone',
  }),
  field('swpExclusive', 0x800n, '_PAGE_SWP_EXCLUSIVE', 'swap entry: the page belongs to this process alone', {
    state: 'swap',
  }),
]

export const FIELDS_2: Field[] = [
  field('valid', 0x80000000n, 'SUN3_PAGE_VALID', 'the MMU may use this entry'),
  field('writable', 0x40000000n, 'SUN3_PAGE_WRITEABLE', 'writable'),
  field('system', 0x20000000n, 'SUN3_PAGE_SYSTEM', 'supervisor only'),
  field('nocache', 0x10000000n, 'SUN3_PAGE_NOCACHE', 'cache inhibited'),
  field('accessed', 0x2000000n, 'SUN3_PAGE_ACCESSED', 'used since the bit was last cleared'),
  field(
    'modified',
    0x1000000n,
    'SUN3_PAGE_MODIFIED',
    'written since the bit was last cleared (software copy)',
  ),
  field('swpExclusive', 0x40n, '_PAGE_SWP_EXCLUSIVE', 'swap entry: the page belongs to this process alone', {
    state: 'swap',
  }),
]

export const FIELDS_3: Field[] = [
  field('valid', 0x400n, 'CF_PAGE_VALID', 'the MMU may use this entry'),
  field('shared', 0x800n, 'CF_PAGE_SHARED', 'shareable between CPUs (hardware coherency)'),
  field('accessed', 0x1000n, '', 'used since the bit was last cleared'),
  field('dirty', 1n, '', 'written since the bit was last cleared'),
  field('read', 0x10n, '', 'readable'),
  field('write', 8n, '', 'writable as far as Linux is concerned'),
  field('exec', 4n, '', 'executable'),
  field('system', 0x20n, '', 'supervisor only'),
  field('cacheMode', 0xc0n, '', 'cache mode'),
]

export const PROT_1 = protections(
  0xcn,
  0xdn,
  0xdn,
  0xdn,
  0xdn,
  0xdn,
  0xdn,
  0xdn,
  0xcn,
  0xdn,
  9n,
  9n,
  0xdn,
  0xdn,
  9n,
  9n,
)

export const PROT_2 = protections(
  0x2cn,
  0x2dn,
  0x2dn,
  0x2dn,
  0x2dn,
  0x2dn,
  0x2dn,
  0x2dn,
  0x2cn,
  0x2dn,
  0x29n,
  0x29n,
  0x2dn,
  0x2dn,
  0x29n,
  0x29n,
)

export const PROT_3 = protections(
  0x92000000n,
  0x92000000n,
  0x92000000n,
  0x92000000n,
  0x92000000n,
  0x92000000n,
  0x92000000n,
  0x92000000n,
  0x92000000n,
  0x92000000n,
  0xd2000000n,
  0xd2000000n,
  0x92000000n,
  0x92000000n,
  0xd2000000n,
  0xd2000000n,
)

export const PROT_4 = protections(
  0x1400n,
  0x1410n,
  0x1408n,
  0x1418n,
  0x1404n,
  0x1414n,
  0x140cn,
  0x141cn,
  0x1400n,
  0x1410n,
  0x1c00n,
  0x1c10n,
  0x1404n,
  0x1414n,
  0x1c04n,
  0x1c14n,
)

export const SWAP_1: SwapFormat = {
  type: [piece(4, 7)],
  offset: [piece(12, 20)],
  set: 0n,
  exclusive: 0x800n,
  softDirty: 0n,
  uffdWp: 0n,
}

export const SWAP_2: SwapFormat = {
  type: [piece(0, 6)],
  offset: [piece(7, 24)],
  set: 0n,
  exclusive: 0x40n,
  softDirty: 0n,
  uffdWp: 0n,
}

export const SWAP_3: SwapFormat = {
  type: [piece(0, 7)],
  offset: [piece(11, 21)],
  set: 0n,
  exclusive: 0x80n,
  softDirty: 0n,
  uffdWp: 0n,
}
