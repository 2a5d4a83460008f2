/**
 * A kernel thread as scenarios see it.
 */
import type { Kthread as KernelThread } from '../mm/kthread.ts'
import type { Kthread, Process } from './api.ts'

const threads = new WeakMap<object, KernelThread>()

/** The simulated thread behind an API object; null where it is something else. */
export function kernelThread(task: Process | Kthread): KernelThread | null {
  return threads.get(task) ?? null
}

export class LabKthread implements Kthread {
  readonly pid: number
  readonly name: string

  constructor(thread: KernelThread) {
    this.pid = thread.pid
    this.name = thread.name
    threads.set(this, thread)
    Object.freeze(this)
  }
}
