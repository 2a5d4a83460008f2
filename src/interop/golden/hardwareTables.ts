/**
 * arm 2-level: the hardware's tables of 1 MiB and 256 entries, with Linux's own entries beside them, as Linux's tables of
 * 2 MiB and 512 entries.
 */
import type { Arch } from '../../arch/arch.ts'
import type { TableSnapshot } from '../../lab/replay/tables.ts'
import type { DumpTable } from './dumpSchema.ts'
import type { Comparison } from './report.ts'

const HALF = 256

/** Root words in pairs, leaf tables in pairs; empty where Linux has no entry. */
export function linuxTables(tables: readonly DumpTable[]): DumpTable[] {
  return tables.flatMap((table) => (table.linuxEntries === undefined ? [root(table)] : leaf(table, tables)))
}

/** The even word of a pair is the Linux entry's first. */
function root(table: DumpTable): DumpTable {
  const words = new Map(table.entries.map(([index, value]) => [index, BigInt(value)]))
  const entries = table.entries
    .filter(([index]) => index % 2 === 0)
    .map(([index, value, kind]): DumpTable['entries'][number] => {
      const second = words.get(index + 1) ?? 0n
      return [index / 2, `0x${((second << 32n) | BigInt(value)).toString(16)}`, kind]
    })
  return { ...table, entries }
}

function leaf(table: DumpTable, tables: readonly DumpTable[]): DumpTable[] {
  const va = BigInt(table.va)
  if ((va >> 20n) & 1n) return []
  const upper = tables.find((other) => other.linuxEntries !== undefined && BigInt(other.va) === va + (1n << 20n))
  const entries = [
    ...(table.linuxEntries ?? []),
    ...(upper?.linuxEntries ?? []).map(([index, value]) => [index + HALF, value] as const),
  ]
  return [{ ...table, entries: entries.map(([index, value]) => [index, value, 'leaf']) }]
}

/** What the MMU reads must be the hardware's form of what Linux keeps. */
export function compareHardware(
  arch: Arch,
  comparison: Comparison,
  recorded: readonly DumpTable[],
  actual: readonly TableSnapshot[],
  unmodelled: (from: number, to: number) => boolean,
): void {
  const copy = arch.hardwareCopy
  if (copy === null) return
  const mine = new Map(actual.filter(({ level }) => level === 'pte').map((table) => [table.page, table]))
  for (const table of recorded) {
    if (table.linuxEntries === undefined) continue
    const first = Number(BigInt(table.va) / BigInt(arch.pageSize))
    const own = mine.get(first - (first % (2 * HALF)))
    const entries = new Map(own?.entries.map((entry) => [entry.index, entry]))
    for (const [index, value] of table.entries) {
      if (unmodelled(first + index, first + index + 1)) continue
      const entry = entries.get((first % (2 * HALF)) + index)
      const made = entry === undefined ? 0 : copy.of(entry.lo)
      const bits = (raw: number): string => `0x${(raw & 0xfff).toString(16)}`
      comparison.same(`${table.name}(${table.va})[${index}]`, bits(Number(BigInt(value))), bits(made), 'cpu_v7_set_pte_ext')
    }
  }
}
