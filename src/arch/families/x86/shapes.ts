/** The three entry shapes of x86: 32-bit, PAE and long mode. */
import { bit, bits } from '../../bits.ts'
import { piece } from '../../make.ts'
import { NX, type X86Shape } from './entry.ts'

export const LEGACY: X86Shape = {
  pfnHi: 31,
  flags: bits(11, 0),
  nx: 0n,
  saved: bit(10),
  wide: false,
  long: false,
  chg: 0xfffff6f8n,
  swap: {
    type: [piece(1, 5)],
    offset: [piece(9, 23)],
    set: 0n,
    exclusive: bit(7),
    softDirty: 0n,
    uffdWp: 0n,
  },
}

export const PAE: X86Shape = {
  // PTE_PFN_MASK reaches bit 51 also here; physical memory ends at 2^44
  pfnHi: 51,
  flags: bits(63, 52) | bits(11, 0),
  nx: NX,
  saved: bit(10),
  wide: true,
  long: false,
  chg: 0x020ffffffffff6f8n,
  swap: {
    type: [piece(59, 5)],
    offset: [piece(9, 50)],
    inverted: true,
    set: 0n,
    exclusive: bit(7),
    softDirty: 0n,
    uffdWp: 0n,
  },
}

export const LONG: X86Shape = {
  pfnHi: 51,
  flags: bits(63, 52) | bits(11, 0),
  nx: NX,
  saved: bit(58),
  wide: true,
  long: true,
  // _PAGE_CHG_MASK; soft-dirty belongs to it when configured
  chg: 0x060ffffffffff6f8n | bit(11),
  swap: {
    type: [piece(59, 5)],
    offset: [piece(9, 50)],
    inverted: true,
    set: 0n,
    exclusive: bit(3),
    softDirty: bit(1),
    uffdWp: bit(2),
  },
}
