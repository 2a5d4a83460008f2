/** What every way of flushing can do. One per machine; src/arch/flush.ts says which. */
import type { Cpu } from '../../hw/cpu.ts'
import type { MmStruct } from '../mmStruct.ts'
import type { FlushRequest } from './request.ts'

export interface FlushScheme {
  /** flush_tlb_mm, flush_tlb_range: tells every CPU that may hold translations. Range and size are settled. */
  flush(request: FlushRequest): void
  /** What `cpu` does when the interrupt for a flush reaches it. */
  interrupted(cpu: Cpu, request: FlushRequest): void
  /**
   * Only where emptying an entry flushes or notes it by itself: entries of 2^stride pages at `vpn` were taken away.
   * `exiting`: the address space ends.
   */
  entry?(mm: MmStruct, vpn: number, stride: number, exiting: boolean): void
  /** With `entry`: the lock of the table is dropped (arch_leave_lazy_mmu_mode). */
  leave?(): void
}
