/** arm64 translation-table descriptors: arch/arm64/include/asm/pgtable.h, pgtable-hwdef.h, pgtable-prot.h (6.12). */
import { bit, bits } from '../../bits.ts'
import type { EntryFormat, Field, Piece, Rewrite, TableFormat } from '../../format.ts'
import { clear, field, has, is, lacks, masks, not, piece, set, type Described } from '../../make.ts'
import { plainEntry, table } from '../../plain.ts'
import type { DeepPartial, Variant } from '../../variant.ts'

const TYPE = bits(1, 0)
const TABLE_BIT = bit(1)
const UFFD_WP = bit(58)
const PXN_TABLE = bit(59)
const UXN_TABLE = bit(60)
/** Inner shareable; these bits hold PA[51:50] under LPA2. */
export const SHARED = bits(9, 8)

/** Entries of a contiguous run: 64 KiB, 2 MiB and 2 MiB for 4K, 16K and 64K pages. */
const CONT_ENTRIES: Record<number, number> = { 12: 16, 14: 128, 16: 32 }

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
    accessedBy: 'fault',
    dirtyBy: 'fault',
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
      // A clean entry stays read-only to the MMU (6.18 and stable kernels with it).
      mkwrite: [set(write), clear(rdonly, has(dirty))],
      wrprotect,
      mkhuge: [clear(TABLE_BIT)],
      modify: {
        before: [set(dirty, hwDirty)],
        keep: bits(63, 0) & ~changed,
        after: [clear(rdonly, has(dirty | write))],
      },
      uffdWp: { test: has(UFFD_WP), set: [set(UFFD_WP), ...wrprotect], clear: [clear(UFFD_WP)] },
      swap: { ...described.swap, uffdWp: bit(3) },
      cont: { mask: m('cont'), entries: CONT_ENTRIES[described.geometry.pageShift]! },
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

/** Kernels before 6.11: PROT_NONE is bit 58 beside nG, and swap entries have another layout. */
export function protNone58(described: Described): DeepPartial<Variant> {
  const m = masks(described.fields)
  const valid = m('valid')
  const protNone = bit(58)
  const present = [has(valid), has(protNone)]
  const none = described.prot[0]! | protNone
  const changed =
    m('user') |
    m('pxn') |
    m('uxn') |
    m('rdonly') |
    protNone |
    valid |
    m('dbm_write') |
    m('guarded') |
    m('attrIndex')
  const fields = described.fields.filter((f) => f.name !== 'presentInvalid' && f.name !== 'uffdWp')
  const tables: DeepPartial<Variant>['tables'] = {}
  for (const { name } of described.geometry.levels.slice(0, -1)) {
    tables[name] = {
      present: [has(bit(0)), has(protNone)],
      leaf: [is(TYPE, bit(0)), is(TYPE | protNone, protNone)],
    }
  }
  return {
    pte: {
      present,
      protnone: is(valid | protNone, protNone),
      prot: described.prot.map((p, i) => ((i & 7) === 0 ? none : p)),
      modify: { keep: bits(63, 0) & ~changed },
      uffdWp: null,
      swap: { type: [piece(3, 5)], offset: [piece(8, 50)], uffdWp: 0n },
      fields: [
        ...fields,
        field(
          'protnone',
          protNone,
          'PTE_PROT_NONE',
          'mapped with PROT_NONE: Linux sees a page, the MMU does not',
        ),
      ],
    },
    tables,
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
  return { pfn: [piece(shift, 48 - shift, shift - page)] }
}
