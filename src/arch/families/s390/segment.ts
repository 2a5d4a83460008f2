/** s390 segment and region entries: tables and large pages (asm/pgtable.h: _SEGMENT_ENTRY_*, _REGION*_ENTRY_*). */
import { bit, bits } from '../../bits.ts'
import type { EntryFormat, Field, TableFormat } from '../../format.ts'
import { anyOf, clear, field, has, inPlace, is, lacks, not, piece, protections, set } from '../../make.ts'
import { table } from '../../plain.ts'
import type { DeepPartial } from '../../variant.ts'

const READ = bit(0)
const WRITE = bit(1)
const INVALID = bit(5)
const NOEXEC = bit(8)
const PROTECT = bit(9)
const LARGE = bit(10)
const YOUNG = bit(12)
const DIRTY = bit(13)
const SOFT_DIRTY = bit(14)
const TYPE_MASK = bits(3, 2)
/** Length of a region table: all 2048 entries. */
const LENGTH = 3n

const SEGMENT_NONE = INVALID | PROTECT
const RO = PROTECT | READ | NOEXEC
const RX = PROTECT | READ
const RW = READ | WRITE | NOEXEC
const RWX = READ | WRITE

function entryFields(): Field[] {
  return [
    field('read', READ, '_SEGMENT_ENTRY_READ', 'readable'),
    field('write', WRITE, '_SEGMENT_ENTRY_WRITE', 'writable as far as Linux is concerned'),
    field('type', TYPE_MASK, '_SEGMENT_ENTRY_TYPE', 'table type: 0 segment, 1 region-third'),
    field('invalid_hw', INVALID, '_SEGMENT_ENTRY_INVALID', 'the machine takes a fault on any access'),
    field('noexec', NOEXEC, '_SEGMENT_ENTRY_NOEXEC', 'no instruction fetch'),
    field('protect_hw', PROTECT, '_SEGMENT_ENTRY_PROTECT', 'the machine refuses writes'),
    field('large', LARGE, '_SEGMENT_ENTRY_LARGE', 'a large page'),
    field('young', YOUNG, '_SEGMENT_ENTRY_YOUNG', 'used since the bit was last cleared'),
    field('dirty', DIRTY, '_SEGMENT_ENTRY_DIRTY', 'written since the bit was last cleared'),
    field(
      'softDirty',
      SOFT_DIRTY,
      '_SEGMENT_ENTRY_SOFT_DIRTY',
      'written since /proc/PID/clear_refs was told 4',
    ),
  ]
}

/** A 1 MiB (segment) or 2 GiB (region-third) page. */
export function largePage(shift: number, none: bigint): DeepPartial<EntryFormat> {
  const mkyoung = [set(YOUNG), clear(INVALID, has(READ))]
  const keep = bits(63, shift) | DIRTY | YOUNG | LARGE | SOFT_DIRTY | TYPE_MASK
  return {
    noneValue: none,
    none: is(bits(63, 0), none),
    present: not(is(bits(63, 0), none)),
    young: has(YOUNG),
    dirty: has(DIRTY),
    write: has(WRITE),
    special: not(lacks(0n)),
    protnone: is(LARGE | READ, LARGE),
    pfn: [piece(shift, 64 - shift, shift - 12)],
    prot: protections(SEGMENT_NONE, RO, RO, RO, RX, RX, RX, RX, SEGMENT_NONE, RO, RW, RW, RX, RX, RWX, RWX),
    mk: [],
    mkyoung,
    mkold: [clear(YOUNG), set(INVALID)],
    mkdirty: [set(DIRTY), { set: SOFT_DIRTY, only: 'softDirty' }, clear(PROTECT, has(WRITE))],
    mkclean: [clear(DIRTY), set(PROTECT)],
    mkwrite: [set(WRITE), clear(PROTECT, has(DIRTY))],
    wrprotect: [clear(WRITE), set(PROTECT)],
    mkspecial: [],
    mkhuge: [set(LARGE | YOUNG | PROTECT)],
    modify: { before: [], keep, after: [set(PROTECT, lacks(DIRTY)), set(INVALID, lacks(YOUNG))] },
    softDirty: { test: has(SOFT_DIRTY), set: [set(SOFT_DIRTY)], clear: [clear(SOFT_DIRTY)] },
    hw: {
      valid: has(LARGE),
      user: has(LARGE),
      read: has(READ),
      write: has(WRITE),
      exec: lacks(NOEXEC),
      accessed: lacks(INVALID),
      dirty: lacks(PROTECT),
    },
    fields: entryFields(),
  }
}

function regionFields(): Field[] {
  return [
    field('length', bits(1, 0), '_REGION_ENTRY_LENGTH', 'table length: 3 is all of it'),
    field('type', TYPE_MASK, '_REGION_ENTRY_TYPE_MASK', 'table type', {
      values: { '0': 'segment', '1': 'region-third', '2': 'region-second', '3': 'region-first' },
    }),
    field('invalid_hw', INVALID, '_REGION_ENTRY_INVALID', 'the machine takes a fault on any access'),
    field('offset', bits(7, 6), '_REGION_ENTRY_OFFSET', 'where the table starts'),
    field('noexec', NOEXEC, '_REGION_ENTRY_NOEXEC', 'no instruction fetch below'),
    field('protect_hw', PROTECT, '_REGION_ENTRY_PROTECT', 'the machine refuses writes below'),
    field('large', LARGE, '_REGION3_ENTRY_LARGE', 'a large page'),
  ]
}

/** Region tables carry their type; an empty entry is the type with INVALID. */
function regionTable(type: bigint, leaf: boolean): TableFormat {
  const allowed = bits(63, 12) | LENGTH | TYPE_MASK | INVALID | PROTECT
  return table(64, {
    address: inPlace(63, 12),
    user: (type << 2n) | LENGTH,
    none: leaf ? is(INVALID | LARGE, INVALID) : has(INVALID),
    noneValue: (type << 2n) | INVALID,
    bad: anyOf(bits(63, 0) & ~allowed),
    leaf: leaf ? has(LARGE) : not(lacks(0n)),
    fields: regionFields(),
  })
}

function segmentTable(): TableFormat {
  return table(64, {
    address: inPlace(63, 11),
    user: 0n,
    none: is(bits(63, 0), INVALID),
    noneValue: INVALID,
    bad: anyOf(bits(8, 6) | LARGE),
    leaf: has(LARGE),
    fields: entryFields(),
  })
}

/** Format by what the table covers: region-first 53, region-second 42, region-third 31, segment 20. */
export function tableAt(shift: number): TableFormat {
  if (shift === 20) return segmentTable()
  if (shift === 31) return regionTable(1n, true)
  return regionTable(shift === 42 ? 2n : 3n, false)
}
