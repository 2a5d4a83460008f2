/** Which address matters, as far as texts and tables say. */
import type { TableView } from '../../src/trace/views.ts'

interface Range {
  start: string
  end: string
}

const HEX = /0x[0-9a-f_]{4,}/gi

/** The first number of the texts that lies in one of the mappings; entries and frames do not. */
export function namedAddress(texts: readonly string[], vmas: readonly Range[]): string | null {
  const spans = vmas.map(({ start, end }) => [BigInt(start), BigInt(end)] as const)
  for (const text of texts) {
    for (const [match] of text.matchAll(HEX)) {
      const digits = match.replaceAll('_', '')
      const value = BigInt(digits)
      if (spans.some(([start, end]) => start <= value && value < end)) return digits
    }
  }
  return null
}

/** Address of the entry of a leaf table that was written last; null for an empty table. */
export function newestEntry(
  table: Pick<TableView, 'va' | 'cells' | 'writtenAt'>,
  pageSize: number,
): string | null {
  let best = -1
  table.writtenAt.forEach((k, i) => {
    if (best < 0 || k > (table.writtenAt[best] ?? 0)) best = i
  })
  const index = table.cells[best * 2]
  return index === undefined
    ? null
    : `0x${(BigInt(table.va) + BigInt(index) * BigInt(pageSize)).toString(16)}`
}
