/**
 * Walks over what exists in a range of an mm's tables: pte tables and huge entries above them (walk_page_range and the
 * p?d loops of mm/memory.c, 6.12). Empty parts are skipped 32 entries at a time.
 */
import { indexOf } from '../hw/walker.ts'
import type { Kernel } from './kernel.ts'
import type { MmStruct } from './mmStruct.ts'
import { high, low } from './pages.ts'

export interface RangeVisitor {
  /** A pte table and the part of the range that it covers. */
  ptes(table: number, from: number, to: number): void
  /** A huge entry and the part of the range within it. When it turns it into a table, that is visited next. */
  huge(holder: number, index: number, from: number, to: number): void
}

export function walkRange(
  kernel: Kernel,
  mm: MmStruct,
  from: number,
  to: number,
  visitor: RangeVisitor,
): void {
  descend(kernel, mm.pgd, mm.top, from, to, visitor)
}

function descend(
  kernel: Kernel,
  table: number,
  depth: number,
  from: number,
  to: number,
  visitor: RangeVisitor,
): void {
  const { pt, memory } = kernel
  if (depth === pt.last) return visitor.ptes(table, from, to)
  const level = pt.levels[depth]
  const size = level.pages
  for (let at = from; at < to;) {
    const index = indexOf(level, low(at), high(at))
    const start = Math.floor(at / size) * size
    if (memory.tables.untouched(table, index)) {
      at = start + (32 - (index & 31)) * size
      continue
    }
    const next = Math.min(start + size, to)
    if (isLeaf(kernel, table, index)) visitor.huge(table, index, at, next)
    const child = pt.child(table, index)
    if (child !== 0) descend(kernel, child, depth + 1, at, next, visitor)
    at = next
  }
}

function isLeaf(kernel: Kernel, table: number, index: number): boolean {
  const { tables } = kernel.memory
  const at = tables.at(table, index)
  return kernel.pt.levels[tables.depth[table]].table!.isLeaf(tables.words[at], tables.words[at + 1])
}
