/** ARM LPAE: 64-bit descriptors with the Linux state in the upper software bits (asm/pgtable-3level.h, mm/proc-v7-3level.S). */
import { bit, bits } from '../../bits.ts'
import type { EntryFormat, Field, Rewrite, TableFormat } from '../../format.ts'
import {
  anyOf,
  clear,
  field,
  has,
  inPlace,
  is,
  lacks,
  masks,
  piece,
  set,
  type Described,
} from '../../make.ts'
import { plainEntry, table } from '../../plain.ts'

const TYPE = bits(1, 0)
const TABLE_BIT = bit(1)
const PXN_TABLE = bit(59)

export function lpaeEntry(d: Described): EntryFormat {
  const m = masks(d.fields)
  const valid = m('valid')
  const user = m('user')
  const young = m('young')
  const dirty = m('dirty')
  const rdonly = m('rdonly')
  const none = m('none')
  /** user_pgprot: write-allocate, inner shareable, PXN. */
  const userPgprot = bits(4, 2) | m('shared') | m('pxn')
  /** set_pte_at and cpu_v7_set_pte_ext: nG for what the user may reach, AP[2] unless dirty and writable, invalid for PROT_NONE. */
  const store: Rewrite[] = [
    set(m('nG'), has(valid | user | young)),
    set(m('ap2'), is(valid | none | dirty, valid)),
    set(m('ap2'), is(valid | none | rdonly, valid | rdonly)),
    clear(m('ap2'), is(valid | none | dirty | rdonly, valid | dirty)),
    clear(valid, has(none)),
  ]
  const changed = m('xn') | rdonly | user | none | valid
  return plainEntry(d, {
    present: anyOf(m('present')),
    accessed: young,
    dirty,
    readOnly: rdonly,
    special: m('special'),
    protnone: is(valid | TABLE_BIT, TABLE_BIT),
    accessedBy: 'fault',
    dirtyBy: 'fault',
    hw: {
      valid: has(valid),
      user: has(user),
      read: has(valid),
      write: lacks(rdonly),
      exec: lacks(m('xn')),
      global: lacks(m('nG')),
    },
    rules: {
      mk: [set(userPgprot), ...store],
      mkyoung: [set(young), ...store],
      mkdirty: [set(dirty), ...store],
      mkclean: [clear(dirty), ...store],
      mkwrite: [clear(rdonly), ...store],
      wrprotect: [set(rdonly), ...store],
      mkhuge: [clear(TABLE_BIT)],
      modify: { before: [], keep: bits(63, 0) & ~changed, after: store },
    },
  })
}

function tableFields(): Field[] {
  return [
    field('type', TYPE, 'PMD_TYPE_MASK', 'descriptor type', { values: { '1': 'section', '3': 'table' } }),
    field('pxnTable', PXN_TABLE, 'PMD_PXNTABLE', 'no instruction fetch in kernel mode below'),
  ]
}

export function lpaeTable(sections: boolean): TableFormat {
  return table(64, {
    address: inPlace(39, 12),
    user: TYPE,
    bad: lacks(TABLE_BIT),
    leaf: sections ? [is(TYPE, bit(0)), is(TYPE | bit(57), bit(57))] : { not: lacks(0n) },
    fields: tableFields(),
  })
}

/** set_pmd_at: AP[2] follows the Linux bits for PROT_NONE too. */
export function lpaeHuge(d: Described) {
  const m = masks(d.fields)
  const { modify } = lpaeEntry(d)
  const readOnly = set(m('ap2'), is(m('none') | m('rdonly'), m('none') | m('rdonly')))
  return {
    pfn: [piece(21, 19, 9)],
    present: anyOf(bit(0) | bit(57)),
    modify: { after: [...modify.after, readOnly] },
  }
}
