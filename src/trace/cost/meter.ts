/** Counts what costs: events and their units by unit cost and CPU. */
import type { Recorder } from '../recorder.ts'
import { KIND, WORDS } from '../schema.ts'
import type { Trace } from '../trace.ts'
import { furtherUnits, MAY_COVER, unitsOf, unitsOfEvent } from './table.ts'
import { UNIT_COSTS } from './units.ts'

const NONE = 255
/** Row of each kind of event. */
const ROW_OF = new Uint8Array(256).fill(NONE)
UNIT_COSTS.forEach(({ kind }, row) => {
  if (kind !== null) ROW_OF[kind] = row
})

export class CostMeter {
  readonly cpus: number
  /** By row of UNIT_COSTS, then CPU. */
  readonly events: Float64Array
  readonly units: Float64Array

  constructor(cpus: number) {
    this.cpus = Math.max(1, cpus)
    this.events = new Float64Array(UNIT_COSTS.length * this.cpus)
    this.units = new Float64Array(UNIT_COSTS.length * this.cpus)
  }

  /** Counts the records that begin at words[from] up to words[end]. */
  add(words: Uint32Array, from: number, end: number): void {
    for (let at = from; at < end; at += WORDS) {
      const w0 = words[at]
      const kind = w0 & 0xff
      const row = ROW_OF[kind]
      if (row === NONE) continue
      const cpu = (w0 >>> 8) & 0xff
      if (cpu >= this.cpus) continue
      const units = MAY_COVER[kind] === 0 ? 0 : unitsOf(words, at)
      // Of the faults only those that copied a page are this cost's.
      if (units === 0 && kind === KIND.FAULT_DONE) continue
      const cell = row * this.cpus + cpu
      this.events[cell]++
      this.units[cell] += units
    }
  }

  copy(): CostMeter {
    const other = new CostMeter(this.cpus)
    other.events.set(this.events)
    other.units.set(this.units)
    return other
  }
}

/** Kind and CPU of a record, as its first word begins. */
const KIND_AND_CPU = 0xffff

/** Counts units while a machine runs, when every nanosecond for each event is felt; the recorder counts the events. */
export class RunningMeter {
  private readonly further = new Float64Array(KIND_AND_CPU + 1)

  /** Counts the records that begin at words[0] up to words[end]. */
  add(words: Uint32Array, end: number): void {
    for (let at = 0; at < end; at += WORDS) {
      const w0 = words[at]
      if (MAY_COVER[w0 & 0xff] === 0) continue
      const further = furtherUnits(words, at)
      if (further !== 0) this.further[w0 & KIND_AND_CPU] += further
    }
  }

  /** As a CostMeter that has counted everything so far. */
  meter(cpus: number, recorder: Recorder): CostMeter {
    const meter = new CostMeter(cpus)
    UNIT_COSTS.forEach(({ kind }, row) => {
      if (kind === null) return
      for (let cpu = 0; cpu < meter.cpus; cpu++) {
        const events = recorder.countOn(cpu, kind)
        const units = events * unitsOfEvent(kind) + this.further[kind | (cpu << 8)]
        meter.units[row * meter.cpus + cpu] = units
        meter.events[row * meter.cpus + cpu] = kind === KIND.FAULT_DONE ? units : events
      }
    })
    return meter
  }
}

const CHUNK_SHIFT = 16
const CHUNK_MASK = 0xffff

/** The meter after any event of a trace: kept at the border of every chunk, counted from there. */
export class CostIndex {
  private readonly trace: Trace
  private readonly borders: CostMeter[]

  constructor(trace: Trace) {
    this.trace = trace
    this.borders = [new CostMeter(trace.header.cpus)]
  }

  at(k: number): CostMeter {
    const end = Math.max(0, Math.min(k + 1, this.trace.length))
    const chunk = end >>> CHUNK_SHIFT
    while (this.borders.length <= chunk) {
      const next = this.borders[this.borders.length - 1].copy()
      next.add(this.trace.chunks[this.borders.length - 1], 0, (CHUNK_MASK + 1) * WORDS)
      this.borders.push(next)
    }
    const meter = this.borders[chunk].copy()
    if (end & CHUNK_MASK) meter.add(this.trace.chunks[chunk], 0, (end & CHUNK_MASK) * WORDS)
    return meter
  }
}
