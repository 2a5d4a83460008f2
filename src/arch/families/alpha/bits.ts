/** Named bits, protections and swap layout of alpha entries (6.12.107). */
import { field, piece, protections } from '../../make.ts'
import type { Field, SwapFormat } from '../../format.ts'

export const FIELDS: Field[] = [
  field('valid', 1n, '_PAGE_VALID', 'the MMU may use this entry'),
  field('faultOnRead', 2n, '_PAGE_FOR', 'reads fault'),
  field('faultOnWrite', 4n, '_PAGE_FOW', 'writes fault'),
  field('faultOnExec', 8n, '_PAGE_FOE', 'instruction fetch faults'),
  field('asm', 0x10n, '_PAGE_ASM', 'address-space match: valid in every address space'),
  field('kernelRead', 0x100n, '_PAGE_KRE', 'kernel may read'),
  field('userRead', 0x200n, '_PAGE_URE', 'user may read'),
  field('kernelWrite', 0x1000n, '_PAGE_KWE', 'kernel may write'),
  field('userWrite', 0x2000n, '_PAGE_UWE', 'user may write'),
  field('dirty', 0x20000n, '_PAGE_DIRTY', 'written since the bit was last cleared'),
  field('accessed', 0x40000n, '_PAGE_ACCESSED', 'used since the bit was last cleared'),
  field(
    'swpExclusive',
    0x8000000000n,
    '_PAGE_SWP_EXCLUSIVE',
    'swap entry: the page belongs to this process alone',
    { state: 'swap' },
  ),
]

export const PROT = protections(
  0x4030fn,
  0x4030dn,
  0x4030dn,
  0x4030dn,
  0x40307n,
  0x40305n,
  0x40305n,
  0x40305n,
  0x4030fn,
  0x4030dn,
  0x40309n,
  0x40309n,
  0x40307n,
  0x40305n,
  0x40301n,
  0x40301n,
)

export const SWAP: SwapFormat = {
  type: [piece(32, 7)],
  offset: [piece(40, 24)],
  set: 0n,
  exclusive: 0x8000000000n,
  softDirty: 0n,
  uffdWp: 0n,
}
