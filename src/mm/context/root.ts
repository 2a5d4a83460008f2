/**
 * The hardware tells address spaces apart by the root of their tables (s390: the ASCE; um: a host process for each).
 * The tag is the number of the top table, which is used again when another table takes its place.
 */
import type { Cpu } from '../../hw/cpu.ts'
import type { Recorder } from '../../trace/recorder.ts'
import { TLB_REASON } from '../../trace/schema.ts'
import type { MmStruct } from '../mmStruct.ts'
import { recordFlush } from './record.ts'
import { DROP_NOTHING, type Contexts } from './scheme.ts'
import { FLUSH } from '../../trace/schema.ts'

/** Tags in records have 22 bits. */
const TAG_MASK = 0x1fffff

export class RootTags implements Contexts {
  private readonly trace: Recorder

  constructor(trace: Recorder) {
    this.trace = trace
  }

  init(): void {}

  destroy(): void {}

  tagOf(mm: MmStruct, _cpu: Cpu): number {
    return mm.pgd & TAG_MASK
  }

  switchTo(mm: MmStruct, cpu: Cpu): number {
    cpu.tag = mm.pgd & TAG_MASK
    return DROP_NOTHING
  }

  newContext(mm: MmStruct, cpu: Cpu): void {
    const tag = this.tagOf(mm, cpu)
    cpu.tlb.flushTag(tag)
    recordFlush(this.trace, cpu, FLUSH.tag, tag, TLB_REASON.localMmShootdown)
  }
}
