/**
 * TLB flushing on behalf of an mm (arch/x86/mm/tlb.c and its likes, 6.12): who is told, and how much is dropped.
 */
import type { Cpu } from '../hw/cpu.ts'
import { MACHINE, MM } from '../pgtable/fields.ts'
import { FLUSH, KIND, TLB_REASON } from '../trace/schema.ts'
import { flushFlags, tagIndex } from '../trace/tags.ts'
import type { Kernel } from './kernel.ts'
import type { MmStruct } from './mmStruct.ts'

const TWO32 = 4294967296

export class TlbFlusher {
  /** tlb_single_page_flush_ceiling: more entries than this are flushed by dropping the whole address space. */
  ceiling = 33

  private readonly kernel: Kernel

  constructor(kernel: Kernel) {
    this.kernel = kernel
  }

  /** flush_tlb_mm_range: pages [from, to), entries of 2^stride pages. */
  range(mm: MmStruct, from: number, to: number, stride: number, freedTables: boolean): void {
    const entries = (to - from) / 2 ** stride
    this.run(mm, from, entries > this.ceiling ? Infinity : entries, stride, freedTables)
  }

  /** flush_tlb_mm */
  mm(mm: MmStruct, freedTables: boolean): void {
    this.run(mm, 0, Infinity, 0, freedTables)
  }

  /** flush_tlb_page */
  page(mm: MmStruct, vpn: number): void {
    this.run(mm, vpn, 1, 0, false)
  }

  private run(mm: MmStruct, from: number, entries: number, stride: number, freedTables: boolean): void {
    const { kernel } = this
    mm.add(MM['context.tlb_gen'], 1)
    const here = kernel.cpu
    for (const cpu of kernel.cpus) {
      if (cpu === here || !this.isTold(cpu, mm)) continue
      if (cpu.lazy && !freedTables && kernel.contextSpec.lazySkips === true) {
        this.say(KIND.TLB_FLUSH_SKIP_LAZY, cpu, TLB_REASON.remoteShootdown)
        continue
      }
      this.say(KIND.TLB_IPI, cpu, TLB_REASON.remoteSendIpi)
      kernel.vmstat.add(MACHINE.nr_tlb_remote_flush_received, 1)
      this.on(cpu, mm, from, entries, stride, TLB_REASON.remoteShootdown)
    }
    if (this.isTold(here, mm)) this.on(here, mm, from, entries, stride, TLB_REASON.localMmShootdown)
  }

  private isTold(cpu: Cpu, mm: MmStruct): boolean {
    const { contextSpec, contexts } = this.kernel
    return contextSpec.cpumask === 'unused' ? contexts.tagOf(mm, cpu) >= 0 : mm.cpumask[cpu.id] !== 0
  }

  /** flush_tlb_func on one CPU. */
  private on(cpu: Cpu, mm: MmStruct, from: number, entries: number, stride: number, reason: number): void {
    const tag = this.kernel.contexts.tagOf(mm, cpu)
    if (tag < 0) return
    if (entries === Infinity) {
      cpu.tlb.flushTag(tag)
      this.record(cpu, tag, FLUSH.tag, reason, 0, 0, stride)
    } else {
      for (let i = 0; i < entries; i++) {
        const vpn = from + i * 2 ** stride
        cpu.tlb.flushPage(tag, vpn >>> 0, Math.floor(vpn / TWO32))
      }
      this.record(cpu, tag, FLUSH.range, reason, from, entries * 2 ** stride, stride)
    }
    if (cpu.loadedMm === mm.id) cpu.slotGen[cpu.slot] = mm.tlbGen
  }

  private record(
    cpu: Cpu,
    tag: number,
    scope: number,
    reason: number,
    from: number,
    pages: number,
    stride: number,
  ): void {
    const { trace } = this.kernel
    if (!trace.active) return
    const running = trace.cpu
    trace.cpu = cpu.id
    trace.emit(
      KIND.TLB_FLUSH,
      tagIndex(tag),
      flushFlags(scope, tag),
      reason,
      from >>> 0,
      Math.floor(from / TWO32),
      pages,
      stride,
    )
    trace.cpu = running
  }

  private say(kind: number, target: Cpu, reason: number): void {
    const { trace } = this.kernel
    if (trace.active) trace.emit(kind, reason, 0, target.id, 0, 0, 0, 0)
  }
}
