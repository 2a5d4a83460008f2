/**
 * free_pgd_range (mm/memory.c, 6.12): which tables go when a range is unmapped. A table is kept as long as any VMA could
 * use it (floor, ceiling), never because of what it holds. All bounds are page numbers; a ceiling of Infinity is "top".
 */
import { indexOf } from '../hw/walker.ts'
import type { PageTables } from './pageTables.ts'
import type { TableOwner } from './mm.ts'

export interface TableGather {
  /** A table whose entry in its parent covers `vpn` was taken off it. */
  addTable(id: number, vpn: number): void
}

const TWO32 = 4294967296

export function freePgdRange(
  pt: PageTables,
  mm: TableOwner,
  gather: TableGather,
  from: number,
  to: number,
  floor: number,
  ceiling: number,
): void {
  const pmd = pt.levels[pt.last - 1].pages
  let addr = down(from, pmd)
  if (addr < floor) addr += pmd
  let end = to
  let top = ceiling
  if (top !== Infinity) {
    top = down(top, pmd)
    if (top === 0) return
  }
  if (end > top) end -= pmd
  if (addr >= end) return
  freeBelow(pt, mm, gather, mm.pgd, mm.top, addr, end, floor, top)
  passRunTimeFolds(pt, mm, addr, end, floor, top)
}

/** Frees what hangs below the entries of one table for [addr, end). */
function freeBelow(
  pt: PageTables,
  mm: TableOwner,
  gather: TableGather,
  table: number,
  depth: number,
  addr: number,
  end: number,
  floor: number,
  ceiling: number,
): void {
  const { tables } = pt.memory
  const level = pt.levels[depth]
  const size = level.pages
  for (let at = addr; at < end;) {
    const index = indexOf(level, at | 0, (at / TWO32) | 0)
    if (tables.untouched(table, index)) {
      at = down(at, size) + (32 - (index & 31)) * size
      continue
    }
    const next = Math.min(down(at, size) + size, end)
    const child = pt.child(table, index)
    if (child !== 0) freeChild(pt, mm, gather, table, index, child, depth + 1, at, next, floor, ceiling)
    at = next
  }
}

function freeChild(
  pt: PageTables,
  mm: TableOwner,
  gather: TableGather,
  parent: number,
  index: number,
  child: number,
  depth: number,
  addr: number,
  end: number,
  floor: number,
  ceiling: number,
): void {
  if (depth < pt.last) {
    freeBelow(pt, mm, gather, child, depth, addr, end, floor, ceiling)
    if (!wholeTableGoes(pt.levels[depth - 1].pages, addr, end, floor, ceiling)) return
  }
  pt.unhook(mm, parent, index, child)
  gather.addTable(child, addr)
  if (depth === pt.last) passFoldedPmd(pt, mm)
}

/** free_pmd_range of a level without tables: once for each entry above that lost its pte table. */
function passFoldedPmd(pt: PageTables, mm: TableOwner): void {
  const folded = pt.arch.variant.folded.find((level) => level.level === 'pmd')
  if (folded === undefined) return
  const marked = folded.markedSince === undefined
  pt.accounting.freedFolded?.(mm, { name: 'pmd', marked, runTime: folded.when !== 'always', bytes: 0 })
}

/** free_pud_range where each mm (or the boot) folds the pud: once for what the top table covers. */
function passRunTimeFolds(
  pt: PageTables,
  mm: TableOwner,
  addr: number,
  end: number,
  floor: number,
  ceiling: number,
): void {
  const folded = pt.arch.variant.folded.find((level) => level.level === 'pud')
  if (folded === undefined || folded.when === 'always' || mm.top !== pt.arch.initialTop) return
  const top = pt.levels[mm.top]
  if (!wholeTableGoes(top.pages * top.entries, addr, end, floor, ceiling)) return
  pt.accounting.freedFolded?.(mm, { name: 'pud', marked: false, runTime: true, bytes: top.tableBytes })
}

/** Whether no VMA outside [addr, end) can use a table that covers `size` pages. */
function wholeTableGoes(size: number, addr: number, end: number, floor: number, ceiling: number): boolean {
  if (down(addr, size) < floor) return false
  if (ceiling === Infinity) return true
  const top = down(ceiling, size)
  return top !== 0 && end <= top
}

function down(page: number, size: number): number {
  return Math.floor(page / size) * size
}
