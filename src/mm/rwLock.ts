/**
 * A fair reader-writer semaphore (struct rw_semaphore, kernel/locking/rwsem.c, 6.12), as mmap_lock is one. Only tasks of
 * a race ever contend: in an ordinary run taking and releasing it costs a comparison.
 */
import type { Steps } from '../hw/steps.ts'
import { LOCK, POINT, type YieldPoints } from '../hw/yieldPoints.ts'

interface Waiter {
  write: boolean
  /** The lock was handed over: the task may go on. */
  granted: boolean
}

/** What a task that cannot go on yields. */
export class Blocked {
  readonly lock: RwLock
  readonly waiter: Waiter

  constructor(lock: RwLock, waiter: Waiter) {
    this.lock = lock
    this.waiter = waiter
  }
}

export class RwLock {
  /** Tasks that read; −1: one that writes. Counted in races only. */
  private state = 0
  private queue: Waiter[] = []
  private readonly points: YieldPoints
  /** The mm it belongs to. */
  readonly mm: number

  constructor(points: YieldPoints, mm: number) {
    this.points = points
    this.mm = mm
  }

  /** mmap_read_lock */
  readLock(): void {
    this.points.reach(POINT.lock, LOCK.mmap_lock)
  }

  *readLock$steps(): Steps<void> {
    yield* this.points.reach$steps(POINT.lock, LOCK.mmap_lock)
    yield* this.take(false)
  }

  /** mmap_write_lock */
  writeLock(): void {
    this.points.reach(POINT.lock, LOCK.mmap_lock)
  }

  *writeLock$steps(): Steps<void> {
    yield* this.points.reach$steps(POINT.lock, LOCK.mmap_lock)
    yield* this.take(true)
  }

  /** mmap_write_downgrade: readers may come in. */
  downgrade(): void {
    if (this.state === 0) return
    this.points.note(this.key, true)
    this.state = 1
    this.handOver()
  }

  /** mmap_read_unlock, mmap_write_unlock */
  unlock(): void {
    if (this.state === 0) return
    this.points.note(this.key, this.state < 0)
    this.state = this.state < 0 ? 0 : this.state - 1
    this.handOver()
  }

  private get key(): string {
    return `lock ${this.mm}`
  }

  /** Forgets everybody: the race is over. */
  reset(): void {
    this.state = 0
    this.queue = []
  }

  private *take(write: boolean): Steps<void> {
    if (this.queue.length === 0 && (write ? this.state === 0 : this.state >= 0)) {
      this.state = write ? -1 : this.state + 1
      this.points.note(this.key, write)
      return
    }
    this.points.note(this.key, true)
    const waiter: Waiter = { write, granted: false }
    this.queue.push(waiter)
    yield new Blocked(this, waiter)
    this.points.note(this.key, true)
  }

  /** Who waited longest goes first; readers behind a reader come along. */
  private handOver(): void {
    while (this.queue.length > 0) {
      const { write } = this.queue[0]
      if (write ? this.state !== 0 : this.state < 0) return
      this.queue.shift()!.granted = true
      this.state = write ? -1 : this.state + 1
    }
  }
}
