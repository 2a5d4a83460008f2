/** arm64 translation-table descriptors: arch/arm64/include/asm/pgtable.h, pgtable-hwdef.h, pgtable-prot.h (6.12). */
import { bit, bits } from '../../bits.ts'
import type { EntryFormat, Field, Piece, Rewrite, TableFormat } from '../../format.ts'
import { clear, field, has, is, lacks, masks, not, piece, set, type Described } from '../../make.ts'
import { plainEntry, table } from '../../plain.ts'

const TYPE = bits(1, 0)
const TABLE_BIT = bit(1)
const UFFD_WP = bit(58)
const PXN_TABLE = bit(59)
const UXN_TABLE = bit(60)
/** Inner shareable; these bits hold PA[51:50] under LPA2. */
export const SHARED = bits(9, 8)

export function arm64Entry(described: Described): EntryFormat {
  const m = masks(described.fields)
  const valid = m('valid')
  const user = m('user')
  const rdonly = m('rdonly')
  const af = m('af')
  const write = m('dbm_write')
  const dirty = m('dirty')
  const uxn = m('uxn')
  const presentInvalid = m('presentInvalid')
  /** DBM set and RDONLY clear: written through a writable entry. */
  const hwDirty = is(write | rdonly, write)
  const mkdirty: Rewrite[] = [set(dirty), clear(rdonly, has(write))]
  const wrprotect: Rewrite[] = [set(dirty, hwDirty), { clear: write, set: rdonly }]
  const changed =
    user | m('pxn') | uxn | rdonly | presentInvalid | valid | write | m('guarded') | m('attrIndex')
  return plainEntry(described, {
    present: [has(valid), is(valid | presentInvalid, presentInvalid)],
    accessed: af,
    dirty,
    write,
    special: m('special'),
    protnone: is(valid | presentInvalid | user | uxn, presentInvalid | uxn),
    keep: bits(63, 0) & ~changed,
    setsAccessed: false,
    setsDirty: false,
    hw: {
      valid: has(valid),
      user: has(user),
      read: has(valid),
      write: lacks(rdonly),
      exec: lacks(uxn),
      dirty: [hwDirty, is(rdonly, 0n)],
      global: lacks(m('nG')),
    },
    rules: {
      dirty: [has(dirty), hwDirty],
      mkdirty,
      mkclean: [{ clear: dirty, set: rdonly }],
      mkwrite: [{ set: write, clear: rdonly }],
      wrprotect,
      mkhuge: [clear(TABLE_BIT)],
      modify: {
        before: [set(dirty, hwDirty)],
        keep: bits(63, 0) & ~changed,
        after: [clear(rdonly, has(dirty | write))],
      },
      uffdWp: { test: has(UFFD_WP), set: [set(UFFD_WP), ...wrprotect], clear: [clear(UFFD_WP)] },
      swap: { ...described.swap, uffdWp: bit(3) },
    },
  })
}

/** With hardware management of the access flag and dirty state nothing of the kind faults. */
export function hardwareManaged(described: Described) {
  const m = masks(described.fields)
  const write = m('dbm_write')
  const rdonly = m('rdonly')
  return {
    pte: {
      hw: {
        write: [lacks(rdonly), has(write)],
        setAccessed: [set(m('af'))],
        setDirty: [clear(rdonly, has(write))],
      },
    },
  }
}

export function tableFields(): Field[] {
  return [
    field('valid', bit(0), 'P?D_TYPE_TABLE', 'the MMU may use this entry'),
    field('table', TABLE_BIT, 'P?D_TABLE_BIT', 'points to a table (clear: a block)'),
    field('pxnTable', PXN_TABLE, 'P?D_TABLE_PXN', 'no instruction fetch in kernel mode below'),
    field('uxnTable', UXN_TABLE, 'P?D_TABLE_UXN', 'no instruction fetch in user mode below'),
    field('noAccess', bits(62, 61), 'APTable', 'access limits below (unused by Linux)'),
    field('nsTable', bit(63), 'NSTable', 'non-secure table'),
  ]
}

export function arm64Table(address: Piece[], blocks: boolean): TableFormat {
  return table(64, {
    address,
    user: TYPE | PXN_TABLE,
    kernel: TYPE | UXN_TABLE,
    present: blocks ? [has(bit(0)), is(bit(0) | bit(11), bit(11))] : has(bit(0)),
    bad: lacks(TABLE_BIT),
    leaf: blocks ? [is(TYPE, bit(0)), is(TYPE | bit(11), bit(11))] : not(lacks(0n)),
    fields: tableFields(),
  })
}

/** Block descriptor: the frame number starts at the block's own shift. */
export function block(described: Described, shift: number) {
  const page = described.geometry.pageShift
  return { pfn: [piece(shift, 48 - shift, shift - page)], present: blockPresent(described) }
}

function blockPresent(described: Described) {
  const m = masks(described.fields)
  return [has(m('valid')), is(m('valid') | m('presentInvalid'), m('presentInvalid'))]
}
