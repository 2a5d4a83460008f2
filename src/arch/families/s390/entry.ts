/** s390 page-table entries: arch/s390/include/asm/pgtable.h (6.12). INVALID and PROTECT are what the machine looks at. */
import { bits } from '../../bits.ts'
import type { EntryFormat, Rewrite } from '../../format.ts'
import { clear, has, is, lacks, masks, set, type Described } from '../../make.ts'
import { plainEntry } from '../../plain.ts'

const EMPTY = 0x400n

export function s390Entry(d: Described): EntryFormat {
  const m = masks(d.fields)
  const young = m('young')
  const dirty = m('dirty')
  const read = m('read')
  const write = m('write')
  const softDirty = m('softDirty')
  const protect = m('protect_hw')
  const invalid = m('invalid_hw')
  const mkyoung = [set(young), clear(invalid, has(read))]
  const mkdirty: Rewrite[] = [set(dirty), { set: softDirty, only: 'softDirty' }, clear(protect, has(write))]
  return plainEntry(d, {
    present: has(m('present')),
    accessed: young,
    dirty,
    write,
    special: m('special'),
    protnone: is(m('present') | read, m('present')),
    noneValue: EMPTY,
    none: is(bits(63, 0), EMPTY),
    accessedBy: 'fault',
    dirtyBy: 'fault',
    hw: {
      valid: has(m('present')),
      user: has(m('present')),
      read: has(read),
      write: has(write),
      exec: lacks(m('noexec')),
      accessed: lacks(invalid),
      dirty: lacks(protect),
    },
    rules: {
      mk: mkyoung,
      mkyoung,
      mkold: [clear(young), set(invalid)],
      mkdirty,
      mkclean: [clear(dirty), set(protect)],
      mkwrite: [set(write), clear(protect, has(dirty))],
      wrprotect: [clear(write), set(protect)],
      mkhuge: [set(m('large_or_swpExclusive'))],
      modify: {
        before: [],
        keep: d.keep,
        after: [clear(invalid, has(young | read)), clear(protect, has(dirty | write))],
      },
      softDirty: { test: has(softDirty), set: [set(softDirty)], clear: [clear(softDirty)] },
    },
  })
}
