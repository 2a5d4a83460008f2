/** Named bits, protections and swap layout of arm entries (6.12.107). */
import { field, piece, protections } from '../../make.ts'
import type { Field, SwapFormat } from '../../format.ts'

export const FIELDS_1: Field[] = [
  field('present', 1n, 'L_PTE_PRESENT', 'Linux has a page here'),
  field('valid', 1n, 'L_PTE_VALID', 'the MMU may use this entry'),
  field(
    'young',
    2n,
    'L_PTE_YOUNG',
    'accessed since last cleared (software: clear means the next access faults)',
  ),
  field('dirty', 0x40n, 'L_PTE_DIRTY', 'written since the bit was last cleared'),
  field('rdonly', 0x80n, 'L_PTE_RDONLY', 'read-only'),
  field('user', 0x100n, 'L_PTE_USER', 'accessible from user mode'),
  field('xn', 0x200n, 'L_PTE_XN', 'no instruction fetch'),
  field('shared', 0x400n, 'L_PTE_SHARED', 'shareable between CPUs (hardware coherency)'),
  field('none', 0x800n, 'L_PTE_NONE', 'mapped with PROT_NONE: no access for the user'),
  field('memType', 0x3cn, 'L_PTE_MT_MASK', 'memory type: index into the cache-attribute tables'),
]

export const FIELDS_2: Field[] = [
  field('present', 3n, 'L_PTE_PRESENT', 'Linux has a page here'),
  field('valid', 1n, 'L_PTE_VALID', 'the MMU may use this entry'),
  field('user', 0x40n, 'L_PTE_USER', 'accessible from user mode'),
  field('shared', 0x300n, 'L_PTE_SHARED', 'shareable between CPUs (hardware coherency)'),
  field(
    'young',
    0x400n,
    'L_PTE_YOUNG',
    'accessed since last cleared (software: clear means the next access faults)',
  ),
  field('nG', 0x800n, '', 'not global: matches only its own address space in the TLB'),
  field('pxn', 0x20000000000000n, '', 'no instruction fetch in kernel mode'),
  field('xn', 0x40000000000000n, 'L_PTE_XN', 'no instruction fetch'),
  field('dirty', 0x80000000000000n, 'L_PTE_DIRTY', 'written since the bit was last cleared'),
  field(
    'special',
    0x100000000000000n,
    'L_PTE_SPECIAL',
    'pte_special: no struct page is managed through this entry',
  ),
  field('none', 0x200000000000000n, 'L_PTE_NONE', 'mapped with PROT_NONE: no access for the user'),
  field('rdonly', 0x400000000000000n, 'L_PTE_RDONLY', 'read-only'),
  field('ap2', 0x80n, '', 'AP[2]: writes fault'),
  field('memType', 0x1cn, 'L_PTE_MT_MASK', 'memory type: index into the cache-attribute tables'),
]

export const PROT_1 = protections(
  0xa83n,
  0x383n,
  0x383n,
  0x383n,
  0x183n,
  0x183n,
  0x183n,
  0x183n,
  0xa83n,
  0x383n,
  0x303n,
  0x303n,
  0x183n,
  0x183n,
  0x103n,
  0x103n,
)

export const PROT_2 = protections(
  0x640000000000403n,
  0x440000000000443n,
  0x440000000000443n,
  0x440000000000443n,
  0x400000000000443n,
  0x400000000000443n,
  0x400000000000443n,
  0x400000000000443n,
  0x640000000000403n,
  0x440000000000443n,
  0x40000000000443n,
  0x40000000000443n,
  0x400000000000443n,
  0x400000000000443n,
  0x443n,
  0x443n,
)

export const SWAP: SwapFormat = {
  type: [piece(2, 5)],
  offset: [piece(8, 24)],
  set: 0n,
  exclusive: 0x80n,
  softDirty: 0n,
  uffdWp: 0n,
}
