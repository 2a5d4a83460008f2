/**
 * Address spaces that gain levels while they run (crst_table_upgrade, arch/s390/mm/pgalloc.c, 6.12): the old top table
 * becomes an ordinary, counted one below a new top. Never undone.
 */
import { MM } from './fields.ts'
import type { TableOwner } from './mm.ts'
import type { PageTables } from './pageTables.ts'

/** Makes `mm` cover pages below `end`, if the architecture can. False when memory is out. */
export function upgradeTo(pt: PageTables, mm: TableOwner, end: number): boolean {
  while (mm.top > 0 && end > covered(pt, mm.top)) {
    const top = pt.allocTable(mm, mm.top - 1)
    if (top === 0) return false
    const below = mm.pgd
    mm.pgd = top
    mm.top--
    pt.install(mm, top, 0, below)
    mm.set(MM.pgd, pt.memory.tables.frame[top])
    mm.set(MM.levels, pt.levels.length - mm.top)
  }
  return true
}

function covered(pt: PageTables, depth: number): number {
  const { pages, entries } = pt.levels[depth]
  return pages * entries
}
