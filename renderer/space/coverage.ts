import type { LevelName } from '../../src/arch/arch.ts'
import type { TableRef } from '../../src/trace/views.ts'
import { LEVELS } from '../tables/levels.ts'

export interface Cover {
  table: TableRef
  start: bigint
  end: bigint
}

/** Bytes that one table of each level covers, measured on the tables themselves: the distance that a step of the parent's index makes. */
function tableSpans(tables: readonly TableRef[]): Map<LevelName, bigint> {
  const byId = new Map(tables.map((table) => [table.id, table]))
  const spans = new Map<LevelName, bigint>()
  for (const table of tables) {
    const parent = table.parent === null ? undefined : byId.get(table.parent)
    if (!parent || table.parentIndex === 0) continue
    const span = (BigInt(table.va) - BigInt(parent.va)) / BigInt(table.parentIndex)
    if (span > 0n) spans.set(table.level, span)
  }
  return spans
}

/** For each level below the top: what its tables cover, level by level from the top. */
export function coverage(tables: readonly TableRef[]): { level: LevelName; covers: Cover[] }[] {
  const spans = tableSpans(tables)
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
