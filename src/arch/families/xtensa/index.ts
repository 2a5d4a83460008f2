/** Xtensa: arch/xtensa/include/asm/pgtable.h (6.12, MMUv3). An empty entry is the invalid cache attribute, not zero. */
import { bits } from '../../bits.ts'
import { anyOf, clear, has, is, masks, not, piece, set, variant, type Described } from '../../make.ts'
import { plainEntry, table } from '../../plain.ts'
import type { Variant } from '../../variant.ts'
import { described } from './geometry.ts'

const EMPTY = 0x1cn
const CA_INVALID = 0xcn
/** _PAGE_NONE: an attribute that no access matches. */
const NONE = 0xfn
const PAGE_OFFSET = 0xd0000000n

function complete(d: Described): Variant {
  const m = masks(d.fields)
  const attribute = bits(3, 0)
  const cache = m('cacheAttr')
  const hwWrite = m('hwWrite')
  const pte = plainEntry(d, {
    present: [is(cache, 0n), is(cache, 4n), is(cache, 8n), is(attribute, NONE)],
    noneValue: EMPTY,
    none: is(bits(31, 0), EMPTY),
    accessed: m('accessed'),
    dirty: m('dirty'),
    write: m('writable'),
    protnone: is(attribute, NONE),
    // fast_store_prohibited marks both and allows the write
    accessedBy: 'nobody',
    dirtyBy: 'mmu',
    hw: {
      valid: not(is(cache, CA_INVALID)),
      user: has(m('user')),
      read: not(is(cache, CA_INVALID)),
      exec: has(m('hwExec')),
      dirty: has(hwWrite),
      setDirty: [set(m('accessed') | m('dirty') | hwWrite)],
    },
    rules: { mkclean: [clear(m('dirty') | hwWrite)], wrprotect: [clear(m('writable') | hwWrite)] },
  })
  const pointer = table(32, { address: [piece(0, 32)], added: PAGE_OFFSET, bad: anyOf(bits(11, 0)) })
  return variant('xtensa', d.geometry, {
    pte,
    tables: { pgd: pointer },
    habits: ['software-refill', 'pointer-tables'],
  })
}

export const xtensa: Variant[] = described.map(complete)
