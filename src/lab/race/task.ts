/** One task of a race: a function that runs in steps on a CPU of its own. */
import { asked, callValue, type Steps } from '../../hw/steps.ts'
import { LOCK, POINT } from '../../hw/yieldPoints.ts'
import { Blocked } from '../../mm/rwLock.ts'
import { LOCK_WRITE } from '../../trace/racePoints.ts'
import { KIND } from '../../trace/schema.ts'
import type { Bench } from '../machine.ts'
import { TaskState } from './taskState.ts'

export type TaskWork = (...args: never[]) => unknown

export class Task {
  readonly number: number
  readonly name: string
  readonly cpu: number
  /** Where it stands: POINT and LOCK. */
  point: number = POINT.call
  lock: number = LOCK.none
  done = false
  /** What it threw. */
  error: unknown = null
  blocked: Blocked | null = null
  private readonly bench: Bench
  private readonly steps: Steps<unknown>
  private readonly state: TaskState

  constructor(bench: Bench, number: number, name: string, work: TaskWork, args: readonly unknown[]) {
    this.bench = bench
    this.number = number
    this.name = name
    this.cpu = number
    this.steps = callValue(work, [...args])
    this.state = TaskState.fresh(bench, number)
  }

  /** Whether it can go on. */
  get enabled(): boolean {
    return !this.done && (this.blocked === null || this.blocked.waiter.granted)
  }

  /** Runs to the next yield point, or to its end. `announce`: another task ran before. */
  step(announce: boolean): void {
    const { kernel } = this.bench
    const { points, trace } = kernel
    this.state.swapIn()
    if (announce && trace.active)
      trace.emit(KIND.RACE_RUN, 0, 0, this.number, trace.string(this.name), 0, 0, 0)
    if (this.blocked !== null) this.takeOver()
    points.stepping = true
    asked.racing = true
    try {
      const { done, value } = this.steps.next()
      if (done === true) this.done = true
      else this.pause(value)
    } catch (error) {
      this.done = true
      this.error = error
    } finally {
      points.stepping = false
      asked.racing = false
      points.held = 0
      this.state.swapOut()
    }
  }

  /** The lock it waited for was handed over. */
  private takeOver(): void {
    const { trace } = this.bench.kernel
    trace.emit(KIND.LOCK_TAKEN, 0, LOCK.mmap_lock, this.number, this.blocked!.lock.mm, 0, 0, 0)
    this.blocked = null
  }

  private pause(value: unknown): void {
    const { points, trace } = this.bench.kernel
    if (value instanceof Blocked) {
      this.blocked = value
      const flags = LOCK.mmap_lock | (value.waiter.write ? LOCK_WRITE : 0)
      trace.emit(KIND.LOCK_WAIT, 0, flags, this.number, value.lock.mm, 0, 0, 0)
      return
    }
    this.point = points.point
    this.lock = points.lock
    if (trace.active) trace.emit(KIND.RACE_YIELD, this.point, this.lock, this.number, 0, 0, 0, 0)
  }
}
