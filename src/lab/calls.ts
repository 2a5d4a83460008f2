/**
 * Puts every API call of a scenario into the trace: what was called, from which line, and how it ended.
 */
import { KIND } from '../trace/schema.ts'
import type { Recorder } from '../trace/recorder.ts'

/** A place in the user's source; 1-based, 0 when unknown. */
export interface SourcePlace {
  file: string
  line: number
  column: number
}

export class Calls {
  /** Calls that are being made, one inside another. */
  depth = 0
  private count = 0

  /** Puts into the trace what is recorded once per call. */
  settle: () => void = () => {}

  /** Throws when no call may be made now. */
  refuse: () => void = () => {}

  readonly trace: Recorder
  private readonly locate: () => SourcePlace

  constructor(trace: Recorder, locate: () => SourcePlace) {
    this.trace = trace
    this.locate = locate
  }

  /** Runs `work` as one operation. Calls made inside it belong to it. */
  run<T>(pid: number, text: () => string, work: () => T, result: (value: T) => string): T {
    this.refuse()
    if (this.depth > 0) return work()
    this.begin(pid, text)
    try {
      const value = work()
      this.end(0, result(value))
      return value
    } catch (error) {
      this.end(1, error instanceof Error ? error.message : String(error))
      throw error
    } finally {
      this.depth = 0
    }
  }

  /** Emits one event that carries a text and the source line of the caller. */
  place(kind: number, flags: number, text: string): void {
    const place = this.locate()
    this.trace.emit(kind, 0, flags, this.trace.string(text), place.line, place.column, 0, 0)
  }

  private begin(pid: number, text: () => string): void {
    const { trace } = this
    this.depth++
    trace.op = ++this.count
    if (!trace.on) return
    const place = this.locate()
    trace.emit(
      KIND.SYS_ENTER,
      0,
      0,
      trace.string(text()),
      pid,
      place.line,
      place.column,
      trace.string(place.file),
    )
  }

  private end(flags: number, text: string): void {
    const { trace } = this
    this.settle()
    if (trace.on) trace.emit(KIND.SYS_EXIT, 0, flags, trace.string(text), 0, 0, 0, 0)
  }
}
