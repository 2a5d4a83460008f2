/** The API calls of a trace: where each begins and ends, where it stands in the source, what happened inside. */
import { GrowU32 } from './grow.ts'
import { KIND } from './schema.ts'
import type { OpRow } from './views.ts'

const COLUMN = {
  first: 0,
  last: 1,
  text: 2,
  process: 3,
  line: 4,
  column: 5,
  file: 6,
  result: 7,
  state: 8,
  faults: 9,
  allocated: 10,
  freed: 11,
  flushes: 12,
} as const
const COLUMNS = 13
const ENTERED = 1
const EXITED = 2
const FAILED = 4

export class OpIndex {
  private readonly cells = new GrowU32()
  /** Op numbers in the order of their calls. */
  private readonly order = new GrowU32()

  get count(): number {
    return this.order.length
  }

  /** Op number of the i-th call. */
  opAt(i: number): number {
    return this.order.data[i]
  }

  /** Index of the call whose span holds record k or the last one before it; -1 before the first. */
  indexAt(k: number): number {
    let low = 0
    let high = this.count
    while (low < high) {
      const middle = (low + high) >>> 1
      if (this.first(this.opAt(middle)) <= k) low = middle + 1
      else high = middle
    }
    return low - 1
  }

  has(op: number): boolean {
    return (this.cell(op, COLUMN.state) & ENTERED) !== 0
  }

  first(op: number): number {
    return this.cell(op, COLUMN.first)
  }

  last(op: number): number {
    return this.cell(op, COLUMN.last)
  }

  line(op: number): number {
    return this.cell(op, COLUMN.line)
  }

  column(op: number): number {
    return this.cell(op, COLUMN.column)
  }

  /** String number of the source file. */
  file(op: number): number {
    return this.cell(op, COLUMN.file)
  }

  /** String number of the call's text. */
  text(op: number): number {
    return this.cell(op, COLUMN.text)
  }

  process(op: number): number {
    return this.cell(op, COLUMN.process)
  }

  row(op: number, strings: readonly string[]): OpRow {
    const at = (column: keyof typeof COLUMN) => this.cell(op, COLUMN[column])
    const text = (column: 'text' | 'result' | 'file') => strings[at(column)] ?? ''
    return {
      op,
      first: at('first'),
      last: at('last'),
      text: text('text'),
      result: text('result'),
      error: (at('state') & FAILED) !== 0,
      process: at('process'),
      file: text('file'),
      line: at('line'),
      column: at('column'),
      faults: at('faults'),
      tablesAllocated: at('allocated'),
      tablesFreed: at('freed'),
      flushes: at('flushes'),
    }
  }

  /** Takes note of record k; `words` from `at`. */
  add(words: Uint32Array, at: number, k: number): void {
    const kind = words[at] & 0xff
    const op = words[at + 2]
    // Calls are numbered from 1 and each has at least one record: anything else is not a call.
    if (op === 0 || op > k + 1) return
    const row = op * COLUMNS
    if (kind === KIND.SYS_ENTER) return this.enter(words, at, k, op)
    if (row >= this.cells.length) return
    const cells = this.cells.data
    if (!(cells[row + COLUMN.state] & EXITED)) cells[row + COLUMN.last] = k
    const counter = COUNTERS[kind]
    if (counter !== 0) cells[row + counter]++
    if (kind === KIND.SYS_EXIT) this.exit(words, at, row)
  }

  private enter(words: Uint32Array, at: number, k: number, op: number): void {
    const row = op * COLUMNS
    this.cells.cover(row + COLUMNS - 1)
    const cells = this.cells.data
    if (cells[row + COLUMN.state] & ENTERED) return
    this.order.push(op)
    cells[row + COLUMN.first] = k
    cells[row + COLUMN.last] = k
    cells[row + COLUMN.text] = words[at + 3]
    cells[row + COLUMN.process] = words[at + 4]
    cells[row + COLUMN.line] = words[at + 5]
    cells[row + COLUMN.column] = words[at + 6]
    cells[row + COLUMN.file] = words[at + 7]
    cells[row + COLUMN.state] = ENTERED
  }

  private exit(words: Uint32Array, at: number, row: number): void {
    const cells = this.cells.data
    cells[row + COLUMN.result] = words[at + 3]
    const failed = (words[at + 1] >>> 24) & 1
    cells[row + COLUMN.state] |= EXITED | (failed ? FAILED : 0)
  }

  private cell(op: number, column: number): number {
    const at = op * COLUMNS + column
    return at < this.cells.length ? this.cells.data[at] : 0
  }
}

const COUNTERS = new Uint8Array(256)
COUNTERS[KIND.PAGE_FAULT_USER] = COLUMN.faults
COUNTERS[KIND.PAGE_FAULT_KERNEL] = COLUMN.faults
COUNTERS[KIND.PT_ALLOC] = COLUMN.allocated
COUNTERS[KIND.PT_FREE] = COLUMN.freed
COUNTERS[KIND.TLB_FLUSH] = COLUMN.flushes
