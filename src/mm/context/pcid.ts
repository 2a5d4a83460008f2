/**
 * x86: each CPU keeps the translations of a few address spaces apart, in slots that belong to a ctx_id
 * (choose_new_asid, arch/x86/mm/tlb.c, 6.12). A ctx_id is never used again, so numbers cannot run out.
 */
import type { ContextSpec } from '../../arch/context.ts'
import type { Cpu } from '../../hw/cpu.ts'
import { MM } from '../../pgtable/fields.ts'
import type { Recorder } from '../../trace/recorder.ts'
import { TLB_REASON } from '../../trace/schema.ts'
import type { MmStruct } from '../mmStruct.ts'
import { drop } from './record.ts'
import { DROP_NOTHING, DROP_TAG, type Contexts } from './scheme.ts'

export class PcidSlots implements Contexts {
  private readonly trace: Recorder
  private readonly slots: number
  /** PCID of slot 0, as user code uses it. */
  private readonly base: number
  private nextCtx = 1

  constructor(spec: ContextSpec, trace: Recorder) {
    this.trace = trace
    this.slots = spec.last - spec.first + 1
    this.base = spec.first + (spec.userTagOffset ?? 0)
  }

  init(mm: MmStruct): void {
    mm.set(MM['context.ctx_id'], this.nextCtx++)
  }

  destroy(): void {}

  tagOf(mm: MmStruct, cpu: Cpu): number {
    const slot = this.find(mm, cpu)
    return slot < 0 ? -1 : this.base + slot
  }

  switchTo(mm: MmStruct, cpu: Cpu): number {
    let slot = this.find(mm, cpu)
    const flushes = slot < 0 || cpu.slotGen[slot] < mm.tlbGen
    if (slot < 0) {
      slot = cpu.nextSlot
      cpu.nextSlot = (slot + 1) % this.slots
      cpu.slotCtx[slot] = mm.ctxId
    }
    cpu.slot = slot
    cpu.slotGen[slot] = mm.tlbGen
    cpu.tag = this.base + slot
    return flushes ? DROP_TAG : DROP_NOTHING
  }

  newContext(mm: MmStruct, cpu: Cpu): void {
    const slot = this.find(mm, cpu)
    if (slot < 0) return
    if (cpu.loadedMm === mm.id) drop(this.trace, cpu, DROP_TAG, TLB_REASON.localMmShootdown)
    else cpu.slotCtx[slot] = 0
  }

  private find(mm: MmStruct, cpu: Cpu): number {
    for (let slot = 0; slot < this.slots; slot++) if (cpu.slotCtx[slot] === mm.ctxId) return slot
    return -1
  }
}
