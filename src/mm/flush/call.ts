/**
 * Every CPU concerned runs the flush itself, called by an interrupt or by firmware (riscv SBI remote fences, sparc32
 * cross calls, openrisc, powerpc without tlbivax …). With one CPU nobody is called.
 */
import type { Cpu } from '../../hw/cpu.ts'
import { TLB_REASON } from '../../trace/schema.ts'
import type { Kernel } from '../kernel.ts'
import { dropOn } from './onCpu.ts'
import type { FlushRequest } from './request.ts'
import type { FlushScheme } from './scheme.ts'

export class CallOthers implements FlushScheme {
  protected readonly kernel: Kernel

  constructor(kernel: Kernel) {
    this.kernel = kernel
  }

  flush(request: FlushRequest): void {
    const { kernel } = this
    for (const cpu of kernel.cpus)
      if (cpu !== kernel.cpu && kernel.flush.isTold(cpu, request.mm))
        kernel.flush.interrupt(cpu, request, TLB_REASON.remoteSendIpi)
    this.drop(kernel.cpu, request, TLB_REASON.localMmShootdown)
  }

  interrupted(cpu: Cpu, request: FlushRequest): void {
    this.drop(cpu, request, TLB_REASON.remoteShootdown)
  }

  protected drop(cpu: Cpu, request: FlushRequest, reason: number): void {
    dropOn(this.kernel, cpu, request, reason)
  }
}
