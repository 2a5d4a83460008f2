/**
 * A CPU as scenarios see it.
 */
import type { UserCode } from '../hw/steps.ts'
import type { Cpu as HwCpu } from '../hw/cpu.ts'
import { switchTo, switchToKernel } from '../mm/switch.ts'
import { CTX } from '../trace/schema.ts'
import type { Address, Cpu, CpuContext, GupWalker, Kthread, MmStruct, Process } from './api.ts'
import { refuseBlocked } from './blocked.ts'
import { LabError } from './errors.ts'
import { LabGupWalker } from './gupWalker.ts'
import { kernelThread } from './kthread.ts'
import type { Bench } from './machine.ts'
import { mmViewOf } from './mmView.ts'
import { kernelProcess } from './kernelSide.ts'
import { tlbView } from './tlbView.ts'

const CONTEXTS: readonly CpuContext[] = ['task', 'softirq', 'irq', 'nmi', 'entry', 'atomic']

export class LabCpu implements Cpu {
  readonly id: number
  readonly tlb: Cpu['tlb']
  readonly #bench: Bench
  readonly #cpu: HwCpu

  constructor(bench: Bench, cpu: HwCpu) {
    this.id = cpu.id
    this.#bench = bench
    this.#cpu = cpu
    this.tlb = tlbView(bench, cpu)
    Object.freeze(this)
  }

  run<T>(task: Process | Kthread, work: () => T): T
  run(task: Process | Kthread): void
  run<T>(task: Process | Kthread, work?: UserCode<() => T>): T | void {
    const thread = kernelThread(task)
    if (thread !== null) return this.#runThread(thread, work)
    const process = kernelProcess(task as Process)
    const { kernel } = this.#bench
    refuseBlocked(kernel, this.#cpu)
    const before = this.#bench.pinned
    this.#bench.pinned = this.id
    try {
      if (work === undefined) this.#call(`run(${process.name})`, () => switchTo(kernel, this.#cpu, process))
      else switchTo(kernel, this.#cpu, process)
      return work?.()
    } finally {
      this.#bench.pinned = before
    }
  }

  idle(): void {
    const { kernel } = this.#bench
    this.#call('idle()', () => switchToKernel(kernel, this.#cpu, null))
  }

  inContext<T>(context: CpuContext, work: UserCode<() => T>): T {
    if (!CONTEXTS.includes(context))
      throw new LabError(`inContext('${String(context)}'): give one of ${CONTEXTS.join(', ')}`)
    const before = this.#enter(CTX[context])
    try {
      return work()
    } finally {
      this.#enter(before)
    }
  }

  gupFast(process: Process, addr: Address, args: { write?: boolean } = {}): GupWalker {
    return new LabGupWalker(this.#bench, this.#cpu, kernelProcess(process), addr, args.write === true)
  }

  irqsOff<T>(work: UserCode<() => T>): T {
    const { kernel } = this.#bench
    this.#call('irqsOff()', () => kernel.flush.disableInterrupts(this.#cpu))
    try {
      return work()
    } finally {
      this.#call('irqs on', () => kernel.flush.enableInterrupts(this.#cpu))
    }
  }

  get current(): Process | null {
    const { kernel } = this.#bench
    const process = kernel.processes.find((candidate) => candidate.pid === this.#cpu.process)
    return process === undefined ? null : this.#bench.processOf(process)
  }

  get kthread(): Kthread | null {
    return this.#bench.kthreads.get(this.#cpu.process) ?? null
  }

  get mm(): MmStruct | null {
    return this.#cpu.borrows ? null : this.activeMm
  }

  get activeMm(): MmStruct | null {
    const mm = this.#bench.kernel.mms.get(this.#cpu.activeMm)
    return mm === undefined ? null : mmViewOf(this.#bench, () => mm)
  }

  get lazy(): boolean {
    return this.#cpu.lazy
  }

  get asid(): number {
    return this.#cpu.tag
  }

  #runThread<T>(thread: NonNullable<ReturnType<typeof kernelThread>>, work?: () => T): T | void {
    const { kernel } = this.#bench
    this.#call(`run(${thread.name})`, () => switchToKernel(kernel, this.#cpu, thread))
    const before = this.#enter(CTX.kthread)
    try {
      return work?.()
    } finally {
      this.#enter(before)
    }
  }

  /** What this CPU does is recorded as happening in `context` from now on; returns what it was until now. */
  #enter(context: number): number {
    const before = this.#cpu.context
    this.#cpu.context = context
    this.#bench.kernel.trace.ctx = context
    return before
  }

  #call(text: string, work: () => void): void {
    this.#bench.calls.run(
      this.#cpu.process,
      () => `cpu(${this.id}).${text}`,
      work,
      () => '',
    )
  }
}
