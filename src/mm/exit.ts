/**
 * The end of an address space: exit_mm and exit_mmap (kernel/exit.c, mm/mmap.c, 6.12; DIGEST A.2.2).
 */
import { MM, PROCESS } from '../pgtable/fields.ts'
import { KIND, OBJ } from '../trace/schema.ts'
import { freePgtables } from './freePgtables.ts'
import type { Kernel } from './kernel.ts'
import { UNITS } from './layout/units.ts'
import { drainLazyFree } from './lazyFree.ts'
import type { MmStruct } from './mmStruct.ts'
import { mmDrop } from './mmDrop.ts'
import { TASK_DEAD, type Process } from './process.ts'
import { switchTo, switchToKernel } from './switch.ts'
import { freeVma } from './vmaFields.ts'
import { zapRange } from './zap.ts'

export function exitProcess(kernel: Kernel, process: Process, code: number): void {
  switchTo(kernel, kernel.cpu, process)
  leave(kernel, process, code)
}

/** The end of a process that was killed while another one runs (oom_reap_task, then do_exit on a CPU of its own). */
export function killProcess(kernel: Kernel, process: Process, signal: number): void {
  const { trace } = kernel
  const running = trace.mm
  trace.mm = process.mm.id
  leave(kernel, process, signal)
  trace.mm = running
}

function leave(kernel: Kernel, process: Process, code: number): void {
  const { mm } = process
  mmRelease(process)
  mmPut(kernel, mm)
  leaveCpu(kernel, process)
  process.set(PROCESS.exit_code, code)
  process.set(PROCESS.state, TASK_DEAD)
  kernel.trace.emit(KIND.OBJ_FREE, 0, OBJ.process, process.pid, 0, 0, 0, 0)
  kernel.processes.splice(kernel.processes.indexOf(process), 1)
}

/** A thread that ends while others use its mm: the CPU goes idle on it. */
function leaveCpu(kernel: Kernel, process: Process): void {
  const cpu = kernel.cpus[process.cpu]
  if (cpu.process === process.pid) switchToKernel(kernel, cpu, null)
}

/** mm_release: a parent that waits in vfork may go on. */
export function mmRelease(process: Process): void {
  if (process.parent?.vforkChild === process) process.parent.vforkChild = null
}

/** mmput: the last user takes the address space with it. */
export function mmPut(kernel: Kernel, mm: MmStruct): void {
  mm.add(MM.mm_users, -1)
  if (mm.get(MM.mm_users) > 0) return
  exitMmap(kernel, mm)
  mmDrop(kernel, mm)
}

/** Unmaps everything and frees every table but the top one. */
export function exitMmap(kernel: Kernel, mm: MmStruct): void {
  const { gather } = kernel
  const vmas = mm.vmas.range()
  drainLazyFree(kernel)
  gather.begin(mm, true)
  for (const vma of vmas) zapRange(kernel, mm, vma, vma.start, vma.end)
  freePgtables(kernel, mm, vmas, kernel.arch.firstUserPage, Infinity)
  gather.finish()
  for (const vma of vmas) freeVma(mm.context, vma)
  mm.set(MM.total_vm, 0)
  warnOfLeftTables(kernel, mm)
}

/** WARN_ON at the end of exit_mmap, in kernels that had one. */
function warnOfLeftTables(kernel: Kernel, mm: MmStruct): void {
  const { accounting } = kernel.pt
  const place = mm.seenBy(UNITS.mmap, () => accounting.exitWarning?.(mm, kernel.arch) ?? null)
  if (place === null) return
  kernel.printk(4, `WARNING: CPU: ${kernel.cpu.id} PID: ${kernel.cpu.process} at ${place} exit_mmap()`)
}
