/** MIPS page-table entries: arch/mips/include/asm/pgtable-bits.h, pgtable.h, mm/tlbex.c (6.12). */
import { bits } from '../../bits.ts'
import type { EntryFormat, Rewrite } from '../../format.ts'
import { clear, has, lacks, masks, set, type Described } from '../../make.ts'
import { entryBits, plainEntry } from '../../plain.ts'

export function mipsEntry(d: Described): EntryFormat {
  const m = masks(d.fields)
  const present = m('present')
  const accessed = m('accessed')
  const modified = m('modified')
  const write = m('write')
  /** Bits the TLB looks at: V and D. Linux keeps its own accessed and modified beside them. */
  const valid = m('valid')
  const dirty = m('dirty')
  const noRead = m('noRead')
  const noExec = m.maybe('noExec')
  const mkyoung: Rewrite[] = [set(accessed), set(valid, lacks(noRead))]
  return plainEntry(d, {
    present: has(present),
    none: lacks(bits(entryBits(d) - 1, 0) & ~m('global_')),
    accessed,
    dirty: modified,
    write,
    special: m.maybe('special'),
    protnone: has(present | noRead),
    accessedBy: 'mmu',
    dirtyBy: 'mmu',
    hw: {
      valid: has(present),
      user: has(present),
      read: lacks(noRead),
      write: has(write),
      exec: noExec === 0n ? lacks(noRead) : lacks(noExec),
      accessed: has(valid | accessed),
      dirty: has(dirty | modified),
      global: has(m('global_')),
      // tlbex.c: handle_tlbl and handle_tlbm do this in assembly, without do_page_fault
      setAccessed: mkyoung,
      setDirty: [set(accessed | modified | valid | dirty)],
    },
    rules: {
      mkyoung,
      mkold: [clear(accessed | valid)],
      mkdirty: [set(modified), set(dirty, has(write))],
      mkclean: [clear(modified | dirty)],
      mkwrite: [set(write), set(dirty, has(modified))],
      wrprotect: [clear(write | dirty)],
      mkhuge: [set(m.maybe('huge'))],
      swMkyoung: mkyoung,
      modify: { before: [], keep: d.keep, after: [set(valid, { mask: accessed | noRead, value: accessed })] },
    },
  })
}
