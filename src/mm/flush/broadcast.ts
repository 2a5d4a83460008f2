/**
 * An instruction invalidates in the TLBs of all CPUs; nobody is interrupted (arm64 TLBI …IS, arm v7, powerpc tlbie,
 * parisc pdtlb, csky tlbi.vas). Where the architecture has a cheaper local form, it is used while no other CPU has the mm.
 */
import type { Cpu } from '../../hw/cpu.ts'
import { TLB_REASON } from '../../trace/schema.ts'
import type { Kernel } from '../kernel.ts'
import { dropOn } from './onCpu.ts'
import type { FlushRequest } from './request.ts'
import type { FlushScheme } from './scheme.ts'

export class Broadcast implements FlushScheme {
  private readonly kernel: Kernel

  constructor(kernel: Kernel) {
    this.kernel = kernel
  }

  flush(request: FlushRequest): void {
    const { kernel } = this
    const here = kernel.cpu
    if (kernel.flush.isLocal(request.mm)) return dropOn(kernel, here, request, TLB_REASON.localMmShootdown)
    for (const cpu of kernel.cpus) {
      if (cpu.tlb.misses === 0 || kernel.flush.loses(cpu, request)) continue
      dropOn(kernel, cpu, request, cpu === here ? TLB_REASON.localMmShootdown : TLB_REASON.broadcast)
    }
  }

  interrupted(cpu: Cpu, request: FlushRequest): void {
    dropOn(this.kernel, cpu, request, TLB_REASON.remoteShootdown)
  }
}
