/**
 * The state of a recorded machine after any event. Keyframes are taken every KEYFRAME_RECORDS records; a cursor starts
 * from the nearest one and redoes at most that many. The cursor leaves finer keyframes of its own on its way, so that
 * steps back are as cheap as steps forward. Works on a trace that is still growing.
 */
import type { Arch } from '../arch/arch.ts'
import { advance } from './replica/apply.ts'
import { Pool } from './replica/pool.ts'
import { State } from './replica/state.ts'
import type { Keyframe } from './replica/state.ts'
import type { Trace } from './trace.ts'

export type { State } from './replica/state.ts'

export const KEYFRAME_RECORDS = 1 << 16
export const STEP_RECORDS = 1 << 12

export class Replica {
  readonly trace: Trace
  readonly arch: Arch
  /** Runs ahead and takes the keyframes. */
  private readonly frontier: State
  private readonly keyframes: Keyframe[]
  private readonly cursor: State
  /** Keyframe that the cursor started from. */
  private base = -1
  /** Finer keyframes between the base and the cursor. */
  private steps: Keyframe[] = []

  private readonly every: number
  private readonly stepEvery: number

  /** `every` and `stepEvery`: records between keyframes, and between the finer ones of the cursor. */
  constructor(trace: Trace, arch: Arch, every = KEYFRAME_RECORDS, stepEvery = STEP_RECORDS) {
    this.trace = trace
    this.arch = arch
    this.every = every
    this.stepEvery = stepEvery
    this.frontier = new State(arch, Pool.main())
    this.keyframes = [this.frontier.snapshot()]
    this.cursor = new State(arch, Pool.scratch())
  }

  /** Bytes held by keyframes and cursor, the trace itself not included. */
  get bytes(): number {
    const tlbs = new Set(this.keyframes.flatMap((frame) => frame.tlbs))
    const tlbBytes = [...tlbs].reduce((sum, list) => sum + list.byteLength, 0)
    return this.frontier.pool.bytes + this.cursor.pool.bytes + tlbBytes
  }

  /** Takes the keyframes of everything recorded so far; at() does the same when it has to. */
  extend(records = this.trace.length): void {
    while (this.frontier.position + this.every <= records) {
      advance(this.frontier, this.trace, this.frontier.position + this.every)
      this.keyframes.push(this.frontier.snapshot())
    }
  }

  /** State after event k (-1: before the first; beyond the end: after the last). Valid until the next call. */
  at(k: number): State {
    const end = Math.max(0, Math.min(k + 1, this.trace.length))
    const base = Math.floor(end / this.every)
    this.extend(base * this.every)
    if (base !== this.base) this.rebase(base)
    else if (end < this.cursor.position) this.back(end)
    this.forward(end)
    return this.cursor
  }

  private rebase(base: number): void {
    const { cursor } = this
    cursor.pool.share(this.frontier.pool)
    cursor.pool.truncate()
    cursor.restore(this.keyframes[base])
    this.base = base
    this.steps = []
  }

  private back(end: number): void {
    while (this.steps.length > 0 && this.steps[this.steps.length - 1].position > end) this.steps.pop()
    const step = this.steps.at(-1)
    if (!step) return this.rebase(this.base)
    this.cursor.pool.truncate(step.top)
    this.cursor.restore(step)
  }

  private forward(end: number): void {
    const { cursor, trace } = this
    while (cursor.position < end) {
      const stop = Math.min(end, cursor.position - (cursor.position % this.stepEvery) + this.stepEvery)
      advance(cursor, trace, stop)
      if (stop % this.stepEvery === 0) this.steps.push(cursor.snapshot())
    }
  }
}
