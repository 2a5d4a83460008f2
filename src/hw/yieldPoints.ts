/**
 * Where another CPU may run in the middle of a call: the points of the race explorer. In an ordinary run they do
 * nothing. In a race a task stops at each of them, and the schedule says who goes on.
 *
 * Whoever holds a spinlock (page_table_lock, the pmd and pte locks) passes no point: every other user of what it protects
 * would have to wait, so nobody could tell. Points lie where Linux may sleep, and where what was looked at without a
 * lock may have changed once the lock is held.
 */
import type { Steps } from './steps.ts'

export const POINT = {
  /** A call of the lab API: a system call or a touch begins. */
  call: 0,
  /** Memory is about to be allocated: may sleep, no spinlock is held. */
  allocation: 1,
  /** A lock is about to be taken. */
  lock: 2,
  /** An entry now points to a new table, its lock is free again. */
  populate: 3,
  /** Entries are gone, TLBs have not been told yet. */
  flush: 4,
  /** TLBs have been told, pages and tables are not free yet. */
  flushed: 5,
  /** The reference table has a new entry, other address spaces have not. */
  sync: 6,
} as const
export const POINT_NAMES = ['call', 'allocation', 'lock', 'populate', 'flush', 'flushed', 'sync'] as const

/** Which lock a task is about to take at POINT.lock. */
export const LOCK = { none: 0, mmap_lock: 1, page_table_lock: 2, pte: 3 } as const
export const LOCK_NAMES = ['', 'mmap_lock', 'page_table_lock', 'pte lock'] as const

export class YieldPoints {
  /** True while a task of a race runs. Code that has no twin must not come by then. */
  stepping = false
  /** Where the task that yielded last stands. */
  point: number = POINT.call
  lock: number = LOCK.none
  /** Above 0: what runs cannot be interrupted. */
  held = 0

  reach(point: number, _lock: number = LOCK.none): void {
    if (this.stepping && this.held === 0) missed(point)
  }

  *reach$steps(point: number, lock: number = LOCK.none): Steps<void> {
    if (this.held > 0) return
    this.point = point
    this.lock = lock
    yield
  }
}

function missed(point: number): never {
  throw new Error(
    `yield point '${POINT_NAMES[point]}' was reached by code that cannot be interrupted: a getter, a constructor, or a callback of a function that the lab does not know`,
  )
}
