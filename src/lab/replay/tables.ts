/**
 * The page tables of a process as raw memory: every table of the user half in walk order, with its entries.
 */
import type { Kernel } from '../../mm/kernel.ts'
import type { Process } from '../../mm/process.ts'
import type { LevelName } from '../../arch/arch.ts'

export interface EntrySnapshot {
  index: number
  lo: number
  hi: number
  /** What the entry is to Linux. */
  kind: 'table' | 'leaf' | 'other'
  /** Frame and byte offset it points to; −1 when it points nowhere. */
  frame: number
  offset: number
}

export interface TableSnapshot {
  level: LevelName
  frame: number
  /** Byte offset in the frame. */
  offset: number
  /** First page it covers. */
  page: number
  /** Entries that are not empty. */
  entries: EntrySnapshot[]
}

export function tablesOf(kernel: Kernel, { mm }: Process): TableSnapshot[] {
  const found: TableSnapshot[] = []
  visit(kernel, mm.pgd, mm.top, 0, found)
  return found
}

function visit(kernel: Kernel, table: number, depth: number, page: number, found: TableSnapshot[]): void {
  const { tables } = kernel.memory
  const level = kernel.arch.levels[depth]
  const own: TableSnapshot = {
    level: level.name,
    frame: tables.frame[table],
    offset: tables.offset[table],
    page,
    entries: [],
  }
  found.push(own)
  const end = depth === 0 ? kernel.arch.userTopEntries : level.entries
  for (let index = 0; index < end; index++) {
    if (tables.untouched(table, index)) {
      index |= 31
      continue
    }
    const at = tables.at(table, index)
    const lo = tables.words[at]
    const hi = tables.words[at + 1]
    if ((level.table ?? level.leaf!).isNone(lo, hi)) continue
    own.entries.push(entryOf(kernel, depth, index, lo, hi))
    const child = depth < kernel.pt.last ? kernel.pt.child(table, index) : 0
    if (child !== 0) visit(kernel, child, depth + 1, page + index * level.pages, found)
  }
}

function entryOf(kernel: Kernel, depth: number, index: number, lo: number, hi: number): EntrySnapshot {
  const { table, leaf } = kernel.arch.levels[depth]
  if (table?.isTable(lo, hi)) {
    return { index, lo, hi, kind: 'table', frame: table.frame(lo, hi), offset: table.offset(lo, hi) }
  }
  if (leaf?.isPresent(lo, hi)) return { index, lo, hi, kind: 'leaf', frame: leaf.pfn(lo, hi), offset: 0 }
  return { index, lo, hi, kind: 'other', frame: -1, offset: 0 }
}
