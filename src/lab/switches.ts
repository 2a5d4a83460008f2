/**
 * Context switches by the thousand, for measurements: below the API of scenarios, above the machinery.
 */
import type { Kernel } from '../mm/kernel.ts'
import type { Process } from '../mm/process.ts'
import { spawnProcess } from '../mm/spawn.ts'
import { switchTo } from '../mm/switch.ts'
import { Recorder } from '../trace/recorder.ts'
import { buildKernel, plan } from './build.ts'

/** Processes that each CPU has to itself: one more than x86 keeps apart, so that flushes are among what is measured. */
const PER_CPU = 7

/** A machine with a full trace, and processes for each of its CPUs. */
export class Switches {
  readonly trace: Recorder
  private readonly kernel: Kernel
  private readonly processes: Process[][]

  constructor(cpus: number, arch = 'x86_64') {
    this.trace = new Recorder('full', () => true)
    this.kernel = buildKernel(plan({ arch, cpus }), this.trace)
    this.processes = this.kernel.cpus.map((cpu) =>
      Array.from({ length: PER_CPU }, (_, i) => this.born(cpu.id, i)),
    )
  }

  /** `count` switches on each CPU, the CPUs in turn. */
  run(count: number): void {
    const { kernel, processes } = this
    for (let i = 0; i < count; i++)
      for (const cpu of kernel.cpus) switchTo(kernel, cpu, processes[cpu.id][i % PER_CPU])
  }

  private born(cpu: number, i: number): Process {
    const process = spawnProcess(this.kernel, `cpu${cpu}-${i}`)
    if (process === null) throw new Error('no memory for a process')
    switchTo(this.kernel, this.kernel.cpus[cpu], process)
    return process
  }
}
