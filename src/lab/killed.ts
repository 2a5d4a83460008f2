/** A call during which the OOM killer may pick the caller: it ends with SIGKILL, and the process with it. */
import { killProcess } from '../mm/exit.ts'
import type { Kernel } from '../mm/kernel.ts'
import { NeverReleased } from '../mm/layout/aliasedLock.ts'
import { hang } from '../mm/layout/hung.ts'
import { SIGKILL } from '../mm/oom/kill.ts'
import type { Process } from '../mm/process.ts'
import { HungTaskError, LabError, SignalError } from './errors.ts'

/** @throws SignalError SIGKILL when the process was chosen, whatever the call itself came to. */
export function untilKilled<T>(kernel: Kernel, process: Process, work: () => T): T {
  const outer = kernel.running
  kernel.running = process.pid
  try {
    const value = work()
    if (!process.killed) return value
  } catch (error) {
    if (error instanceof NeverReleased) throw hung(kernel, process, error)
    if (!process.killed || error instanceof SignalError) throw error
  } finally {
    kernel.running = outer
    if (process.killed) reapKilled(kernel)
  }
  throw new SignalError(process.name, 'SIGKILL', 'SI_KERNEL', 0n, 0)
}

function hung(kernel: Kernel, process: Process, error: NeverReleased): HungTaskError {
  hang(kernel, process, error)
  return new HungTaskError(process.name, process.pid, error.waitsFor)
}

function reapKilled(kernel: Kernel): void {
  for (const process of kernel.processes.filter(({ killed }) => killed)) killProcess(kernel, process, SIGKILL)
}

/** A task that hangs makes no calls any more, and a parent none between vfork() and its child's execve() or exit(). @throws LabError */
export function refuseWhileWaiting({ name, pid, vforkChild, waitsFor }: Process): void {
  if (waitsFor !== '') throw new HungTaskError(name, pid, waitsFor)
  if (vforkChild === null) return
  throw new LabError(
    `${name} waits in vfork() until ${vforkChild.name} (${vforkChild.pid}) calls execve() or exit()`,
  )
}
