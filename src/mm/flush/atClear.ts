/**
 * s390 (ptep_xchg_lazy and ptep_xchg_direct, arch/s390/mm/pgtable.c; asm/tlbflush.h, 6.12): IPTE empties an entry and
 * invalidates it on all CPUs in one go. While the mm is attached to this CPU alone that is put off: context.flush_mm says
 * that one IDTE of the whole address space is owed, to be paid at the end of the gather or by the next CPU that attaches.
 */
import type { Cpu } from '../../hw/cpu.ts'
import { MM } from '../../pgtable/fields.ts'
import { TLB_REASON } from '../../trace/schema.ts'
import type { Kernel } from '../kernel.ts'
import type { MmStruct } from '../mmStruct.ts'
import { dropMm, dropPages } from './onCpu.ts'
import { isWhole, type FlushRequest } from './request.ts'
import type { FlushScheme } from './scheme.ts'

export class AtClear implements FlushScheme {
  private readonly kernel: Kernel

  constructor(kernel: Kernel) {
    this.kernel = kernel
  }

  flush(request: FlushRequest): void {
    const { mm } = request
    // pte_free_tlb and its like owe a flush of the whole address space in any case
    if (request.freedTables) mm.set(MM['context.flush_mm'], 1)
    if (request.gathered) return this.pay(mm)
    if (isWhole(request)) {
      mm.set(MM['context.flush_mm'], 1)
      return this.pay(mm)
    }
    for (let at = request.from; at < request.from + request.pages; at += 2 ** request.stride)
      this.ipte(mm, at, request.stride)
  }

  interrupted(cpu: Cpu, request: FlushRequest): void {
    dropMm(this.kernel, cpu, request.mm, TLB_REASON.remoteShootdown)
  }

  entry(mm: MmStruct, vpn: number, stride: number): void {
    if (this.attachedElsewhere(mm)) this.ipte(mm, vpn, stride)
    else mm.set(MM['context.flush_mm'], 1)
  }

  /** __tlb_flush_mm_lazy: IDTE by the ASCE, everywhere. */
  private pay(mm: MmStruct): void {
    if (mm.get(MM['context.flush_mm']) === 0) return
    mm.set(MM['context.flush_mm'], 0)
    this.everywhere(mm, (cpu, reason) => dropMm(this.kernel, cpu, mm, reason))
  }

  private ipte(mm: MmStruct, vpn: number, stride: number): void {
    this.everywhere(mm, (cpu, reason) =>
      dropPages(this.kernel, cpu, mm, vpn, 2 ** stride, stride, false, reason),
    )
  }

  /** context.flush_count: a CPU that attaches now would wait. */
  private everywhere(mm: MmStruct, drop: (cpu: Cpu, reason: number) => void): void {
    const { kernel } = this
    mm.add(MM['context.flush_count'], 1)
    for (const cpu of kernel.cpus) {
      if (cpu.tlb.misses === 0 || kernel.flush.loses(cpu, null)) continue
      drop(cpu, cpu === kernel.cpu ? TLB_REASON.localMmShootdown : TLB_REASON.broadcast)
    }
    mm.add(MM['context.flush_count'], -1)
  }

  /** context.cpu_attach_mask has other CPUs than this one. */
  private attachedElsewhere(mm: MmStruct): boolean {
    return this.kernel.cpus.some((cpu) => cpu !== this.kernel.cpu && cpu.loadedMm === mm.id)
  }
}
