/**
 * One processor: what it runs, which address space it has loaded and under which tag, its TLB.
 */
import { CPU } from './cpuFields.ts'
import { CTX, KIND, OBJ } from '../trace/schema.ts'
import type { Recorder } from '../trace/recorder.ts'
import { switchFlags, tagIndex } from '../trace/tags.ts'
import { Tlb, type TlbGeometry } from './tlb.ts'

/** Address spaces that x86-64 keeps apart in one CPU's TLB (TLB_NR_DYN_ASIDS, arch/x86/include/asm/tlbflush.h, 6.12). */
export const TAG_SLOTS = 6

export class Cpu {
  readonly tlb: Tlb
  /** Id of the mm whose tables are in use, 0 for init_mm; root table and its depth. */
  loadedMm = 0
  root = 0
  top = 0
  /** Id of the mm that the running task uses or borrows (task_struct.active_mm), 0 for init_mm. */
  activeMm = 0
  /** A task without an mm of its own runs: a kernel thread or idle. */
  borrows = false
  /** cpu_tlbstate_shared.is_lazy: it runs on the tables of an mm that it only borrows. */
  lazy = false
  /** Tag in use; x86: its slot, and what each slot holds: ctx_id and TLB generation. */
  tag = 0
  slot = 0
  readonly slotCtx = new Float64Array(TAG_SLOTS)
  readonly slotGen = new Float64Array(TAG_SLOTS)
  nextSlot = 0
  /** Last ASID handed out here, its cycle above, where CPUs count for themselves. */
  asidCache = 0
  /** What it does now (CTX): a task, or something that interrupted one. */
  context: number = CTX.task
  /** The switch that goes on put this CPU into the mm's mask; it was not in it before. */
  joined = false
  /** Number of the process or kernel thread that runs here, 0 when idle. */
  process = 0

  readonly id: number
  private readonly trace: Recorder

  constructor(id: number, geometry: TlbGeometry, trace: Recorder) {
    this.id = id
    this.trace = trace
    this.tlb = new Tlb(geometry)
  }

  /** Changes the tag in use, outside a switch. */
  setTag(tag: number): void {
    if (this.tag !== tag && this.trace.active)
      this.trace.emit(KIND.FIELD, CPU.tag, OBJ.cpu, this.id, this.tag, 0, tag, 0)
    this.tag = tag
    this.tlb.setTag(tag)
  }

  /** Says in the trace what this CPU runs and has loaded; `loaded` is loadedMm. */
  recordSwitch(from: number, loaded: number, process: number, flushing: boolean): void {
    const { trace, tag } = this
    if (!trace.active) return
    trace.emit(
      KIND.SCHED_SWITCH,
      tagIndex(tag),
      switchFlags(flushing ? 1 : 0, tag),
      from,
      loaded,
      process,
      0,
      0,
    )
    // The event says that the loaded mm is the active one.
    if (this.activeMm !== loaded)
      trace.emit(KIND.FIELD, CPU.active_mm, OBJ.cpu, this.id, loaded, 0, this.activeMm, 0)
  }

  /** Says in the trace that the root register was written. `frame` of the top table, 0 for init_mm's. */
  recordRoot(frame: number, flushing: boolean): void {
    const { trace, tag } = this
    if (trace.active)
      trace.emit(
        KIND.CR3_WRITE,
        tagIndex(tag),
        switchFlags(flushing ? 0 : 1, tag),
        this.loadedMm,
        frame,
        0,
        0,
        0,
      )
  }

  setLazy(lazy: boolean): void {
    if (this.lazy === lazy) return
    this.lazy = lazy
    if (this.trace.active)
      this.trace.emit(KIND.FIELD, CPU.is_lazy, OBJ.cpu, this.id, lazy ? 0 : 1, 0, lazy ? 1 : 0, 0)
  }
}
