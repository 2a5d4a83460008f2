/**
 * One ASID per mm for all CPUs, from a bitmap (arch/arm64/mm/context.c, 6.12; arm, riscv and csky have copies of it).
 * When it is full a new generation begins: what runs keeps its number, everything else gets a new one at its next switch,
 * and each CPU flushes its whole TLB at its own next switch.
 */
import type { ContextSpec } from '../../arch/context.ts'
import type { Cpu } from '../../hw/cpu.ts'
import { MM } from '../../pgtable/fields.ts'
import type { Recorder } from '../../trace/recorder.ts'
import { FLUSH, TLB_REASON } from '../../trace/schema.ts'
import type { MmStruct } from '../mmStruct.ts'
import { recordAlloc, recordFlush, recordRollover } from './record.ts'
import { DROP_NOTHING, DROP_ROLLOVER, DROP_TAG, type Contexts } from './scheme.ts'

export class GenerationAsids implements Contexts {
  private readonly trace: Recorder
  private readonly spec: ContextSpec
  private readonly step: number
  private readonly userTag: number
  /** Numbers of one generation, a power of two; context.id is generation · span + ASID. */
  private readonly span: number
  private readonly map: Uint8Array
  private generation = 1
  private cursor: number
  /** Per CPU: context.id of what runs, 0 since the last roll-over until its next switch; and what then was running. */
  private readonly active: Float64Array
  private readonly reserved: Float64Array
  private readonly flushPending: Uint8Array
  private readonly clearCpumask: (mm: MmStruct) => void

  constructor(spec: ContextSpec, trace: Recorder, cpus: number, clearCpumask: (mm: MmStruct) => void) {
    this.spec = spec
    this.trace = trace
    this.step = spec.step ?? 1
    this.userTag = spec.userTagOffset ?? 0
    this.span = 2 ** Math.ceil(Math.log2(spec.last + 1))
    this.map = new Uint8Array(this.span)
    this.cursor = spec.first
    this.active = new Float64Array(cpus)
    this.reserved = new Float64Array(cpus)
    this.flushPending = new Uint8Array(cpus)
    this.clearCpumask = clearCpumask
  }

  init(): void {}

  destroy(): void {}

  tagOf(mm: MmStruct, _cpu: Cpu): number {
    const id = mm.get(MM['context.id'])
    return id === 0 ? -1 : (id % this.span) + this.userTag
  }

  switchTo(mm: MmStruct, cpu: Cpu): number {
    let id = mm.get(MM['context.id'])
    const fresh = !this.isCurrent(id)
    if (fresh) id = this.newId(mm, id)
    this.active[cpu.id] = id
    cpu.tag = (id % this.span) + this.userTag
    if (this.spec.flushes === 'tag') return fresh || cpu.joined ? DROP_TAG : DROP_NOTHING
    if (this.flushPending[cpu.id] === 0) return DROP_NOTHING
    this.flushPending[cpu.id] = 0
    return DROP_ROLLOVER
  }

  newContext(mm: MmStruct, cpu: Cpu): void {
    const tag = this.tagOf(mm, cpu)
    if (tag < 0) return
    cpu.tlb.flushTag(tag)
    recordFlush(this.trace, cpu, FLUSH.tag, tag, TLB_REASON.localMmShootdown)
  }

  /** asid_gen_match */
  private isCurrent(id: number): boolean {
    return id !== 0 && Math.floor(id / this.span) === this.generation
  }

  /** new_context */
  private newId(mm: MmStruct, old: number): number {
    const kept = old === 0 ? 0 : this.keep(old)
    const id = kept !== 0 ? kept : this.take()
    if (kept === 0 && this.spec.clearsCpumask === true) this.clearCpumask(mm)
    recordAlloc(this.trace, mm, id, (id % this.span) + this.userTag, this.generation, kept !== 0)
    return id
  }

  /** The number of an older generation, if the mm ran all along or nobody has taken it since; else 0. */
  private keep(old: number): number {
    const asid = old % this.span
    const id = this.generation * this.span + asid
    if (this.wasReserved(old, id)) return id
    if (this.map[asid] !== 0) return 0
    this.map[asid] = 1
    return id
  }

  /** check_update_reserved_asid */
  private wasReserved(old: number, id: number): boolean {
    let hit = false
    for (let cpu = 0; cpu < this.reserved.length; cpu++) {
      if (this.reserved[cpu] !== old) continue
      this.reserved[cpu] = id
      hit = true
    }
    return hit
  }

  private take(): number {
    let asid = this.nextFree(this.cursor)
    if (asid < 0) {
      this.rollOver()
      asid = this.nextFree(this.spec.first)
      if (asid < 0) throw new Error('more CPUs than ASIDs')
    }
    this.map[asid] = 1
    this.cursor = asid
    return this.generation * this.span + asid
  }

  private nextFree(from: number): number {
    for (let asid = from; asid <= this.spec.last; asid += this.step) if (this.map[asid] === 0) return asid
    return -1
  }

  /** flush_context */
  private rollOver(): void {
    this.generation++
    this.map.fill(0)
    for (let cpu = 0; cpu < this.active.length; cpu++) {
      const id = this.active[cpu] === 0 ? this.reserved[cpu] : this.active[cpu]
      this.active[cpu] = 0
      this.map[id % this.span] = 1
      this.reserved[cpu] = id
    }
    this.flushPending.fill(1)
    recordRollover(this.trace, this.generation, null)
  }
}
