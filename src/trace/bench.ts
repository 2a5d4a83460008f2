/**
 * Measurements of recording, opening, stepping and filtering. They take the clock as an argument: this room has none.
 * The synthetic traces have the records of real workloads: faults one page after the other, and a region per table.
 */
import type { Arch } from '../arch/arch.ts'
import { decodeTrace, encodeTrace } from './file.ts'
import { TraceQuery } from './query.ts'
import { Recorder } from './recorder.ts'
import type { TraceSink } from './recorder.ts'
import { FAULT, FIELDS, KIND, LEVEL, OBJ, PAGE, RECORD_BYTES } from './schema.ts'
import type { MachineHeader } from './schema.ts'
import { Trace } from './trace.ts'

/** Milliseconds from any starting point. */
export type Now = () => number
/** `faults`: memory touched page by page. `tables`: every region has a table of its own and goes again. */
export type BenchShape = 'faults' | 'tables'

export interface TraceNumbers {
  events: number
  /** Records written per second, with nobody reading. */
  emittedPerSecond: number
  /** Milliseconds to decode a file of the trace and index it, and to take all keyframes. */
  openMs: number
  keyframesMs: number
  /** Records applied per second by the replica. */
  appliedPerSecond: number
  atP95Ms: number
  stepP95Ms: number
  stateP95Ms: number
  filterMs: { filter: string; ms: number }[]
  traceBytes: number
  replicaBytes: number
}

const PTES = 512
const RSS_ANON = FIELDS.mm.indexOf('rss_anon')
const PGTABLES = FIELDS.mm.indexOf('pgtables_bytes')
const FILTERS = [
  '',
  'name:set_pte',
  'level:pmd and not op:5',
  'name:tlb_* or cpu:1',
  'write',
  'va:0x7f0000000000',
]
const VISITS = 200

/** Measures a trace of about `events` events. `arch` has 4 levels of 512 entries. */
export function benchTrace(
  now: Now,
  arch: Arch,
  header: MachineHeader,
  events: number,
  shape: BenchShape,
): TraceNumbers {
  const emittedPerSecond = (1000 * events) / time(now, () => record(shape, events, () => {}))
  const trace = new Trace(header)
  record(shape, events, (chunk) => trace.append(chunk))
  const file = joined(encodeTrace(trace))
  const start = now()
  const opened = decodeTrace(file)
  const openMs = now() - start
  const query = new TraceQuery(opened, arch)
  const keyframesMs = time(now, () => query.replica.extend())
  return {
    events: opened.events,
    emittedPerSecond,
    openMs,
    keyframesMs,
    appliedPerSecond: (1000 * opened.length) / keyframesMs,
    ...benchReading(now, query),
    filterMs: FILTERS.map((filter) => ({ filter, ms: time(now, () => query.events(0, 50, filter)) })),
    traceBytes: opened.length * RECORD_BYTES,
    replicaBytes: query.replica.bytes,
  }
}

function benchReading(
  now: Now,
  query: TraceQuery,
): { atP95Ms: number; stepP95Ms: number; stateP95Ms: number } {
  const { length } = query.trace
  const at: number[] = []
  const step: number[] = []
  const state: number[] = []
  let place = 0x2545f491
  for (let i = 0; i < VISITS; i++) {
    place = Math.imul(place ^ (place >>> 15), 0x2c1b3c6d) + 0x9e3779b9
    const k = (place >>> 0) % length
    at.push(time(now, () => query.replica.at(k)))
    step.push(time(now, () => query.replica.at(k - 1)))
    state.push(time(now, () => query.state(k - 1)))
  }
  return { atP95Ms: p95(at), stepP95Ms: p95(step), stateP95Ms: p95(state) }
}

/** Writes about `events` events of a workload. */
export function record(shape: BenchShape, events: number, sink: TraceSink): void {
  const recorder = new Recorder('full', sink)
  recorder.mm = 1
  recorder.emit(KIND.OBJ_NEW, 0, OBJ.mm, 1, 0, 0, 0, 0)
  for (let id = 1; id <= 3; id++) newTable(recorder, id, id - 1, 0, LEVEL.pgd + (id === 1 ? 0 : id))
  const pageful = new Workload(recorder)
  while (recorder.records < events) {
    if (shape === 'faults') pageful.touch()
    else pageful.region()
  }
  recorder.flush()
}

class Workload {
  private page = 0
  private table = 3
  private readonly recorder: Recorder

  constructor(recorder: Recorder) {
    this.recorder = recorder
  }

  /** A minor fault on the next page. */
  touch(): void {
    const { recorder, page } = this
    if (page % 64 === 0) call(recorder, page)
    if (page % PTES === 0) newTable(recorder, ++this.table, 3, (page / PTES) % PTES, LEVEL.pte)
    this.fault(page, this.table, page % PTES)
    this.page++
  }

  /** A region that gets tables of its own, is touched once, and loses its page but not its tables. */
  region(): void {
    const { recorder } = this
    call(recorder, this.page)
    newTable(recorder, ++this.table, 2, this.page % PTES, LEVEL.pmd)
    newTable(recorder, ++this.table, this.table - 1, 7, LEVEL.pte)
    this.fault(this.page, this.table, this.page % PTES)
    call(recorder, this.page)
    recorder.emit(KIND.SET_ENTRY, this.page % PTES, LEVEL.pte, this.table, this.page, 0, 0, 0)
    recorder.emit(KIND.TLB_FLUSH, 1, 2, 1, this.page, 7, 1, 0)
    recorder.emit(KIND.FIELD, RSS_ANON, OBJ.mm, 1, this.page, 0, this.page, 0)
    recorder.emit(KIND.MM_PAGE_FREE, 0, 0, this.page & 0xfffff, 1, 0, 0, 0)
    recorder.emit(KIND.SYS_EXIT, 0, 0, 0, 0, 0, 0, 0)
    this.page++
  }

  private fault(page: number, table: number, index: number): void {
    const { recorder } = this
    const frame = page & 0xfffff
    recorder.emit(KIND.PAGE_FAULT_USER, 6, 0, 0, 0, 0, page, 7)
    recorder.emit(KIND.MM_PAGE_ALLOC, 0, PAGE.anon, frame, 0, 0, 0, 0)
    recorder.emit(KIND.FIELD, RSS_ANON, OBJ.mm, 1, page, 0, page + 1, 0)
    recorder.emit(KIND.SET_ENTRY, index, LEVEL.pte, table, 0, 0, (frame << 12) | 0x867, 0x80000000)
    recorder.emit(KIND.FAULT_DONE, 0, FAULT.anon, frame, 0, 0, page, 7)
    recorder.emit(KIND.TLB_FILL, 1, 0, page % 1536, page, 7 | (3 << 20), frame, 0)
  }
}

function call(recorder: Recorder, page: number): void {
  recorder.op++
  recorder.emit(
    KIND.SYS_ENTER,
    0,
    0,
    recorder.string(`write(0x${page.toString(16)}000)`),
    1,
    1 + (recorder.op % 40),
    3,
    0,
  )
}

function newTable(recorder: Recorder, id: number, parent: number, index: number, level: number): void {
  recorder.emit(KIND.MM_PAGE_ALLOC, 0, PAGE.table, 0x100000 + id, 0, 0, 0, 0)
  recorder.emit(KIND.PT_ALLOC, 0, level, id, 0x100000 + id, 0, PTES, 4096)
  recorder.emit(KIND.FIELD, PGTABLES, OBJ.mm, 1, 4096 * (id - 1), 0, 4096 * id, 0)
  if (parent === 0) return
  recorder.emit(KIND.SET_ENTRY, index, level - (level === LEVEL.pud ? 2 : 1), parent, 0, 0, id, 0)
  recorder.emit(KIND.PT_INSTALL, index, level, id, parent, 0, 0, 0)
}

function time(now: Now, work: () => unknown): number {
  const start = now()
  work()
  return now() - start
}

function p95(list: number[]): number {
  list.sort((x, y) => x - y)
  return list[Math.floor(list.length * 0.95)]
}

function joined(parts: Iterable<Uint8Array>): Uint8Array {
  const list = [...parts]
  const whole = new Uint8Array(list.reduce((sum, part) => sum + part.length, 0))
  let at = 0
  for (const part of list) {
    whole.set(part, at)
    at += part.length
  }
  return whole
}
