/**
 * A machine's counters at the end of each of its calls, summed over all processes. One pass over the trace; beyond LIMIT
 * calls every other sample is left out, so that memory stays bounded.
 */
import { signed } from '../samples.ts'
import { FIELDS, KIND, LEVEL_NAMES, OBJ, WORDS } from '../schema.ts'
import type { Arch } from '../../arch/arch.ts'
import { CostTable } from '../cost/table.ts'
import { TableBytes } from '../tableBytes.ts'
import type { Trace } from '../trace.ts'
import { knownWeights } from './known.ts'

export const METRICS = [
  { id: 'hidden', title: 'page tables the kernel does not know of', unit: 'bytes' },
  { id: 'tableBytes', title: 'page tables', unit: 'bytes' },
  { id: 'known', title: 'page tables the kernel knows of', unit: 'bytes' },
  { id: 'tables', title: 'tables', unit: 'tables' },
  { id: 'rss', title: 'rss', unit: 'pages' },
  { id: 'faults', title: 'page faults', unit: 'faults' },
  { id: 'flushes', title: 'TLB flushes', unit: 'flushes' },
  { id: 'ipis', title: 'interprocessor interrupts', unit: 'IPIs' },
  { id: 'events', title: 'events', unit: 'events' },
  { id: 'time', title: 'simulated time', unit: 'ns' },
] as const
export type Metric = (typeof METRICS)[number]['id']
export type Counters = Record<Metric, number>

const [HIDDEN, BYTES, KNOWN, TABLES, RSS, FAULTS, FLUSHES, IPIS, EVENTS, TIME] = METRICS.map((_, i) => i)
const WIDTH = METRICS.length
const LIMIT = 1 << 16
const RSS_FIELDS = FIELDS.mm.map((name) => /^rss_(anon|file|shmem)$/.test(name))

export class CallCounters {
  /** The call after which most was hidden from the kernel, −1 when there is no call, and the counters then. */
  peak: { call: number; values: Float64Array } = { call: -1, values: new Float64Array(WIDTH) }
  private readonly now = new Float64Array(WIDTH)
  private readonly samples: Float64Array
  private readonly stride: number
  private readonly alive = new TableBytes()
  private readonly perMm = new Map<number, Float64Array>()
  private readonly weights: Float64Array
  private readonly allocBytes: number[]
  private readonly trace: Trace
  private readonly arch: Arch
  private readonly costs: CostTable

  /** `end`: number of calls to look at. */
  constructor(trace: Trace, arch: Arch, costs = new CostTable(), end = trace.ops.count) {
    this.trace = trace
    this.arch = arch
    this.costs = costs
    const calls = Math.min(end, trace.ops.count)
    this.stride = Math.max(1, Math.ceil(calls / LIMIT))
    this.samples = new Float64Array(Math.ceil(calls / this.stride) * WIDTH)
    this.weights = knownWeights(trace.header, arch.pageShift)
    this.allocBytes = LEVEL_NAMES.map((name) => arch.levels.find((one) => one.name === name)?.allocBytes ?? 0)
    this.pass(calls)
  }

  /** Counters after a call (or, in a long trace, after one shortly before); all zero before the first. */
  after(call: number, metric: number): number {
    return call < 0 ? 0 : this.samples[Math.floor(call / this.stride) * WIDTH + metric]
  }

  /** All of them exactly after a call. */
  afterAll(call: number): Counters {
    if (call === this.peak.call) return named(this.peak.values)
    if (call >= 0 && call % this.stride !== 0)
      return new CallCounters(this.trace, this.arch, this.costs, call + 1).last
    return named(Float64Array.from(METRICS, (_, metric) => this.after(call, metric)))
  }

  /** Counters at the end of the trace. */
  get last(): Counters {
    return named(this.now)
  }

  /** Follows the trace to its end, or to the end of the last call wanted. */
  private pass(calls: number): void {
    const { trace, costs } = this
    const { ops } = trace
    let call = 0
    let end = calls > 0 ? ops.last(ops.opAt(0)) : Infinity
    const length = calls < ops.count ? (calls === 0 ? 0 : ops.last(ops.opAt(calls - 1)) + 1) : trace.length
    for (let k = 0; k < length; k++) {
      const words = trace.chunks[k >>> 16]
      this.event(words, (k & 0xffff) * WORDS, costs)
      while (k === end) {
        this.sample(call++)
        end = call < calls ? Math.max(k, ops.last(ops.opAt(call))) : Infinity
      }
    }
  }

  private sample(call: number): void {
    this.now[HIDDEN] = this.now[BYTES] - this.now[KNOWN]
    if (this.peak.call < 0 || this.now[HIDDEN] > this.peak.values[HIDDEN])
      this.peak = { call, values: this.now.slice() }
    if (call % this.stride === 0) this.samples.set(this.now, (call / this.stride) * WIDTH)
  }

  private event(words: Uint32Array, at: number, costs: CostTable): void {
    const kind = words[at] & 0xff
    if (kind === KIND.CONT) return
    this.now[EVENTS]++
    this.now[TIME] += costs.of(words, at)
    switch (kind) {
      case KIND.PT_ALLOC:
        if (words[at] >>> 16 === 0) this.alloc(words[at + 3], (words[at + 1] >>> 24) & 7)
        return
      case KIND.PT_FREE:
        this.alive.free(words[at + 3])
        return this.noteTables()
      case KIND.FIELD:
        if (words[at + 1] >>> 24 === OBJ.mm) this.field(words, at)
        return
      case KIND.OBJ_FREE:
        if (words[at + 1] >>> 24 === OBJ.mm) this.mmGone(words[at + 3])
        return
      case KIND.PAGE_FAULT_USER:
      case KIND.PAGE_FAULT_KERNEL:
        this.now[FAULTS]++
        return
      case KIND.TLB_FLUSH:
        this.now[FLUSHES]++
        return
      case KIND.TLB_IPI:
        this.now[IPIS]++
    }
  }

  private alloc(id: number, level: number): void {
    this.alive.alloc(id, this.allocBytes[level] ?? 0)
    this.noteTables()
  }

  private noteTables(): void {
    this.now[BYTES] = this.alive.bytes
    this.now[TABLES] = this.alive.count
  }

  private field(words: Uint32Array, at: number): void {
    const field = words[at] >>> 16
    const weight = this.weights[field] ?? 0
    const isRss = RSS_FIELDS[field] === true
    if (weight === 0 && !isRss) return
    const delta = signed(words[at + 6], words[at + 7]) - signed(words[at + 4], words[at + 5])
    this.add(words[at + 3], isRss ? RSS : KNOWN, isRss ? delta : delta * weight)
  }

  private add(mm: number, metric: number, delta: number): void {
    let own = this.perMm.get(mm)
    if (own === undefined) this.perMm.set(mm, (own = new Float64Array(WIDTH)))
    own[metric] += delta
    this.now[metric] += delta
  }

  /** What an mm that is gone had left over counts for nobody. */
  private mmGone(mm: number): void {
    const own = this.perMm.get(mm)
    if (own === undefined) return
    this.now[KNOWN] -= own[KNOWN]
    this.now[RSS] -= own[RSS]
    this.perMm.delete(mm)
  }
}

export function named(values: Float64Array): Counters {
  const counters = Object.fromEntries(METRICS.map(({ id }, i) => [id, values[i]])) as Counters
  return { ...counters, hidden: counters.tableBytes - counters.known }
}
