/** Named bits, protections and swap layout of openrisc entries (6.12.107). */
import { field, piece, protections } from '../../make.ts'
import type { Field, SwapFormat } from '../../format.ts'

export const FIELDS: Field[] = [
  field('present_cc', 1n, '_PAGE_PRESENT', 'Linux has a page here (cache-coherency bit of the hardware)'),
  field('cacheInhibit', 2n, '_PAGE_CI', 'cache inhibited'),
  field('writeback', 4n, '_PAGE_WBC', 'write-back cache'),
  field('weaklyOrdered', 8n, '_PAGE_WOM', 'weakly ordered'),
  field('accessed', 0x10n, '_PAGE_A', 'used since the bit was last cleared'),
  field('dirty', 0x20n, '_PAGE_D', 'written since the bit was last cleared'),
  field('userRead', 0x40n, '_PAGE_URE', 'user may read'),
  field('userWrite', 0x80n, '_PAGE_UWE', 'user may write'),
  field('superRead', 0x100n, '_PAGE_SRE', 'supervisor may read'),
  field('superWrite', 0x200n, '_PAGE_SWE', 'supervisor may write'),
  field('exec', 0x400n, '_PAGE_EXEC', 'executable'),
  field('shared', 0x800n, '_PAGE_SHARED', 'shareable between CPUs (hardware coherency)'),
]

export const PROT = protections(
  0x11n,
  0x551n,
  0x151n,
  0x551n,
  0x151n,
  0x551n,
  0x151n,
  0x551n,
  0x11n,
  0x551n,
  0xbd1n,
  0xfd1n,
  0x151n,
  0x551n,
  0xbd1n,
  0xfd1n,
)

export const SWAP: SwapFormat = {
  type: [piece(5, 6)],
  offset: [piece(12, 20)],
  set: 0n,
  exclusive: 0x800n,
  softDirty: 0n,
  uffdWp: 0n,
}
