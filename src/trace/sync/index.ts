/** Everything about CPUs and each other that is read off the trace in one pass, as far as it has been recorded. */
import { KIND } from '../schema.ts'
import type { Trace } from '../trace.ts'
import { Activity } from './activity.ts'
import { Arrows } from './arrows.ts'
import { Spans } from './spans.ts'

export class SyncIndex {
  readonly arrows = new Arrows()
  readonly spans = new Spans()
  readonly activity: Activity
  private readonly trace: Trace
  private read = 0

  constructor(trace: Trace) {
    this.trace = trace
    this.activity = new Activity(trace.header.cpus)
  }

  /** Reads what was recorded since the last time. */
  extend(): this {
    const { trace } = this
    for (; this.read < trace.length; this.read++) {
      const k = this.read
      const kind = trace.kind(k)
      if (kind === KIND.CONT) continue
      this.activity.add(k, kind, trace.cpu(k))
      this.arrows.add(trace, k, kind)
      this.spans.add(trace, k, kind)
    }
    return this
  }
}
