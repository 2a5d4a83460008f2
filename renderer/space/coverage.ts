import type { LevelName } from '../../src/arch/arch.ts'
import type { TableRef } from '../../src/trace/views.ts'
import { LEVELS } from '../tables/levels.ts'

export interface Cover {
  table: TableRef
  start: bigint
  end: bigint
}

/** Bytes that one table of each level covers, from the lowest level up: entries times what one of them covers. */
function tableSpans(tables: readonly TableRef[], pageSize: number): Map<LevelName, bigint> {
  const spans = new Map<LevelName, bigint>()
  let covered = BigInt(pageSize)
  for (const level of [...LEVELS].reverse()) {
    const table = tables.find((one) => one.level === level)
    if (!table) continue
    covered *= BigInt(table.entries)
    spans.set(level, covered)
  }
  return spans
}

/** For each level below the top: what its tables cover, level by level from the top. */
export function coverage(
  tables: readonly TableRef[],
  pageSize: number,
): { level: LevelName; covers: Cover[] }[] {
  const spans = tableSpans(tables, pageSize)
  return LEVELS.flatMap((level) => {
    const own = tables.filter((table) => table.level === level && table.parent !== null && !table.kernel)
    if (own.length === 0) return []
    const covers = own.map((table) => {
      const start = BigInt(table.va)
      return { table, start, end: start + (spans.get(level) ?? 1n) }
    })
    return [{ level, covers }]
  })
}
