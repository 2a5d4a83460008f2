/** Page tables of one process on several machines, table by table: the same table is one of the same level for the same address. */
import type { TraceQuery } from '../query.ts'
import { LEVEL_NAMES } from '../schema.ts'
import type { CompareTable, CompareTables } from './views.ts'

/** Tables looked at per machine. */
export const MOST_TABLES = 20_000

export interface TableSide {
  query: TraceQuery
  /** Event after which the machine is looked at. */
  k: number
  /** 0: no mm. */
  mm: number
}

export function compareTables(
  sides: readonly TableSide[],
  { from, count, all }: { from: number; count: number; all: boolean },
): CompareTables {
  const rows = new Map<string, CompareTable>()
  let cut = false
  sides.forEach(({ query, k, mm }, i) => {
    const tables = mm === 0 ? [] : query.tables(k, mm, MOST_TABLES)
    cut ||= tables.length === MOST_TABLES
    for (const { id, level, va, used, entries } of tables) {
      const key = `${level} ${va}`
      let row = rows.get(key)
      if (row === undefined) rows.set(key, (row = { level, va, cells: sides.map(() => null), differs: true }))
      row.cells[i] = { id, used, entries }
    }
  })
  const list = [...rows.values()]
    .map((row) => ({ ...row, differs: differs(row) }))
    .sort((a, b) => LEVEL_NAMES.indexOf(a.level) - LEVEL_NAMES.indexOf(b.level) || compareAddress(a.va, b.va))
  const differing = list.filter((row) => row.differs)
  const shown = all ? list : differing
  return { total: shown.length, differing: differing.length, rows: shown.slice(from, from + count), cut }
}

function differs({ cells }: CompareTable): boolean {
  return new Set(cells.map((cell) => (cell === null ? 'none' : `${cell.used}/${cell.entries}`))).size > 1
}

function compareAddress(a: string, b: string): number {
  return a.length - b.length || (a < b ? -1 : 1)
}
