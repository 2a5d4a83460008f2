/**
 * RCU as page tables need it (call_rcu, kernel/rcu/tree.c; tlb_remove_table_free, mm/mmu_gather.c, 6.12): a batch of
 * tables is freed once every CPU has passed a quiescent state. A CPU that walks tables with interrupts off is in none.
 * Without such walkers a grace period is over at once, unless the scenario holds grace periods back.
 */
import type { Cpu } from '../hw/cpu.ts'
import { KIND } from '../trace/schema.ts'
import type { Kernel } from './kernel.ts'

interface Batch {
  number: number
  tables: number[]
  /** CPUs that were in a read-side critical section when the batch came in and still are. */
  readers: Set<number>
}

export class Rcu {
  /** Grace periods end only by `synchronize`. */
  held = false
  /** Deliberate breakage: nobody waits for a grace period. */
  broken = false
  private readonly kernel: Kernel
  private readonly depth: Uint16Array
  private readonly batches: Batch[] = []
  private count = 0
  private failing = 0

  constructor(kernel: Kernel, cpus: number) {
    this.kernel = kernel
    this.depth = new Uint16Array(cpus)
  }

  /** Tables that wait for a grace period. */
  get pendingTables(): number {
    return this.batches.reduce((sum, batch) => sum + batch.tables.length, 0)
  }

  /** Whether there is memory for a batch of tables (GFP_NOWAIT); `failNext` takes it away. */
  mayBatch(): boolean {
    if (this.failing === 0) return true
    this.failing--
    return false
  }

  /** The next `n` batches get no memory. */
  failNext(n: number): void {
    this.failing = n
  }

  /** call_rcu: `single` as pte_free_defer does it. The tables are freed by `poll` at the earliest. */
  defer(tables: number[], single: boolean): void {
    if (tables.length === 0) return
    const number = ++this.count
    const { trace } = this.kernel
    if (trace.active) trace.emit(KIND.RCU_DEFER, single ? 1 : 0, 0, number, tables.length, 0, 0, 0)
    this.batches.push({ number, tables, readers: this.broken ? new Set() : this.readers() })
  }

  /** rcu_read_lock_sched: as interrupts off. */
  enter(cpu: Cpu): void {
    this.depth[cpu.id]++
  }

  /** The CPU is out of its critical section: what waited for nobody else is freed. */
  leave(cpu: Cpu): void {
    if (--this.depth[cpu.id] > 0) return
    for (const batch of this.batches) batch.readers.delete(cpu.id)
    this.poll()
  }

  /** CPUs that hold up grace periods. */
  readers(): Set<number> {
    const found = new Set<number>()
    this.depth.forEach((depth, id) => depth > 0 && found.add(id))
    return found
  }

  /** Frees what waits for nobody, in order. */
  poll(): void {
    if (this.batches.length === 0 || (this.held && !this.broken)) return
    this.free()
  }

  /** synchronize_rcu: the CPUs that must come to a quiescent state first; none when the grace period is over. */
  synchronize(): Set<number> {
    const readers = this.readers()
    if (readers.size === 0) this.free()
    return readers
  }

  private free(): void {
    const { kernel } = this
    for (let batch = this.batches[0]; batch?.readers.size === 0; batch = this.batches[0]) {
      this.batches.shift()
      if (kernel.trace.active) kernel.trace.emit(KIND.RCU_DONE, 0, 0, batch.number, 0, 0, 0, 0)
      for (const table of batch.tables) kernel.pt.freeTable(table)
    }
  }
}
