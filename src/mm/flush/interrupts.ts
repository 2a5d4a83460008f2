/**
 * smp_call_function_many: who is interrupted, and who has interrupts off and keeps the sender waiting. A CPU
 * runs what has come in for it, in order, when it lets interrupts in again (flush_smp_call_function_queue).
 */
import type { Cpu } from '../../hw/cpu.ts'
import { CTX, KIND } from '../../trace/schema.ts'
import type { Kernel } from '../kernel.ts'

/** One interrupt under way. */
export interface PendingCall {
  readonly sender: number
  readonly target: number
  readonly handle: Handler | null
  handled: boolean
}

/** What a CPU does when the interrupt reaches it. Where the interrupt alone is wanted there is none. */
export type Handler = (cpu: Cpu) => void

export class Interrupts {
  private readonly kernel: Kernel
  /** How often interrupts are off on each CPU. */
  private readonly disabled: Uint16Array
  private readonly queues: PendingCall[][]
  private outstanding = 0

  constructor(kernel: Kernel, cpus: number) {
    this.kernel = kernel
    this.disabled = new Uint16Array(cpus)
    this.queues = Array.from({ length: cpus }, () => [])
  }

  /** Interrupts not handled yet, by target. */
  pending(cpu: Cpu): readonly PendingCall[] {
    return this.queues[cpu.id]
  }

  isOff(cpu: Cpu): boolean {
    return this.disabled[cpu.id] > 0
  }

  /** Calls that `sender` still waits for. */
  sentBy(sender: Cpu): PendingCall[] {
    if (this.outstanding === 0) return []
    return this.queues.flatMap((queue) => queue.filter((call) => call.sender === sender.id))
  }

  /** Interrupts `target`; `handle` runs there now, or, if `maskable`, when it lets interrupts in. */
  send(target: Cpu, reason: number, maskable: boolean, handle: Handler | null): void {
    const { trace, cpu } = this.kernel
    const waits = maskable && this.isOff(target)
    if (trace.active) trace.emit(KIND.TLB_IPI, reason, waits ? 1 : 0, target.id, 0, 0, 0, 0)
    if (!waits) {
      if (handle !== null) this.inIrq(target, handle)
      return
    }
    this.queues[target.id].push({ sender: cpu.id, target: target.id, handle, handled: false })
    this.outstanding++
  }

  /** local_irq_disable */
  disable(cpu: Cpu): void {
    this.disabled[cpu.id]++
  }

  /** local_irq_enable: what came in meanwhile is handled. True when it was something. */
  enable(cpu: Cpu): boolean {
    if (--this.disabled[cpu.id] > 0) return false
    const queue = this.queues[cpu.id]
    const any = queue.length > 0
    for (let call = queue.shift(); call !== undefined; call = queue.shift()) {
      this.outstanding--
      call.handled = true
      this.done(cpu, call)
      if (call.handle !== null) this.inIrq(cpu, call.handle)
    }
    return any
  }

  /** What the handler does is recorded as done in an interrupt. */
  private inIrq(cpu: Cpu, handle: Handler): void {
    const { trace } = this.kernel
    const before = trace.ctx
    trace.ctx = CTX.irq
    handle(cpu)
    trace.ctx = before
  }

  private done(cpu: Cpu, call: PendingCall): void {
    const { trace } = this.kernel
    if (!trace.active) return
    const running = trace.cpu
    trace.cpu = cpu.id
    trace.emit(KIND.TLB_IPI_DONE, 0, 0, call.sender, 0, 0, 0, 0)
    trace.cpu = running
  }
}
