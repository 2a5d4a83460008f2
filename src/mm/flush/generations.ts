/**
 * x86 (flush_tlb_mm_range, flush_tlb_func, arch/x86/mm/tlb.c, 6.12): every flush is a generation of the mm. A CPU goes
 * page by page only when it missed nothing before; else it drops the whole address space and is up to date at once, so
 * that flushes still on their way to it have nothing left to do.
 */
import type { Cpu } from '../../hw/cpu.ts'
import { MACHINE, MM } from '../../pgtable/fields.ts'
import { KIND, TLB_REASON } from '../../trace/schema.ts'
import type { Kernel } from '../kernel.ts'
import { leaveMm } from '../leaveMm.ts'
import { dropMm, dropOn } from './onCpu.ts'
import { isWhole, type FlushRequest } from './request.ts'
import type { FlushScheme } from './scheme.ts'

export class Generations implements FlushScheme {
  private readonly kernel: Kernel

  constructor(kernel: Kernel) {
    this.kernel = kernel
  }

  flush(request: FlushRequest): void {
    const { kernel } = this
    const { mm } = request
    mm.add(MM['context.tlb_gen'], 1)
    request.gen = mm.tlbGen
    const here = kernel.cpu
    if (this.othersIn(request)) this.flushMulti(request)
    if (here.loadedMm === mm.id) this.func(here, request, true)
  }

  interrupted(cpu: Cpu, request: FlushRequest): void {
    this.func(cpu, request, false)
  }

  private othersIn({ mm }: FlushRequest): boolean {
    return this.kernel.cpus.some((cpu) => cpu !== this.kernel.cpu && mm.cpumask[cpu.id] !== 0)
  }

  /** native_flush_tlb_multi: lazy CPUs catch up by themselves, unless what they may walk is about to be freed. */
  private flushMulti(request: FlushRequest): void {
    const { kernel } = this
    kernel.vmstat.add(MACHINE.nr_tlb_remote_flush, 1)
    for (const cpu of kernel.cpus) {
      if (cpu === kernel.cpu || request.mm.cpumask[cpu.id] === 0) continue
      if (cpu.lazy && !request.freedTables) {
        if (kernel.trace.active)
          kernel.trace.emit(KIND.TLB_FLUSH_SKIP_LAZY, TLB_REASON.remoteShootdown, 0, cpu.id, 0, 0, 0, 0)
        continue
      }
      kernel.flush.interrupt(cpu, request, TLB_REASON.remoteSendIpi)
    }
  }

  private func(cpu: Cpu, request: FlushRequest, local: boolean): void {
    const { kernel } = this
    const { mm } = request
    if (!local) {
      kernel.vmstat.add(MACHINE.nr_tlb_remote_flush_received, 1)
      if (cpu.loadedMm !== mm.id) return
    }
    if (cpu.lazy) return leaveMm(kernel, cpu)
    const { slot, slotGen } = cpu
    const behind = mm.tlbGen - slotGen[slot]
    if (behind === 0) return
    const reason = local ? TLB_REASON.localMmShootdown : TLB_REASON.remoteShootdown
    if (!isWhole(request) && behind === 1 && request.gen === mm.tlbGen) {
      if (local)
        kernel.vmstat.add(MACHINE.nr_tlb_local_flush_one, Math.floor(request.pages / 2 ** request.stride))
      dropOn(kernel, cpu, request, reason)
    } else {
      if (local) kernel.vmstat.add(MACHINE.nr_tlb_local_flush_all, 1)
      dropMm(kernel, cpu, mm, reason)
    }
    slotGen[slot] = mm.tlbGen
  }
}
