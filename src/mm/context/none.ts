/**
 * TLBs without tags: a switch to another address space drops everything that is not global (openrisc switch_mm, m68k, x86
 * without PCID, riscv without ASIDs).
 */
import type { ContextSpec } from '../../arch/context.ts'
import type { Cpu } from '../../hw/cpu.ts'
import { MM } from '../../pgtable/fields.ts'
import type { Recorder } from '../../trace/recorder.ts'
import { TLB_REASON } from '../../trace/schema.ts'
import type { MmStruct } from '../mmStruct.ts'
import { drop } from './record.ts'
import { DROP_ALL, type Contexts } from './scheme.ts'

export class NoContexts implements Contexts {
  private readonly trace: Recorder
  private readonly generations: boolean
  private nextCtx = 1

  constructor(spec: ContextSpec, trace: Recorder) {
    this.trace = trace
    this.generations = spec.lazySkips === true
  }

  init(mm: MmStruct): void {
    if (this.generations) mm.set(MM['context.ctx_id'], this.nextCtx++)
  }

  destroy(): void {}

  tagOf(mm: MmStruct, cpu: Cpu): number {
    return cpu.loadedMm === mm.id ? cpu.tag : -1
  }

  switchTo(mm: MmStruct, cpu: Cpu): number {
    cpu.slot = 0
    cpu.slotCtx[0] = mm.ctxId
    cpu.slotGen[0] = mm.tlbGen
    cpu.tag = 0
    return DROP_ALL
  }

  newContext(mm: MmStruct, cpu: Cpu): void {
    if (cpu.loadedMm === mm.id) drop(this.trace, cpu, DROP_ALL, TLB_REASON.localMmShootdown)
  }
}
