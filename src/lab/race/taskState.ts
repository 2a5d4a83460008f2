/**
 * What the kernel keeps once and a CPU would keep for itself: where it runs, and the scratch of the call it is in. Each
 * task of a race has its own, swapped in while it runs.
 */
import type { Cpu } from '../../hw/cpu.ts'
import { MmuGather } from '../../mm/gather.ts'
import { EntryMask } from '../../mm/mask.ts'
import { UnmapBatch } from '../../mm/partialMap.ts'
import { VmFault } from '../../mm/vmFault.ts'
import type { Bench } from '../machine.ts'

export class TaskState {
  private readonly bench: Bench
  private cpu: Cpu
  private pinned: number | null
  private gather: MmuGather
  private vmf: VmFault
  private mask: EntryMask
  private unmapBatch: UnmapBatch
  private running: number
  private depth: number
  private op: number
  private mm: number
  private ctx: number

  /** The state of whoever runs now. */
  constructor(bench: Bench) {
    const { kernel, calls } = bench
    this.bench = bench
    this.cpu = kernel.cpu
    this.pinned = bench.pinned
    this.gather = kernel.gather
    this.vmf = kernel.vmf
    this.mask = kernel.mask
    this.unmapBatch = kernel.unmapBatch
    this.running = kernel.running
    this.depth = calls.depth
    this.op = kernel.trace.op
    this.mm = kernel.trace.mm
    this.ctx = kernel.trace.ctx
  }

  /** That of a task which has not begun, on a CPU of its own. */
  static fresh(bench: Bench, cpu: number): TaskState {
    const { kernel } = bench
    const state = new TaskState(bench)
    state.cpu = kernel.cpus[cpu]
    state.pinned = cpu
    state.gather = new MmuGather(kernel)
    state.vmf = new VmFault()
    state.mask = new EntryMask(kernel.arch.levels[kernel.arch.levels.length - 1].entries)
    state.unmapBatch = new UnmapBatch()
    state.depth = 0
    return state
  }

  swapIn(): void {
    const { bench } = this
    const { kernel, calls } = bench
    kernel.cpu = this.cpu
    bench.pinned = this.pinned
    kernel.gather = this.gather
    kernel.vmf = this.vmf
    kernel.mask = this.mask
    kernel.unmapBatch = this.unmapBatch
    kernel.running = this.running
    calls.depth = this.depth
    kernel.trace.op = this.op
    kernel.trace.cpu = this.cpu.id
    kernel.trace.mm = this.mm
    kernel.trace.ctx = this.ctx
  }

  swapOut(): void {
    const { bench } = this
    const { kernel, calls } = bench
    this.cpu = kernel.cpu
    this.pinned = bench.pinned
    this.running = kernel.running
    this.depth = calls.depth
    this.op = kernel.trace.op
    this.mm = kernel.trace.mm
    this.ctx = kernel.trace.ctx
  }
}
