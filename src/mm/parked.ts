/**
 * Pages and tables of flushes that some CPU has not acknowledged yet. In Linux the CPU that unmaps spins until then
 * (smp_call_function_many, wait = true); here its call returns, what it wanted to free is parked, and the CPU can do
 * nothing else before the interrupt is taken.
 */
import type { Cpu } from '../hw/cpu.ts'
import { KIND } from '../trace/schema.ts'
import type { PendingCall } from './flush/interrupts.ts'
import { freeGathered } from './freeGathered.ts'
import type { GatherPages } from './gatherPages.ts'
import type { Kernel } from './kernel.ts'

interface Parked {
  number: number
  calls: PendingCall[]
  pages: GatherPages
  tables: number[]
  byRcu: boolean
}

export class ParkedGathers {
  private readonly kernel: Kernel
  private list: Parked[] = []
  private count = 0

  constructor(kernel: Kernel) {
    this.kernel = kernel
  }

  /** Flushes whose pages and tables are not free yet. */
  get waiting(): number {
    return this.list.length
  }

  /** Takes what a gather has collected; `pages` is not the gather's any more. */
  park(calls: PendingCall[], pages: GatherPages, tables: number[], byRcu: boolean): void {
    const number = ++this.count
    this.list.push({ number, calls, pages, tables, byRcu })
    const targets = calls.reduce((mask, { target }) => (target < 32 ? mask | (1 << target) : mask), 0)
    this.record(0, number, pages.length, tables.length, targets >>> 0)
  }

  /** CPUs that `cpu` waits for, by number. */
  waitedFor(cpu: Cpu): number[] {
    const calls = this.kernel.flush.interrupts.sentBy(cpu)
    if (calls.length === 0) return []
    return [...new Set(calls.map(({ target }) => target))].sort((a, b) => a - b)
  }

  /** Frees what nobody has to acknowledge any more. */
  settle(): void {
    const ready = this.list.filter(({ calls }) => calls.every(({ handled }) => handled))
    if (ready.length === 0) return
    this.list = this.list.filter((parked) => !ready.includes(parked))
    for (const { number, pages, tables, byRcu } of ready) {
      this.record(1, number, pages.length, tables.length, 0)
      freeGathered(this.kernel, pages, tables, byRcu)
    }
  }

  private record(flags: number, number: number, pages: number, tables: number, targets: number): void {
    const { trace } = this.kernel
    if (trace.active) trace.emit(KIND.GATHER_WAIT, 0, flags, number, pages, tables, targets, 0)
  }
}
