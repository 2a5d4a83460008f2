/**
 * Simulated time. It is not in the trace: every event costs what the table below says on the CPU where it happens, and a
 * CPU's time is the sum. Costs can be edited; the trace and its hash stay the same.
 */
import { CostTable } from './cost/table.ts'
import type { KindCost } from './cost/table.ts'
import { UNIT_COSTS } from './cost/units.ts'
import { WORDS } from './schema.ts'
import type { Trace } from './trace.ts'

export { CostTable } from './cost/table.ts'
export { UNIT_COSTS } from './cost/units.ts'
export type { UnitCost } from './cost/units.ts'

const BLOCK_SHIFT = 12
const BLOCK = 1 << BLOCK_SHIFT
const CHUNK_SHIFT = 16
const CHUNK_MASK = 0xffff
const CPUS = 256

/** Time of every CPU at any event; kept every 4096 records and summed from there. */
export class TimeIndex {
  private readonly trace: Trace
  private readonly costs: CostTable
  private readonly blocks: Float64Array[] = []
  private readonly now: Float64Array

  constructor(trace: Trace, costs: readonly KindCost[] = UNIT_COSTS) {
    this.trace = trace
    this.costs = new CostTable(costs)
    this.now = new Float64Array(Math.min(CPUS, Math.max(1, trace.header.cpus)))
  }

  /** Nanoseconds on the CPU of event k after it, since the start of the trace. */
  at(k: number): number {
    return this.cpuAt(k, this.trace.cpu(k))
  }

  /** Nanoseconds on a CPU after event k. */
  cpuAt(k: number, cpu: number): number {
    if (k < 0) return 0
    this.extend(k)
    const block = k >>> BLOCK_SHIFT
    let time = this.blocks[block][cpu] ?? 0
    for (let i = block << BLOCK_SHIFT; i <= k; i++) {
      const words = this.trace.chunks[i >>> CHUNK_SHIFT]
      const at = (i & CHUNK_MASK) * WORDS
      if (((words[at] >>> 8) & 0xff) === cpu) time += this.costs.of(words, at)
    }
    return time
  }

  /** Notes the times at the beginning of every block up to the one that holds k. */
  private extend(k: number): void {
    while (this.blocks.length <= k >>> BLOCK_SHIFT) {
      if (this.blocks.length > 0) this.sum(this.blocks.length - 1)
      this.blocks.push(this.now.slice())
    }
  }

  private sum(block: number): void {
    const first = block << BLOCK_SHIFT
    for (let k = first; k < first + BLOCK; k++) {
      const words = this.trace.chunks[k >>> CHUNK_SHIFT]
      const at = (k & CHUNK_MASK) * WORDS
      this.now[(words[at] >>> 8) & 0xff] += this.costs.of(words, at)
    }
  }
}
