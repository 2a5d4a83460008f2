/**
 * Several machines that ran the same scenario: aligned by call, read side by side, and asked where they part ways.
 * Everything is computed from the traces; nothing larger than one list of calls per machine is kept.
 */
import { CostTable } from '../cost/table.ts'
import type { TraceQuery } from '../query.ts'
import { EVENT_NAMES } from '../names.ts'
import { align, type Alignment } from './align.ts'
import { signature } from './calls.ts'
import { causesOf } from './causes.ts'
import { CallCounters, METRICS, named, type Metric } from './counters.ts'
import { explain } from './explain.ts'
import { eventsOf, MECHANISMS, nsOf } from './mechanisms.ts'
import { stepOf, type StepMachine } from './step.ts'
import { compareTables } from './tables.ts'
import { TotalsIndex } from './totals.ts'
import type {
  CallCell,
  CompareChart,
  ComparedMachine,
  CompareRow,
  CompareRows,
  CompareStep,
  CompareSummary,
  CompareTables,
  Divergence,
} from './views.ts'

const SAME = 1
const DIFFERS = 2

export interface Compared {
  /** Tells the machine from the others. */
  title: string
  query: TraceQuery
}

export class Comparison {
  readonly machines: readonly Compared[]
  private readonly alignment: Alignment
  private readonly totals: TotalsIndex[]
  private readonly counters: (CallCounters | undefined)[] = []
  /** Per row: 0 not looked at yet, SAME or DIFFERS. */
  private readonly verdicts: Uint8Array

  /** @throws RangeError without a machine. */
  constructor(machines: readonly Compared[]) {
    if (machines.length === 0) throw new RangeError('a comparison needs machines')
    this.machines = machines
    const traces = machines.map(({ query }) => query.trace)
    this.alignment = align(traces)
    this.totals = machines.map(({ query }) => new TotalsIndex(query.trace, new CostTable(query.costs)))
    this.verdicts = new Uint8Array(this.alignment.rows)
  }

  get length(): number {
    return this.alignment.rows
  }

  rows(from: number, count: number): CompareRows {
    const rows: CompareRow[] = []
    for (let row = Math.max(0, from); row < Math.min(this.length, from + count); row++)
      rows.push(this.row(row))
    return { total: this.length, rows }
  }

  row(row: number): CompareRow {
    const cells = this.calls(row).map((call, machine) => this.cell(machine, call))
    const machine = cells.findIndex((cell) => cell !== null)
    const { trace } = this.machines[machine].query
    const op = trace.ops.opAt(this.alignment.at[machine][row])
    return {
      row,
      file: trace.text(trace.ops.file(op)),
      line: trace.ops.line(op),
      text: cells[machine]?.text ?? '',
      cells,
      differs: this.isDifferent(row),
    }
  }

  /** All machines after the call of a row; −1: before the first. `pid` 0: the process that made the call. */
  step(row: number, pid = 0): CompareStep {
    const at = Math.min(row, this.length - 1)
    return { row: at, call: at < 0 ? null : this.row(at), ...stepOf(this.sides(at), pid) }
  }

  tables(row: number, pid: number, page: { from: number; count: number; all: boolean }): CompareTables {
    const { k, mm } = this.step(row, pid)
    return compareTables(
      this.machines.map(({ query }, i) => ({ query, k: k[i], mm: mm[i] })),
      page,
    )
  }

  /** The next row that differs, starting behind `row`, or the one before; null when there is none. */
  divergence(row: number, direction: 1 | -1 = 1): Divergence | null {
    for (let at = row + direction; at >= 0 && at < this.length; at += direction)
      if (this.isDifferent(at)) return this.explained(at)
    return null
  }

  /** Why a row differs. */
  explained(row: number): Divergence {
    const calls = this.calls(row)
    const traces = this.machines.map(({ query }) => query.trace)
    const groups = groupsOf(traces.map((trace, i) => signature(trace, calls[i])))
    const causes = causesOf(traces, calls)
    const call = this.row(row)
    const titles = this.machines.map(({ title }) => title)
    const headers = traces.map(({ header }) => header)
    const first = this.divergenceBefore(row) < 0
    return {
      row,
      call,
      groups,
      causes,
      explanation: explain({ titles, headers, call, groups, causes, first }),
    }
  }

  /** A counter of every machine along the rows, at most `points` samples. */
  chart(metric: Metric, points: number): CompareChart {
    const column = METRICS.findIndex(({ id }) => id === metric)
    const every = Math.max(1, Math.ceil(this.length / Math.max(1, points - 1)))
    const rows: number[] = []
    for (let row = 0; row < this.length; row += every) rows.push(row)
    if (this.length > 0 && rows.at(-1) !== this.length - 1) rows.push(this.length - 1)
    const values = this.machines.map((_, i) =>
      rows.map((row) => this.countersOf(i).after(this.alignment.upTo[i][row], column)),
    )
    return { metric, unit: METRICS[column].unit, rows, values }
  }

  summary(): CompareSummary {
    const own = this.machines.map((_, i) => this.compared(i))
    const peaks = own.flatMap(({ peak }) => peak ?? [])
    const worst = peaks.reduce<(typeof peaks)[number] | null>(
      (most, one) => (most === null || one.counters.hidden > most.counters.hidden ? one : most),
      null,
    )
    const machines = own.map((machine, i) => ({
      ...machine,
      atWorst: this.countersOf(i).afterAll(worst === null ? -1 : this.alignment.upTo[i][worst.row]),
    }))
    return {
      rows: this.length,
      differing: this.countDiffering(),
      worst: worst === null ? null : { row: worst.row, text: worst.text },
      machines,
      metrics: METRICS.map((metric) => ({ ...metric })),
    }
  }

  private compared(machine: number): Omit<ComparedMachine, 'atWorst'> {
    const { trace } = this.machines[machine].query
    const { peak, last } = this.countersOf(machine)
    const totals = this.totals[machine].upTo(trace.length - 1)
    return {
      events: trace.events,
      calls: trace.ops.count,
      hash: trace.hash,
      passed: trace.texts.passed,
      failed: trace.texts.failed,
      dmesg: trace.texts.dmesgRows(trace).map(({ text }) => text),
      last,
      peak:
        peak.call < 0
          ? null
          : {
              row: this.alignment.at[machine].indexOf(peak.call),
              text: trace.text(trace.ops.text(trace.ops.opAt(peak.call))),
              counters: named(peak.values),
            },
      costs: MECHANISMS.map((one) => ({
        what: one.what,
        ns: nsOf(one, totals),
        events: eventsOf(one, totals),
      })).filter(({ events }) => events > 0),
      counts: EVENT_NAMES.map((name, i) => ({ name, count: totals.counts[i] })).filter(
        ({ count }) => count > 0,
      ),
    }
  }

  private calls(row: number): number[] {
    return this.alignment.at.map((at) => (row < 0 ? -1 : at[row]))
  }

  private sides(row: number): StepMachine[] {
    const calls = this.calls(row)
    return this.machines.map(({ query }, i) => ({
      query,
      totals: this.totals[i],
      call: calls[i],
      upTo: row < 0 ? -1 : this.alignment.upTo[i][row],
    }))
  }

  private cell(machine: number, call: number): CallCell | null {
    if (call < 0) return null
    const { trace } = this.machines[machine].query
    const { op, last, text, result, error } = trace.ops.row(trace.ops.opAt(call), trace.strings)
    return { op, k: trace.eventOf(last), text, result, error }
  }

  private isDifferent(row: number): boolean {
    const { verdicts } = this
    if (verdicts[row] === 0) {
      const { at } = this.alignment
      const expected = signature(this.machines[0].query.trace, at[0][row])
      const other = this.machines.some(
        ({ query }, i) => i > 0 && signature(query.trace, at[i][row]) !== expected,
      )
      verdicts[row] = other ? DIFFERS : SAME
    }
    return verdicts[row] === DIFFERS
  }

  private divergenceBefore(row: number): number {
    for (let at = row - 1; at >= 0; at--) if (this.isDifferent(at)) return at
    return -1
  }

  private countDiffering(): number {
    let count = 0
    for (let row = 0; row < this.length; row++) if (this.isDifferent(row)) count++
    return count
  }

  private countersOf(machine: number): CallCounters {
    const { query } = this.machines[machine]
    return (this.counters[machine] ??= new CallCounters(query.trace, query.arch, new CostTable(query.costs)))
  }
}

/** Numbers equal signatures alike, in the order of the machines; −1 stays −1. */
function groupsOf(signatures: readonly number[]): number[] {
  const distinct = [...new Set(signatures.filter((one) => one !== -1))]
  return signatures.map((one) => distinct.indexOf(one))
}
