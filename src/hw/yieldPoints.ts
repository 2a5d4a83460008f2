/**
 * Where another CPU may run in the middle of a call: the points of the race explorer. In an ordinary run they do
 * nothing. In a race a task stops at each of them, and the schedule says who goes on.
 *
 * Whoever holds a spinlock (page_table_lock, the pmd and pte locks) passes no point: every other user of what it protects
 * would have to wait, so nobody could tell. Points lie where Linux may sleep, and where what was looked at without a
 * lock may have changed once the lock is held.
 */
import { LOCK, LOCK_NAMES, POINT, POINT_NAMES } from '../trace/racePoints.ts'
import type { Steps } from './steps.ts'

export { LOCK, LOCK_NAMES, POINT, POINT_NAMES }

export class YieldPoints {
  /** True while a task of a race runs. Code that has no twin must not come by then. */
  stepping = false
  /** Where the task that yielded last stands. */
  point: number = POINT.call
  lock: number = LOCK.none
  /** Above 0: what runs cannot be interrupted. */
  held = 0
  /** Told what a step looked at and changed beside the page tables: a key and whether it changed. */
  observer: ((key: string, write: boolean) => void) | null = null

  note(key: string, write: boolean): void {
    this.observer?.(key, write)
  }

  reach(point: number, _lock: number = LOCK.none): void {
    if (this.stepping) this.miss(point)
  }

  private miss(point: number): void {
    if (this.held === 0) missed(point)
  }

  *reach$steps(point: number, lock: number = LOCK.none): Steps<void> {
    if (this.held > 0) return
    this.point = point
    this.lock = lock
    yield
  }
}

function missed(point: number): never {
  const error = new Error(
    `yield point '${POINT_NAMES[point]}' was reached by code that cannot be interrupted: a getter, a constructor, or a callback of a function that the lab does not know`,
  )
  // A mistake of the scenario, not of the lab.
  error.name = 'LabError'
  throw error
}
