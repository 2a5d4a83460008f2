/**
 * A simulated process (task_struct, as far as memory management sees it).
 */
import { PROCESS } from '../pgtable/fields.ts'
import { Fields } from '../pgtable/record.ts'
import { FIELDS, KIND, OBJ } from '../trace/schema.ts'
import type { Recorder } from '../trace/recorder.ts'
import type { MmStruct } from './mmStruct.ts'

export const TASK_RUNNING = 0
export const TASK_DEAD = 1
/** Sleeps, and no signal wakes it: state D. */
export const TASK_UNINTERRUPTIBLE = 2

export class Process extends Fields {
  /** Counted without an event of their own: FAULT_DONE says it all. */
  minFlt = 0
  majFlt = 0
  cpu = 0
  /** SIGKILL is pending (TIF_MEMDIE, mm_is_oom_victim): the call that runs ends with it. */
  killed = false
  /** The lock that it waits for without end, and the unit whose code does; empty: none. */
  waitsFor = ''
  /** The child that runs in this process's mm until it calls execve or exits (vfork_done). */
  vforkChild: Process | null = null

  readonly pid: number
  /** task->comm: execve changes it. */
  name: string
  mm: MmStruct
  readonly parent: Process | null

  constructor(trace: Recorder, pid: number, name: string, mm: MmStruct, parent: Process | null) {
    super(trace, OBJ.process, pid, FIELDS.process.length)
    this.pid = pid
    this.name = name
    this.mm = mm
    this.parent = parent
    trace.emit(KIND.OBJ_NEW, 0, OBJ.process, pid, trace.string(name), mm.id, 0, 0)
    this.set(PROCESS.mm, mm.id)
    this.set(PROCESS.parent, parent?.pid ?? 0)
  }

  get alive(): boolean {
    return this.get(PROCESS.state) !== TASK_DEAD
  }
}
