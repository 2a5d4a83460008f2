/**
 * Every question that panels, reports and exports ask of a trace. Answers are plain data about the state after event k,
 * or about the whole trace; nothing of the replica itself is handed out.
 */
import type { Arch } from '../arch/arch.ts'
import { CostIndex } from './cost/meter.ts'
import { costTotals } from './cost/totals.ts'
import type { CostTotals } from './cost/totals.ts'
import { applyCosts, soundCosts } from './cost/units.ts'
import type { AppliedCost, CostChanges } from './cost/units.ts'
import { DataIndex } from './data.ts'
import { compileFilter } from './filter/compile.ts'
import { FilterError, parseFilter } from './filter/parse.ts'
import { FilterScan } from './filter/scan.ts'
import { eventText } from './format.ts'
import { className, classOf, levelOf } from './names.ts'
import { costView } from './query/costs.ts'
import { entryView } from './query/entry.ts'
import { layoutView } from './query/layout.ts'
import { cpuView, fieldViews, mmView, vmasByMm } from './query/state.ts'
import { processesOf, procText } from './query/proc.ts'
import { corruptionChain, type ChainLink } from './query/corruption.ts'
import { lanesView, openView, shootdownAt, shootdownRows } from './query/sync.ts'
import { tablesOfMm, tableView } from './query/tables.ts'
import { walkView } from './query/walk.ts'
import { Replica } from './replica.ts'
import type { State } from './replica.ts'
import { OBJECT } from './replica/objects.ts'
import { diffLines } from './proc/diff.ts'
import type { ProcFile } from './proc/files.ts'
import { CTX_NAMES, FIELDS, LEVEL_NAMES, OBJ } from './schema.ts'
import { SyncIndex } from './sync/index.ts'
import { TimeIndex } from './time.ts'
import type { Trace } from './trace.ts'
import type {
  ChartSeries,
  CostView,
  CounterSeries,
  EntryView,
  EventRow,
  ExpectationRow,
  LanesView,
  LayoutView,
  OpRow,
  OpenView,
  ProcView,
  ShootdownRow,
  StateView,
  TableRef,
  TableView,
  TextRow,
  TraceSummary,
  WalkView,
} from './views.ts'

const MAX_TABLES = 10_000
const MAX_VMAS = 2000
const MAX_MMS = 64
/** Lines of a /proc file that are handed out. */
const MAX_PROC_LINES = 20_000
/** Filters whose block counts are kept. */
const MAX_SCANS = 8
const PROCESS_MM = FIELDS.process.indexOf('mm')

export interface StateOptions {
  /** Only this mm, also when it is gone. Default: the living ones, at most 64. */
  mm?: number
  /** Only this CPU. */
  cpu?: number
  /** Most VMAs in all. Default 2000. */
  vmas?: number
}

export class TraceQuery {
  readonly trace: Trace
  readonly arch: Arch
  readonly replica: Replica
  private times: TimeIndex
  private readonly meters: CostIndex
  private readonly sync: SyncIndex
  private readonly data: DataIndex
  /** Unit costs of this machine as they apply now. */
  costs: readonly AppliedCost[]
  private readonly scans = new Map<string, FilterScan>()

  constructor(trace: Trace, arch: Arch) {
    this.trace = trace
    this.arch = arch
    this.replica = new Replica(trace, arch)
    this.costs = applyCosts(arch, soundCosts(trace.header.costs))
    this.times = new TimeIndex(trace, this.costs)
    this.meters = new CostIndex(trace)
    this.sync = new SyncIndex(trace)
    this.data = new DataIndex(trace)
  }

  /** Other unit costs than documented or chosen by the scenario: event times and costs follow from now on. */
  setCosts(changes: CostChanges = {}): void {
    this.costs = applyCosts(this.arch, soundCosts(this.trace.header.costs), changes)
    this.times = new TimeIndex(this.trace, this.costs)
  }

  /** What everything up to event k cost, by mechanism and by CPU. */
  costsAt(k: number): CostView {
    const at = this.clamp(k)
    return costView(this.replica.at(at), this.meters.at(at), this.costs, at)
  }

  /** Sums over the whole trace. */
  costTotals(): CostTotals {
    return costTotals(this.meters.at(this.trace.length - 1), this.costs)
  }

  state(k: number, options: StateOptions = {}): StateView {
    const { trace } = this
    const at = this.clamp(k)
    const state = this.replica.at(at)
    const processes = this.processes(state)
    const ids =
      options.mm === undefined ? livingMms(state) : [options.mm].filter((id) => state.objects.has(OBJ.mm, id))
    const vmas = vmasByMm(state, trace, new Set(ids), options.vmas ?? MAX_VMAS)
    const nobody = { pid: 0, name: '' }
    const cpus = Array.from({ length: trace.header.cpus }, (_, cpu) => cpu)
    return {
      k: at,
      event: at < 0 ? null : this.row(at),
      mms: ids.map((id) => mmView(state, trace, id, at, processes.get(id) ?? nobody, vmas.get(id) ?? [])),
      cpus: cpus
        .filter((cpu) => options.cpu === undefined || options.cpu === cpu)
        .map((cpu) => cpuView(state, trace, cpu, at)),
      machine: fieldViews(state, trace, OBJ.machine, 0, at, new Set()),
    }
  }

  /** Tables of an mm, parents before children. At most `limit`, by default 10 000. */
  tables(k: number, mm: number, limit = MAX_TABLES): TableRef[] {
    return tablesOfMm(this.replica.at(this.clamp(k)), mm, limit)
  }

  /** Null when the table does not exist after event k. */
  table(k: number, id: number): TableView | null {
    return tableView(this.replica.at(this.clamp(k)), id)
  }

  entry(k: number, id: number, index: number): EntryView | null {
    const after = this.clamp(k)
    return entryView(
      this.replica.at(after),
      id,
      index,
      (at) => this.row(at),
      (frame) => this.data.words(frame, after),
    )
  }

  walk(k: number, mm: number, va: string): WalkView {
    return walkView(this.replica.at(this.clamp(k)), mm, va)
  }

  /**
   * A file of /proc after event k. With `since`, what changed from the state after that event is marked. Process 0: the
   * last one that lives.
   */
  proc(k: number, pid: number, file: ProcFile, since: number | null = null): ProcView {
    const { trace } = this
    const at = this.clamp(k)
    const processes = processesOf(this.replica.at(at), trace)
    const shown = pid === 0 ? (processes.at(-1)?.pid ?? 0) : pid
    const text = (event: number): string => procText(this.replica.at(event), trace, shown, file)
    const now = text(at)
    const lines = diffLines(since === null ? now : text(this.clamp(since)), now)
    return {
      k: at,
      pid: shown,
      file,
      processes,
      lines: lines.slice(0, MAX_PROC_LINES),
      left: Math.max(0, lines.length - MAX_PROC_LINES),
    }
  }

  /** CPUs along the trace with who told whom. */
  lanes(): LanesView {
    return lanesView(this.sync.extend(), this.trace.header.cpus)
  }

  /** Flushes that concerned more than one CPU. */
  shootdowns(from: number, count: number): { total: number; rows: ShootdownRow[] } {
    return shootdownRows(this.sync.extend(), this.trace, this.arch, from, count)
  }

  /** The last of them that began at or before event k; −1: none. */
  shootdownAt(k: number): { position: number } {
    return { position: shootdownAt(this.sync.extend(), k) }
  }

  /** What waits after event k: interrupts, gathers, grace periods, walkers. */
  open(k: number): OpenView {
    return openView(this.sync.extend(), this.trace, this.arch, this.clamp(k))
  }

  /** How the corruption in event k came about: from what a CPU had learnt to its use after the free. Empty for other events. */
  corruption(k: number): { what: ChainLink['what']; event: EventRow }[] {
    return corruptionChain(this.trace, this.replica, k).map(({ what, k: at }) => ({
      what,
      event: this.row(at),
    }))
  }

  /** A page of the events that pass a filter; for a wrong filter its error and no rows. */
  events(from: number, count: number, filter = ''): { total: number; rows: EventRow[]; error: string } {
    const scan = this.scan(filter)
    if (scan instanceof FilterError)
      return { total: 0, rows: [], error: `${scan.message} (at character ${scan.position + 1})` }
    return { total: scan.total, rows: scan.rows(from, count).map((k) => this.row(k)), error: '' }
  }

  /** Position of event k in the filtered list, or where it would stand; -1 for a wrong filter. */
  locate(k: number, filter = ''): { position: number } {
    const scan = this.scan(filter)
    return { position: scan instanceof FilterError ? -1 : scan.position(k) }
  }

  ops(from = 0, count = Infinity): { total: number; rows: OpRow[] } {
    const { ops, strings } = this.trace
    const rows: OpRow[] = []
    for (let i = Math.max(0, from); i < Math.min(ops.count, from + count); i++)
      rows.push(ops.row(ops.opAt(i), strings))
    return { total: ops.count, rows }
  }

  /** Counters along the trace, each at most `points` samples. */
  counters(points: number): CounterSeries[] {
    return this.trace.samples.series(points, this.trace.length)
  }

  /** Where stepping from k leads; k itself at either end. */
  step(k: number, by: 'event' | 'op' | 'line', direction: 1 | -1): { k: number } {
    if (by === 'event') return { k: this.nextEvent(k, direction) }
    return { k: by === 'op' ? this.nextOp(k, direction) : this.nextLine(k, direction) }
  }

  /** The event before or after k that passes a filter. */
  nextEvent(k: number, direction: 1 | -1, filter = ''): number {
    if (filter === '') return this.trace.length === 0 ? -1 : this.trace.step(k, direction)
    const scan = this.scan(filter)
    const next = scan instanceof FilterError ? -1 : scan.next(k, direction)
    return next < 0 ? k : next
  }

  /** End of the next call, or of the one before: the state that a call leaves behind. */
  nextOp(k: number, direction: 1 | -1): number {
    return this.callEnd(k, direction, () => true)
  }

  /** As nextOp, past further calls from the same source line. */
  nextLine(k: number, direction: 1 | -1): number {
    const { ops } = this.trace
    const here = ops.indexAt(k)
    const line = here < 0 ? -1 : ops.line(ops.opAt(here))
    return this.callEnd(k, direction, (op) => ops.line(op) !== line)
  }

  /** First and last event of the calls made at a source line; -1 when there are none. */
  atLine(line: number): { first: number; last: number } {
    const { ops } = this.trace
    let first = -1
    let last = -1
    for (let i = 0; i < ops.count; i++) {
      const op = ops.opAt(i)
      if (ops.line(op) !== line) continue
      if (first < 0) first = ops.first(op)
      last = ops.last(op)
    }
    return { first, last }
  }

  results(): {
    summary: TraceSummary
    expectations: ExpectationRow[]
    console: TextRow[]
    dmesg: TextRow[]
    charts: ChartSeries[]
  } {
    const { trace } = this
    const { texts } = trace
    return {
      summary: this.summary(),
      expectations: texts.expectations(trace),
      console: texts.consoleRows(trace),
      dmesg: texts.dmesgRows(trace),
      charts: texts.chartSeries(trace),
    }
  }

  summary(): TraceSummary {
    const { trace } = this
    const state = this.replica.at(trace.length - 1)
    const mms = [...this.processes(state)].map(([id, process]) => ({
      id,
      process: process.name,
      pid: process.pid,
    }))
    return {
      events: trace.events,
      ops: trace.ops.count,
      hash: trace.hash,
      mms,
      expectations: { passed: trace.texts.passed, failed: trace.texts.failed },
      faults: trace.samples.faults,
      bytes: trace.length * 32,
    }
  }

  row(k: number): EventRow {
    const { trace, arch } = this
    const [w0, w1] = [trace.word(k, 0), trace.word(k, 1)]
    const level = levelOf(w0, w1)
    return {
      k,
      name: className(classOf(w0, w1)),
      cpu: trace.cpu(k),
      mm: trace.mm(k),
      ctx: CTX_NAMES[trace.ctx(k)] ?? '',
      op: trace.op(k),
      line: trace.lineOf(k),
      level: level < 0 ? null : LEVEL_NAMES[level],
      text: eventText(trace, arch, k),
      time: this.times.at(k),
    }
  }

  private clamp(k: number): number {
    return k < 0 ? -1 : this.trace.eventOf(k)
  }

  private callEnd(k: number, direction: 1 | -1, wanted: (op: number) => boolean): number {
    const { ops } = this.trace
    const here = ops.indexAt(k)
    // Inside a call, forward means to its own end.
    const inside = here >= 0 && k < ops.last(ops.opAt(here))
    for (let i = direction > 0 && inside ? here : here + direction; i >= 0 && i < ops.count; i += direction) {
      const op = ops.opAt(i)
      if ((direction > 0 && inside && i === here) || wanted(op)) return ops.last(op)
    }
    return direction > 0 ? Math.max(k, this.trace.eventOf(this.trace.length - 1)) : -1
  }

  /** mm_struct as each compilation unit sees it; null for traces that do not say. */
  layout(k: number): LayoutView | null {
    return layoutView(this.trace, k, (count) => this.events(0, count, 'name:FIELD_CORRUPT').rows)
  }

  private scan(filter: string): FilterScan | FilterError {
    const known = this.scans.get(filter)
    if (known) return known
    try {
      const scan = new FilterScan(this.trace, compileFilter(parseFilter(filter), this.trace, this.arch))
      if (this.scans.size >= MAX_SCANS) this.scans.delete([...this.scans.keys()][0])
      this.scans.set(filter, scan)
      return scan
    } catch (error) {
      if (error instanceof FilterError) return error
      throw error
    }
  }

  /** Process of each mm: the first one that has it, living or dead. */
  private processes(state: State): Map<number, { pid: number; name: string }> {
    const { objects } = state
    const map = new Map<number, { pid: number; name: string }>()
    objects.forEach(OBJ.process, (pid) => {
      const mm = objects.lo(OBJ.process, pid, PROCESS_MM) || objects.head(OBJ.process, pid, OBJECT.owner)
      if (!map.has(mm))
        map.set(mm, { pid, name: this.trace.text(objects.head(OBJ.process, pid, OBJECT.name)) })
    })
    return map
  }
}

function livingMms(state: State): number[] {
  const ids: number[] = []
  state.objects.forEach(OBJ.mm, (id) => {
    if (state.objects.head(OBJ.mm, id, OBJECT.alive) === 1) ids.push(id)
  })
  return ids.slice(-MAX_MMS)
}
