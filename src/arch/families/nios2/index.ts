/** Nios II: arch/nios2/include/asm/pgtable.h, pgtable-bits.h (6.12). Frame number below, flags on top. */
import { bits } from '../../bits.ts'
import { anyOf, has, is, lacks, masks, piece, variant, type Described } from '../../make.ts'
import { plainEntry, table } from '../../plain.ts'
import type { Variant } from '../../variant.ts'
import { described } from './geometry.ts'

const PAGE_OFFSET = 0xc0000000n
/** Stands for the address of invalid_pte_table: the last page of the unmapped kernel region. */
const INVALID = 0xfffff000n

function complete(d: Described): Variant {
  const m = masks(d.fields)
  const present = m('present')
  const rwx = m('read') | m('write') | m('exec')
  const pte = plainEntry(d, {
    present: has(present),
    // pte_clear leaves 4 address bits, for the hardware's PTEADDR register
    none: lacks(bits(31, 0) & ~(m('global_') | 0xfn)),
    accessed: m('accessed'),
    dirty: m('dirty'),
    write: m('write'),
    protnone: is(present | rwx, present),
    keep: bits(31, 0) & ~rwx,
    accessedBy: 'nobody',
    dirtyBy: 'nobody',
    hw: { read: has(m('read')), exec: has(m('exec')), global: has(m('global_')) },
  })
  const pointer = table(32, {
    address: [piece(0, 32)],
    added: PAGE_OFFSET,
    none: [is(bits(31, 0), INVALID), lacks(bits(31, 0))],
    noneValue: INVALID,
    noneMeans: { level: 'pte', symbol: 'invalid_pte_table' },
    bad: anyOf(bits(11, 0)),
  })
  return variant('nios2', d.geometry, {
    pte,
    tables: { pgd: pointer },
    habits: ['software-refill', 'invalid-tables', 'pointer-tables'],
    aliases: ['nios'],
  })
}

export const nios2: Variant[] = described.map(complete)
