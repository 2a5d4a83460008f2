/**
 * TLB flushing on behalf of an mm: every flush of the kernel goes through `run`, whatever the architecture
 * (flush_tlb_mm, flush_tlb_range, flush_tlb_page and the tlb_flush of mmu_gather, include/asm-generic/tlb.h, 6.12).
 */
import type { FlushSpec } from '../../arch/flush.ts'
import type { Cpu } from '../../hw/cpu.ts'
import { FLUSH, KIND, TLB_REASON } from '../../trace/schema.ts'
import type { Kernel } from '../kernel.ts'
import type { MmStruct } from '../mmStruct.ts'
import { Interrupts, type Handler } from './interrupts.ts'
import { makeScheme } from './make.ts'
import { exceeds, unitsOf, type FlushRequest } from './request.ts'
import type { FlushScheme } from './scheme.ts'

const TWO32 = 4294967296

/** Deliberate breakage: nobody flushes; only the CPU that unmaps does. */
export type BrokenFlush = 'none' | 'skip' | 'local'

export class TlbFlusher {
  readonly spec: FlushSpec
  readonly interrupts: Interrupts
  broken: BrokenFlush = 'none'
  private readonly kernel: Kernel
  private readonly scheme: FlushScheme
  private readonly noRange: boolean

  constructor(kernel: Kernel, cpus: number) {
    this.kernel = kernel
    this.spec = kernel.arch.variant.tlb.flush
    this.interrupts = new Interrupts(kernel, cpus)
    this.scheme = makeScheme(this.spec, kernel)
    this.noRange = this.spec.gather.includes('NO_RANGE')
  }

  /** Whether emptied entries must be reported one by one (`entry`). */
  get perEntry(): boolean {
    return this.scheme.entry !== undefined
  }

  /** flush_tlb_range: pages [from, to), entries of 2^stride pages. */
  range(mm: MmStruct, from: number, to: number, stride: number, freedTables: boolean): void {
    this.run(this.request(mm, from, to - from, stride, freedTables, false))
  }

  /** flush_tlb_mm */
  mm(mm: MmStruct, freedTables: boolean): void {
    this.run(this.request(mm, 0, Infinity, 0, freedTables, false))
  }

  /** flush_tlb_page */
  page(mm: MmStruct, vpn: number): void {
    this.run(this.request(mm, vpn, 1, 0, false, false))
  }

  /** tlb_flush: what a gather collected; `pages` Infinity: everything, `ends`: for the address space ends. */
  gather(
    mm: MmStruct,
    from: number,
    pages: number,
    stride: number,
    freedTables: boolean,
    ends: boolean,
  ): void {
    const { exit, tables } = this.spec
    if (ends && (exit === 'nothing' || (exit === 'ifTables' && !freedTables))) {
      this.scheme.leave?.()
      return
    }
    const whole = this.noRange || (freedTables && tables === 'mm')
    this.run(this.request(mm, from, whole ? Infinity : pages, stride, freedTables, true))
  }

  /** An entry of 2^stride pages at `vpn` was taken away. Needed where `perEntry` holds. */
  entry(mm: MmStruct, vpn: number, stride: number, exiting: boolean): void {
    if (this.broken === 'skip') return this.lost(this.kernel.cpu, vpn, 2 ** stride, stride)
    this.scheme.entry?.(mm, vpn, stride, exiting)
  }

  /** The lock of a table whose entries were taken away is dropped. */
  leave(): void {
    this.scheme.leave?.()
  }

  /** Whether an interrupt for `mm` would go to `cpu`. */
  isTold(cpu: Cpu, mm: MmStruct): boolean {
    if (this.spec.remote === 'none' || this.spec.remote === 'broadcast') return false
    const { contextSpec, contexts } = this.kernel
    if (this.spec.told === 'online') return true
    return contextSpec.cpumask === 'unused' ? contexts.tagOf(mm, cpu) >= 0 : mm.cpumask[cpu.id] !== 0
  }

  /** mm_is_thread_local: no CPU but this one has used the mm, and the architecture has a cheaper flush for that. */
  isLocal(mm: MmStruct): boolean {
    if (this.spec.localCeiling === undefined) return false
    const { kernel } = this
    return kernel.cpus.every((cpu) => (mm.cpumask[cpu.id] !== 0) === (cpu === kernel.cpu))
  }

  /** Interrupts `cpu` for a flush. */
  interrupt(cpu: Cpu, request: FlushRequest, reason: number): void {
    if (this.loses(cpu, request)) return
    const maskable = this.spec.remote === 'ipi'
    this.interrupts.send(cpu, reason, maskable, (target) => this.scheme.interrupted(target, request))
  }

  /** tlb_remove_table_sync_one: every other CPU takes an interrupt, so that walkers with interrupts off are through. */
  syncAll(): void {
    for (const cpu of this.kernel.cpus)
      if (cpu !== this.kernel.cpu) this.interrupts.send(cpu, TLB_REASON.tableSync, true, null)
  }

  /** on_each_cpu: this one does it, and interrupts all others for it. */
  onEachCpu(work: Handler): void {
    for (const cpu of this.kernel.cpus) {
      if (cpu === this.kernel.cpu) work(cpu)
      else if (!this.loses(cpu, null)) this.interrupts.send(cpu, TLB_REASON.remoteSendIpi, true, work)
    }
  }

  disableInterrupts(cpu: Cpu): void {
    this.interrupts.disable(cpu)
  }

  /** What came in meanwhile is handled; then what waited for it is freed. */
  enableInterrupts(cpu: Cpu): void {
    const any = this.interrupts.enable(cpu)
    if (any) this.kernel.parked.settle()
  }

  /** True where breakage keeps a flush from another CPU. */
  loses(cpu: Cpu, request: FlushRequest | null): boolean {
    if (this.broken !== 'local' || cpu === this.kernel.cpu) return false
    if (request !== null) this.lost(cpu, request.from, request.pages, request.stride)
    else this.lost(cpu, 0, Infinity, 0)
    return true
  }

  private request(
    mm: MmStruct,
    from: number,
    pages: number,
    stride: number,
    freedTables: boolean,
    gathered: boolean,
  ): FlushRequest {
    const { spec } = this
    const ceiling = this.isLocal(mm) ? (spec.localCeiling ?? null) : spec.ceiling
    const whole = pages === Infinity || exceeds(ceiling, unitsOf(spec, from, pages, stride))
    return whole
      ? { mm, from: 0, pages: Infinity, stride, freedTables, gathered, gen: 0 }
      : { mm, from, pages, stride, freedTables, gathered, gen: 0 }
  }

  /** The one place where translations are invalidated. */
  private run(request: FlushRequest): void {
    if (this.broken === 'skip') return this.lost(this.kernel.cpu, request.from, request.pages, request.stride)
    this.scheme.flush(request)
  }

  /** A flush that breakage left out, for the record. */
  private lost(cpu: Cpu, from: number, pages: number, stride: number): void {
    const { trace } = this.kernel
    if (!trace.active) return
    const running = trace.cpu
    trace.cpu = cpu.id
    const whole = pages === Infinity
    trace.emit(
      KIND.TLB_FLUSH_LOST,
      0,
      whole ? FLUSH.tag : FLUSH.range,
      TLB_REASON.remoteShootdown,
      from >>> 0,
      Math.floor(from / TWO32),
      whole ? 0 : pages,
      stride,
    )
    trace.cpu = running
  }
}
