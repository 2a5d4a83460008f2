/**
 * An object with named 64-bit fields whose every change is in the trace: mm_struct, the machine's counters, a process.
 */
import { KIND } from '../trace/schema.ts'
import type { Recorder } from '../trace/recorder.ts'

const TWO32 = 4294967296

export class Fields {
  readonly values: Float64Array

  protected readonly trace: Recorder
  readonly kind: number
  readonly id: number

  constructor(trace: Recorder, kind: number, id: number, count: number) {
    this.trace = trace
    this.kind = kind
    this.id = id
    this.values = new Float64Array(count)
  }

  get(field: number): number {
    return this.values[field]
  }

  set(field: number, value: number): void {
    const old = this.values[field]
    if (old === value) return
    this.values[field] = value
    if (this.trace.active) emitField(this.trace, this.kind, this.id, field, old, value)
  }

  add(field: number, delta: number): void {
    this.set(field, this.values[field] + delta)
  }
}

/** One FIELD event; values are integers below 2^53 in magnitude. */
export function emitField(
  trace: Recorder,
  kind: number,
  id: number,
  field: number,
  old: number,
  value: number,
): void {
  trace.emit(KIND.FIELD, field, kind, id, old >>> 0, high(old), value >>> 0, high(value))
}

function high(value: number): number {
  return value < 0 ? Math.floor(value / TWO32) : (value / TWO32) | 0
}
