/** RISC-V page-table entries: arch/riscv/include/asm/pgtable-bits.h, pgtable.h, pgtable-{32,64}.h (6.12). */
import { bits } from '../../bits.ts'
import type { EntryFormat, TableFormat } from '../../format.ts'
import { anyOf, clear, has, is, masks, piece, set, type Described } from '../../make.ts'
import { entryBits, plainEntry, table } from '../../plain.ts'

/** Present, read, write, exec, user, global: what pte_modify takes from the new protection. */
const CHANGED = bits(5, 0)

export function riscvEntry(d: Described): EntryFormat {
  const m = masks(d.fields)
  const present = m('present')
  const global = m('global_')
  const write = m('write')
  return plainEntry(d, {
    present: anyOf(present | global),
    accessed: m('accessed'),
    dirty: m('dirty'),
    write,
    special: m('special'),
    protnone: is(present | global, global),
    keep: bits(entryBits(d) - 1, 0) & ~CHANGED & ~m.maybe('pbmt'),
    accessedBy: 'mmu',
    dirtyBy: 'mmu',
    hw: {
      valid: has(present),
      user: has(m('user')),
      read: has(m('read')),
      write: has(write),
      exec: has(m('exec')),
      global: has(present | global),
    },
    rules: { mkwrite: [set(write)], wrprotect: [clear(write)] },
  })
}

/** A table has neither R, W nor X; any of them makes a leaf, at every level. */
export function riscvTable(d: Described): TableFormat {
  const m = masks(d.fields)
  const leaf = m('read') | m('write') | m('exec')
  const [pfn] = d.pfn
  return table(entryBits(d), {
    address: [piece(pfn!.entry, pfn!.width, d.geometry.pageShift)],
    user: m('present'),
    present: anyOf(m('present') | m('global_')),
    bad: [is(m('present'), 0n), ...[m('read'), m('write'), m('exec')].map(has)],
    leaf: anyOf(leaf),
    fields: d.fields.filter((f) => f.state === undefined),
  })
}

export function riscvHuge(d: Described, shift: number) {
  const [pfn] = d.pfn
  const skip = shift - d.geometry.pageShift
  return { pfn: [piece(pfn!.entry + skip, pfn!.width - skip, skip)] }
}
