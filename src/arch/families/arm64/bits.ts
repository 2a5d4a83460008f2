/** Named bits, protections and swap layout of arm64 entries (6.12.107). */
import { field, piece, protections } from '../../make.ts'
import type { Field, SwapFormat } from '../../format.ts'

export const FIELDS_1: Field[] = [
  field('valid', 1n, 'PTE_VALID', 'the MMU may use this entry'),
  field('typeMask', 3n, 'PTE_TYPE_MASK', 'descriptor type: 11 is a page'),
  field('attrIndex', 0x1cn, 'PTE_ATTRINDX_MASK', 'memory type: index into MAIR_EL1'),
  field('user', 0x40n, 'PTE_USER', 'accessible from user mode'),
  field('rdonly', 0x80n, 'PTE_RDONLY', 'read-only'),
  field('shared', 0x300n, 'PTE_SHARED', 'shareable between CPUs (hardware coherency)'),
  field(
    'af',
    0x400n,
    'PTE_AF',
    'access flag: used; clear means the next access faults (or hardware sets it)',
  ),
  field('nG', 0x800n, 'PTE_NG', 'not global: matches only its own address space in the TLB'),
  field('guarded', 0x4000000000000n, 'PTE_GP', 'branch target identification applies'),
  field(
    'dbm_write',
    0x8000000000000n,
    'PTE_DBM',
    'writable; with hardware dirty management a write clears rdonly instead of faulting',
  ),
  field('cont', 0x10000000000000n, 'PTE_CONT', 'one of a contiguous run that may share a TLB entry'),
  field('pxn', 0x20000000000000n, 'PTE_PXN', 'no instruction fetch in kernel mode'),
  field('uxn', 0x40000000000000n, 'PTE_UXN', 'no instruction fetch in user mode'),
  field('dirty', 0x80000000000000n, 'PTE_DIRTY', 'written since the bit was last cleared'),
  field(
    'special',
    0x100000000000000n,
    'PTE_SPECIAL',
    'pte_special: no struct page is managed through this entry',
  ),
  field('devmap', 0x200000000000000n, 'PTE_DEVMAP', 'page of a ZONE_DEVICE mapping'),
  field('presentInvalid', 0x800n, 'PTE_PRESENT_INVALID', 'present to Linux though not valid to the MMU'),
  field('uffdWp', 0x400000000000000n, 'PTE_UFFD_WP', 'write-protected by userfaultfd'),
  field('swpExclusive', 4n, 'PTE_SWP_EXCLUSIVE', 'swap entry: the page belongs to this process alone', {
    state: 'swap',
  }),
]

export const FIELDS_2: Field[] = [
  field('valid', 1n, 'PTE_VALID', 'the MMU may use this entry'),
  field('typeMask', 3n, 'PTE_TYPE_MASK', 'descriptor type: 11 is a page'),
  field('attrIndex', 0x1cn, 'PTE_ATTRINDX_MASK', 'memory type: index into MAIR_EL1'),
  field('user', 0x40n, 'PTE_USER', 'accessible from user mode'),
  field('rdonly', 0x80n, 'PTE_RDONLY', 'read-only'),
  field(
    'af',
    0x400n,
    'PTE_AF',
    'access flag: used; clear means the next access faults (or hardware sets it)',
  ),
  field('nG', 0x800n, 'PTE_NG', 'not global: matches only its own address space in the TLB'),
  field('guarded', 0x4000000000000n, 'PTE_GP', 'branch target identification applies'),
  field(
    'dbm_write',
    0x8000000000000n,
    'PTE_DBM',
    'writable; with hardware dirty management a write clears rdonly instead of faulting',
  ),
  field('cont', 0x10000000000000n, 'PTE_CONT', 'one of a contiguous run that may share a TLB entry'),
  field('pxn', 0x20000000000000n, 'PTE_PXN', 'no instruction fetch in kernel mode'),
  field('uxn', 0x40000000000000n, 'PTE_UXN', 'no instruction fetch in user mode'),
  field('dirty', 0x80000000000000n, 'PTE_DIRTY', 'written since the bit was last cleared'),
  field(
    'special',
    0x100000000000000n,
    'PTE_SPECIAL',
    'pte_special: no struct page is managed through this entry',
  ),
  field('devmap', 0x200000000000000n, 'PTE_DEVMAP', 'page of a ZONE_DEVICE mapping'),
  field('presentInvalid', 0x800n, 'PTE_PRESENT_INVALID', 'present to Linux though not valid to the MMU'),
  field('uffdWp', 0x400000000000000n, 'PTE_UFFD_WP', 'write-protected by userfaultfd'),
  field('swpExclusive', 4n, 'PTE_SWP_EXCLUSIVE', 'swap entry: the page belongs to this process alone', {
    state: 'swap',
  }),
]

export const PROT = protections(
  0x60000000000f82n,
  0x60000000000fc3n,
  0x60000000000fc3n,
  0x60000000000fc3n,
  0x20000000000fc3n,
  0x20000000000fc3n,
  0x20000000000fc3n,
  0x20000000000fc3n,
  0x60000000000f82n,
  0x60000000000fc3n,
  0x68000000000fc3n,
  0x68000000000fc3n,
  0x20000000000fc3n,
  0x20000000000fc3n,
  0x28000000000fc3n,
  0x28000000000fc3n,
)

export const SWAP: SwapFormat = {
  type: [piece(6, 5)],
  offset: [piece(12, 50)],
  set: 0n,
  exclusive: 4n,
  softDirty: 0n,
  uffdWp: 0n,
}
