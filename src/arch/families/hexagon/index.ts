/** Hexagon: tables walked by a virtual machine monitor (arch/hexagon/include/asm/pgtable.h, vm_mmu.h, 6.12). */
import { bits } from '../../bits.ts'
import { has, inPlace, is, masks, field, variant, type Described } from '../../make.ts'
import { plainEntry, table } from '../../plain.ts'
import type { Variant } from '../../variant.ts'
import { described } from './geometry.ts'

/** __HVM_PDE_S_INVALID: an empty slot. */
const INVALID = 7n

function complete(d: Described): Variant {
  const m = masks(d.fields)
  const { id, pageShift, levels } = d.geometry
  const present = m('present')
  const pte = plainEntry(d, {
    present: has(present),
    accessed: m('accessed'),
    dirty: m('dirty'),
    write: m('write'),
    protnone: is(present | m('read') | m('write') | m('exec'), present),
    keep: bits(31, pageShift),
    accessedBy: 'nobody',
    dirtyBy: 'nobody',
    hw: { user: has(m('user')), read: has(m('read')), exec: has(m('exec')) },
  })
  /** Size code: 0 for 4K pages, 1 for 16K, 2 for 64K, 3 for 256K. */
  const size = BigInt((pageShift - 12) / 2)
  const low = Math.log2(levels.at(-1)!.entries * 4)
  const pointer = table(32, {
    address: inPlace(31, low),
    user: size,
    none: is(bits(31, 0), INVALID),
    noneValue: INVALID,
    fields: [
      field('size', bits(2, 0), '__HVM_PDE_S', 'page size of the table, or a large page', {
        values: {
          '0': '4K',
          '1': '16K',
          '2': '64K',
          '3': '256K',
          '4': '1M',
          '5': '4M page',
          '6': '16M page',
          '7': 'invalid',
        },
      }),
    ],
  })
  return variant('hexagon', d.geometry, {
    pte,
    tables: { pgd: pointer },
    aliases: id === 'hexagon-4k' ? ['hexagon'] : [],
  })
}

export const hexagon: Variant[] = described.map(complete)
