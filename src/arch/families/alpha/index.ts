/** Alpha: arch/alpha/include/asm/pgtable.h (6.12). Permissions are fault-on bits; frame numbers fill the upper half. */
import { bits } from '../../bits.ts'
import { clear, has, is, lacks, masks, not, piece, set, variant, type Described } from '../../make.ts'
import { plainEntry, table } from '../../plain.ts'
import type { Variant } from '../../variant.ts'
import { described } from './geometry.ts'

const PAGE_TABLE = 0x63301n

function complete(d: Described): Variant {
  const m = masks(d.fields)
  const valid = m('valid')
  /** __DIRTY_BITS and __ACCESS_BITS: with the software bit go the enables the MMU checks. */
  const dirtyBits = m('dirty') | m('kernelWrite') | m('userWrite')
  const accessBits = m('accessed') | m('kernelRead') | m('userRead')
  const pte = plainEntry(d, {
    present: has(valid),
    accessed: m('accessed'),
    dirty: m('dirty'),
    readOnly: m('faultOnWrite'),
    protnone: has(valid | m('faultOnRead') | m('faultOnWrite') | m('faultOnExec')),
    accessedBy: 'fault',
    dirtyBy: 'fault',
    hw: {
      read: lacks(m('faultOnRead')),
      write: lacks(m('faultOnWrite')),
      exec: lacks(m('faultOnExec')),
      global: has(m('asm')),
    },
    rules: {
      mkyoung: [set(accessBits)],
      mkold: [clear(accessBits)],
      mkdirty: [set(dirtyBits)],
      mkclean: [clear(dirtyBits)],
    },
  })
  const pointer = table(64, {
    address: [piece(32, 32, d.geometry.pageShift)],
    user: PAGE_TABLE,
    present: has(valid),
    bad: not(is(bits(31, 0), PAGE_TABLE)),
    fields: d.fields.filter((f) => f.state === undefined),
  })
  return variant('alpha', d.geometry, { pte, tables: { pgd: pointer, pmd: pointer }, aliases: ['axp'] })
}

export const alpha: Variant[] = described.map(complete)
