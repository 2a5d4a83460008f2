/**
 * The p?d_alloc chain down to a chosen level: the existing or new table that holds a page's entry there.
 */
import { indexOf } from '../hw/walker.ts'
import type { TableOwner } from './mm.ts'
import type { PageTables } from './pageTables.ts'

/** Table at `depth` on the way to a page; missing ones above it are made and counted. 0 when memory is out. */
export function allocTo(pt: PageTables, mm: TableOwner, depth: number, vpnLo: number, vpnHi: number): number {
  let table = mm.pgd
  for (let at = mm.top; at < depth; at++) {
    const index = indexOf(pt.levels[at], vpnLo, vpnHi)
    let child = pt.child(table, index)
    if (child === 0) {
      child = pt.allocTable(mm, at + 1)
      if (child === 0) return 0
      pt.install(mm, table, index, child)
    }
    table = child
  }
  return table
}
