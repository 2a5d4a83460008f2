/**
 * One number per mm for as long as it lives: powerpc PIDs and hash contexts, parisc space ids.
 * Freed numbers are given out again at once, or only after everything was flushed (parisc recycle_sids).
 */
import type { ContextSpec } from '../../arch/context.ts'
import type { Cpu } from '../../hw/cpu.ts'
import { MM } from '../../pgtable/fields.ts'
import type { Recorder } from '../../trace/recorder.ts'
import { FLUSH, TLB_REASON } from '../../trace/schema.ts'
import type { MmStruct } from '../mmStruct.ts'
import { purge, recordAlloc, recordFlush, recordRollover } from './record.ts'
import { DROP_NOTHING, type Contexts } from './scheme.ts'

export class GlobalContexts implements Contexts {
  private readonly trace: Recorder
  private readonly spec: ContextSpec
  private readonly cpus: readonly Cpu[]
  private readonly free: number[] = []
  private readonly dirty: number[] = []
  private next: number
  private recycled = 0

  constructor(spec: ContextSpec, trace: Recorder, cpus: readonly Cpu[]) {
    this.spec = spec
    this.trace = trace
    this.cpus = cpus
    this.next = spec.first
  }

  init(mm: MmStruct): void {
    const id = this.take()
    recordAlloc(this.trace, mm, id, id, 0, false)
  }

  destroy(mm: MmStruct): void {
    const list = this.spec.recycle === 'flush' ? this.dirty : this.free
    list.push(mm.get(MM['context.id']))
  }

  tagOf(mm: MmStruct, _cpu: Cpu): number {
    return mm.get(MM['context.id'])
  }

  switchTo(mm: MmStruct, cpu: Cpu): number {
    cpu.tag = mm.get(MM['context.id'])
    return DROP_NOTHING
  }

  newContext(mm: MmStruct, cpu: Cpu): void {
    const tag = this.tagOf(mm, cpu)
    cpu.tlb.flushTag(tag)
    recordFlush(this.trace, cpu, FLUSH.tag, tag, TLB_REASON.localMmShootdown)
  }

  private take(): number {
    const known = this.free.pop()
    if (known !== undefined) return known
    if (this.next <= this.spec.last) return this.next++
    if (this.dirty.length === 0) throw new Error(`more than ${this.spec.last} address spaces at once`)
    this.recycle()
    return this.free.pop()!
  }

  private recycle(): void {
    recordRollover(this.trace, ++this.recycled, null)
    for (const cpu of this.cpus) purge(this.trace, cpu, TLB_REASON.rollover)
    this.free.push(...this.dirty.splice(0).reverse())
  }
}
