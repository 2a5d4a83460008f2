/** The entries of an mm that map pages, in order of address. */
import type { CompiledLevel } from '../../arch/arch.ts'
import type { State } from '../replica/state.ts'
import { entryKind } from './entries.ts'
import { levelOfTable, rootOf } from './tables.ts'

/** `vpn` is the first page that the entry maps, `table` the one it is in. */
export type LeafVisitor = (vpn: number, level: CompiledLevel, lo: number, hi: number, table: number) => void

/** Calls back for every entry of user space that is neither empty nor a table. */
export function forEachLeaf(state: State, mm: number, visit: LeafVisitor): void {
  const root = rootOf(state, mm)
  if (root !== 0) descend(state, root, 0, state.arch.userTopEntries, visit)
}

function descend(state: State, table: number, base: number, end: number, visit: LeafVisitor): void {
  const level = levelOfTable(state, table)
  if (level === null) return
  state.tables.forEachEntry(table, (index, lo, hi) => {
    if (index >= end) return
    const vpn = base + index * level.pages
    const kind = entryKind(level, lo, hi)
    if (kind !== 'table') {
      if (level.leaf !== null && kind !== 'none' && kind !== 'bad') visit(vpn, level, lo, hi, table)
      return
    }
    if (level.table === null) return
    const below = state.tables.at(level.table.frame(lo, hi), level.table.offset(lo, hi))
    const isBelow = below !== 0 && (levelOfTable(state, below)?.depth ?? 0) > level.depth
    if (isBelow) descend(state, below, vpn, Infinity, visit)
  })
}

/** Calls back for every present entry of all tables: the first frame that it maps, and how many pages. */
export function forEachMapping(state: State, visit: (frame: number, pages: number) => void): void {
  state.tables.records.forEach((id) => {
    const level = levelOfTable(state, id)
    const leaf = level?.leaf
    if (!level || !leaf) return
    state.tables.forEachEntry(id, (_index, lo, hi) => {
      if (level.table !== null && !level.table.isLeaf(lo, hi)) return
      if (leaf.isPresent(lo, hi)) visit(leaf.pfn(lo, hi), level.pages)
    })
  })
}
