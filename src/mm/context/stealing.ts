/**
 * Few numbers for all CPUs: when none is free, one is taken away from an mm that does not run
 * (switch_mmu_context, arch/powerpc/mm/nohash/mmu_context.c, 6.12; m68k, microblaze and sparc32 do alike).
 */
import type { ContextSpec } from '../../arch/context.ts'
import type { Cpu } from '../../hw/cpu.ts'
import { MM } from '../../pgtable/fields.ts'
import type { Recorder } from '../../trace/recorder.ts'
import { FLUSH, TLB_REASON } from '../../trace/schema.ts'
import type { MmStruct } from '../mmStruct.ts'
import { recordAlloc, recordFlush, recordRollover } from './record.ts'
import { DROP_NOTHING, DROP_TAG, type Contexts } from './scheme.ts'

export class StolenContexts implements Contexts {
  private readonly trace: Recorder
  private readonly spec: ContextSpec
  private readonly cpus: readonly Cpu[]
  /** Who has each number. */
  private readonly owner: (MmStruct | null)[]
  /** Per CPU and number: its TLB may hold entries of somebody who had the number before. */
  private readonly stale: Uint8Array[]
  private next: number
  private stolen = 0

  constructor(spec: ContextSpec, trace: Recorder, cpus: readonly Cpu[]) {
    this.spec = spec
    this.trace = trace
    this.cpus = cpus
    this.owner = new Array<MmStruct | null>(spec.last + 1).fill(null)
    this.stale = cpus.map(() => new Uint8Array(spec.last + 1))
    this.next = spec.first
  }

  init(): void {}

  destroy(mm: MmStruct): void {
    const tag = this.numberOf(mm)
    if (tag >= 0) this.release(tag)
  }

  tagOf(mm: MmStruct, _cpu: Cpu): number {
    return this.numberOf(mm)
  }

  switchTo(mm: MmStruct, cpu: Cpu): number {
    let tag = this.numberOf(mm)
    if (tag < 0) {
      tag = this.take()
      this.owner[tag] = mm
      // Stored one higher, so that 0 means none.
      recordAlloc(this.trace, mm, tag + 1, tag, 0, false)
    }
    cpu.tag = tag
    if (this.stale[cpu.id][tag] === 0) return DROP_NOTHING
    this.stale[cpu.id][tag] = 0
    return DROP_TAG
  }

  newContext(mm: MmStruct, cpu: Cpu): void {
    const tag = this.numberOf(mm)
    if (tag < 0) return
    cpu.tlb.flushTag(tag)
    recordFlush(this.trace, cpu, FLUSH.tag, tag, TLB_REASON.localMmShootdown)
  }

  private numberOf(mm: MmStruct): number {
    return mm.get(MM['context.id']) - 1
  }

  private take(): number {
    const { first, last } = this.spec
    for (let i = first; i <= last; i++) {
      const tag = this.turn()
      if (this.owner[tag] === null) return tag
    }
    return this.steal()
  }

  /** steal_context_smp: the next one whose owner runs nowhere. */
  private steal(): number {
    const { first, last } = this.spec
    for (let i = first; i <= last; i++) {
      const tag = this.turn()
      const owner = this.owner[tag]!
      if (this.cpus.some((cpu) => cpu.loadedMm === owner.id)) continue
      recordRollover(this.trace, ++this.stolen, null)
      this.release(tag)
      return tag
    }
    throw new Error(`more CPUs than the ${last - first + 1} contexts of this architecture`)
  }

  private turn(): number {
    const tag = this.next
    this.next = tag === this.spec.last ? this.spec.first : tag + 1
    return tag
  }

  private release(tag: number): void {
    this.owner[tag]!.set(MM['context.id'], 0)
    this.owner[tag] = null
    for (const stale of this.stale) stale[tag] = 1
  }
}
