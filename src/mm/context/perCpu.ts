/**
 * Each CPU hands out ASIDs of its own by counting up (mips get_new_mmu_context and its likes). When they are used up the
 * CPU flushes its TLB and begins a new cycle; numbers of an older cycle are not valid any more.
 */
import type { ContextSpec } from '../../arch/context.ts'
import type { Cpu } from '../../hw/cpu.ts'
import { CPU } from '../../pgtable/fields.ts'
import { emitField } from '../../pgtable/record.ts'
import type { Recorder } from '../../trace/recorder.ts'
import { OBJ, TLB_REASON } from '../../trace/schema.ts'
import type { MmStruct } from '../mmStruct.ts'
import { drop, recordAlloc, recordRollover } from './record.ts'
import { DROP_NOTHING, DROP_ROLLOVER, type Contexts } from './scheme.ts'

export class PerCpuAsids implements Contexts {
  private readonly trace: Recorder
  private readonly first: number
  /** Numbers of one cycle; a context is cycle · span + ASID. */
  private readonly span: number
  /** asid_cache of each CPU. */
  private readonly cache: Float64Array

  constructor(spec: ContextSpec, trace: Recorder, cpus: number) {
    this.trace = trace
    this.span = spec.last + 1
    // Some count from 0 once they have been round; a few numbers may belong to the kernel (xtensa).
    this.first = spec.first > 1 ? spec.first : 0
    this.cache = new Float64Array(cpus).fill(this.span + Math.max(spec.first - 1, 0))
  }

  init(mm: MmStruct): void {
    mm.asids = new Float64Array(this.cache.length)
  }

  destroy(): void {}

  tagOf(mm: MmStruct, cpu: Cpu): number {
    const context = mm.asids[cpu.id]
    return context === 0 ? -1 : context % this.span
  }

  switchTo(mm: MmStruct, cpu: Cpu): number {
    const valid = Math.floor(mm.asids[cpu.id] / this.span) === Math.floor(this.cache[cpu.id] / this.span)
    const wanted = valid ? DROP_NOTHING : this.take(mm, cpu)
    cpu.tag = mm.asids[cpu.id] % this.span
    return wanted
  }

  newContext(mm: MmStruct, cpu: Cpu): void {
    if (mm.asids[cpu.id] === 0) return
    if (cpu.loadedMm !== mm.id) {
      mm.asids[cpu.id] = 0
      return
    }
    const wanted = this.take(mm, cpu)
    cpu.setTag(mm.asids[cpu.id] % this.span)
    drop(this.trace, cpu, wanted, TLB_REASON.localMmShootdown)
  }

  /** get_new_mmu_context */
  private take(mm: MmStruct, cpu: Cpu): number {
    const { trace, cache } = this
    const old = cache[cpu.id]
    let context = old + 1
    const rollover = context % this.span === 0
    if (rollover) {
      context += this.first
      recordRollover(trace, Math.floor(context / this.span), cpu)
    }
    cache[cpu.id] = context
    if (trace.active) emitField(trace, OBJ.cpu, cpu.id, CPU.asid_cache, cpu.asidCache, context)
    cpu.asidCache = context
    mm.asids[cpu.id] = context
    recordAlloc(trace, mm, context, context % this.span, Math.floor(context / this.span), false)
    return rollover ? DROP_ROLLOVER : DROP_NOTHING
  }
}
