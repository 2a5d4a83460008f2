/**
 * What moves with every fault is written into the trace once per call, so that the fault path writes none of it.
 */
import type { Kernel } from '../mm/kernel.ts'
import { settleMemory } from '../mm/meminfo.ts'
import { recordPageFlags } from '../mm/pageFlags.ts'
import type { Process } from '../mm/process.ts'
import { MACHINE, PROCESS } from '../pgtable/fields.ts'

export function recordCounters(process: Process): void {
  if (process.alive) process.set(PROCESS.min_flt, process.minFlt)
}

/** The end of a call: counters of the machine, and page flags. */
export function settle(kernel: Kernel): void {
  settleMemory(kernel)
  kernel.vmstat.set(MACHINE.pgfault, kernel.pgfault)
  kernel.vmstat.set(MACHINE.nr_anon_pages, kernel.memory.anonPages)
  recordPageFlags(kernel)
}
