/**
 * Every emptied entry is noted by address in a batch of this CPU; a full batch, or the end of a table's lock, flushes the
 * addresses noted (powerpc hash: hpte_need_flush, PPC64_TLB_BATCH_NR; sparc64: tlb_batch_add, TLB_BATCH_NR). The gather has
 * nothing left to flush but what is still noted.
 */
import type { Cpu } from '../../hw/cpu.ts'
import { TLB_REASON } from '../../trace/schema.ts'
import type { Kernel } from '../kernel.ts'
import type { MmStruct } from '../mmStruct.ts'
import { dropOn } from './onCpu.ts'
import { exactly, type FlushRequest } from './request.ts'
import type { FlushScheme } from './scheme.ts'

export class AddressBatch implements FlushScheme {
  private readonly kernel: Kernel
  private mm: MmStruct | null = null
  private stride = 0
  private readonly noted: number[] = []

  constructor(kernel: Kernel) {
    this.kernel = kernel
  }

  flush(request: FlushRequest): void {
    this.leave()
    if (!request.gathered) this.tell(request)
  }

  interrupted(cpu: Cpu, request: FlushRequest): void {
    dropOn(this.kernel, cpu, request, TLB_REASON.remoteShootdown)
  }

  entry(mm: MmStruct, vpn: number, stride: number, exiting: boolean): void {
    const { spec } = this.kernel.flush
    // sparc64: a number that is given up is flushed when it is used again
    if (exiting && spec.exit === 'nothing') return
    if (this.noted.length > 0 && (mm !== this.mm || stride !== this.stride)) this.leave()
    this.mm = mm
    this.stride = stride
    this.noted.push(vpn)
    if (this.noted.length >= spec.batch) this.leave()
  }

  /** __flush_tlb_pending: neighbouring addresses as one range. */
  leave(): void {
    const { noted, mm, stride } = this
    if (noted.length === 0 || mm === null) return
    const size = 2 ** stride
    for (let i = 0; i < noted.length;) {
      let end = i + 1
      while (end < noted.length && noted[end] === noted[end - 1] + size) end++
      this.tell(exactly(mm, noted[i], (end - i) * size, stride))
      i = end
    }
    noted.length = 0
  }

  private tell(request: FlushRequest): void {
    const { kernel } = this
    const { flush } = kernel
    const everybody = flush.spec.remote === 'broadcast' && !flush.isLocal(request.mm)
    for (const cpu of kernel.cpus) {
      if (cpu === kernel.cpu) continue
      if (everybody) {
        if (cpu.tlb.misses > 0 && !flush.loses(cpu, request))
          dropOn(kernel, cpu, request, TLB_REASON.broadcast)
      } else if (flush.isTold(cpu, request.mm)) {
        flush.interrupt(cpu, request, TLB_REASON.remoteSendIpi)
      }
    }
    dropOn(kernel, kernel.cpu, request, TLB_REASON.localMmShootdown)
  }
}
