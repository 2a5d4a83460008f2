/**
 * One processor: what it runs, which address space it has loaded and under which tag, its TLB.
 */
import { CPU } from './cpuFields.ts'
import { KIND, OBJ } from '../trace/schema.ts'
import type { Recorder } from '../trace/recorder.ts'
import { Tlb, type TlbGeometry } from './tlb.ts'

/** Address spaces that x86-64 keeps apart in one CPU's TLB (TLB_NR_DYN_ASIDS, arch/x86/include/asm/tlbflush.h, 6.12). */
export const TAG_SLOTS = 6

export class Cpu {
  readonly tlb: Tlb
  /** Id of the loaded mm, 0 for none; root table and its depth. */
  loadedMm = 0
  root = 0
  top = 0
  lazy = false
  /** Tag in use, and what each tag slot holds: mm context number and TLB generation. */
  tag = 0
  readonly slotCtx = new Float64Array(TAG_SLOTS)
  readonly slotGen = new Float64Array(TAG_SLOTS)
  nextSlot = 0
  /** Process number that runs here, 0 when idle. */
  process = 0

  readonly id: number
  private readonly trace: Recorder

  constructor(id: number, geometry: TlbGeometry, trace: Recorder) {
    this.id = id
    this.trace = trace
    this.tlb = new Tlb(geometry)
  }

  /** Says in the trace what this CPU has loaded. */
  recordSwitch(from: number, to: number, process: number, flushing: boolean): void {
    if (this.trace.active)
      this.trace.emit(KIND.SCHED_SWITCH, this.tag, flushing ? 1 : 0, from, to, process, 0, 0)
  }

  setLazy(lazy: boolean): void {
    if (this.lazy === lazy) return
    this.lazy = lazy
    if (this.trace.active)
      this.trace.emit(KIND.FIELD, CPU.is_lazy, OBJ.cpu, this.id, lazy ? 0 : 1, 0, lazy ? 1 : 0, 0)
  }
}
