/**
 * Counters that move with every fault are written into the trace once per call, so that the fault path writes none.
 */
import type { Kernel } from '../mm/kernel.ts'
import type { Process } from '../mm/process.ts'
import { MACHINE, PROCESS } from '../pgtable/fields.ts'

export function recordCounters(kernel: Kernel, process: Process): void {
  kernel.vmstat.set(MACHINE.nr_free_pages, kernel.memory.allocator.free)
  kernel.vmstat.set(MACHINE.pgfault, kernel.pgfault)
  if (process.alive) process.set(PROCESS.min_flt, process.minFlt)
}
