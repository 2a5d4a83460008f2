/** What stands behind a line of the scenario after a run: "66 faults, 3 tables". */
import type { OpRow } from '../../src/trace/views.ts'
import { plural } from '../state/format.ts'

export type Effects = Pick<OpRow, 'faults' | 'tablesAllocated' | 'tablesFreed' | 'flushes'>

export function effects(row: Effects): string {
  const parts: string[] = []
  if (row.faults > 0) parts.push(plural(row.faults, 'fault'))
  if (row.tablesAllocated > 0) parts.push(plural(row.tablesAllocated, 'table'))
  if (row.tablesFreed > 0) parts.push(`${plural(row.tablesFreed, 'table')} freed`)
  if (row.flushes > 0) parts.push(plural(row.flushes, 'flush', 'flushes'))
  return parts.join(', ')
}

interface LineSum extends Effects {
  calls: number
  result: string
  errors: number
}

const NONE: LineSum = {
  calls: 0,
  result: '',
  errors: 0,
  faults: 0,
  tablesAllocated: 0,
  tablesFreed: 0,
  flushes: 0,
}

function sum(a: LineSum, row: OpRow): LineSum {
  return {
    calls: a.calls + 1,
    result: row.result,
    errors: a.errors + (row.error ? 1 : 0),
    faults: a.faults + row.faults,
    tablesAllocated: a.tablesAllocated + row.tablesAllocated,
    tablesFreed: a.tablesFreed + row.tablesFreed,
    flushes: a.flushes + row.flushes,
  }
}

/** Ghost text by line of one file, from the calls made so far. */
export function ghostLines(rows: readonly OpRow[], isFile: (file: string) => boolean): Map<number, string> {
  const sums = new Map<number, LineSum>()
  for (const row of rows) {
    if (row.line > 0 && isFile(row.file)) sums.set(row.line, sum(sums.get(row.line) ?? NONE, row))
  }
  const texts = [...sums].map(([line, one]): [number, string] => [line, ghostText(one)])
  return new Map(texts.filter(([, text]) => text !== ''))
}

const MAX_RESULT = 40

function ghostText(one: LineSum): string {
  const parts: string[] = []
  if (one.calls > 1) parts.push(`${one.calls}×`)
  else if (one.result !== '' && one.result !== '0' && one.result.length <= MAX_RESULT) parts.push(one.result)
  if (one.calls > 1 && one.errors > 0) parts.push(plural(one.errors, 'error'))
  const done = effects(one)
  if (done !== '') parts.push(done)
  return parts.join(' · ')
}
