/** OpenRISC: arch/openrisc/include/asm/pgtable.h (6.12). Nothing keeps accessed and dirty but the fault path. */
import { bits } from '../../bits.ts'
import { anyOf, has, inPlace, is, masks, not, variant, type Described } from '../../make.ts'
import { plainEntry, table } from '../../plain.ts'
import type { Variant } from '../../variant.ts'
import { described } from './geometry.ts'

const KERNPG_TABLE = 0x331n

function complete(d: Described): Variant {
  const m = masks(d.fields)
  const present = m('present_cc')
  const write = m('userWrite') | m('superWrite')
  const read = m('userRead')
  const pte = plainEntry(d, {
    present: has(present),
    accessed: m('accessed'),
    dirty: m('dirty'),
    write,
    protnone: is(present | read | m('superRead'), present),
    accessedBy: 'nobody',
    dirtyBy: 'nobody',
    hw: { user: has(read), read: has(read), write: has(m('userWrite')), exec: has(m('exec')) },
    rules: { write: anyOf(write) },
  })
  const { pageShift } = d.geometry
  const pointer = table(32, {
    address: inPlace(31, pageShift),
    user: KERNPG_TABLE,
    present: has(present),
    bad: not(is(bits(pageShift - 1, 0), KERNPG_TABLE)),
    fields: d.fields,
  })
  return variant('openrisc', d.geometry, {
    pte,
    tables: { pgd: pointer },
    habits: ['software-refill'],
    aliases: ['or1k'],
  })
}

export const openrisc: Variant[] = described.map(complete)
