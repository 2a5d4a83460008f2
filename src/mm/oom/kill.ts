/**
 * The OOM killer: out_of_memory, select_bad_process, oom_kill_process (mm/oom_kill.c). The victim's memory is gone when it
 * returns: the oom_reaper and the victim's own exit are one step here.
 */
import { KIND } from '../../trace/schema.ts'
import { killProcess } from '../exit.ts'
import type { Kernel } from '../kernel.ts'
import type { Process } from '../process.ts'
import { oomBadness } from './badness.ts'
import { dumpHeader, reportDeadlock, reportReaped, reportVictim } from './report.ts'

export const SIGKILL = 9
const SI_KERNEL = 0x80

/** True when a process was killed, so that the allocation is worth trying again. */
export function outOfMemory(kernel: Kernel, order: number, kind: number): boolean {
  const current = kernel.processes.find(({ pid }) => pid === kernel.running) ?? null
  // A victim may not kill on, and a kill in the middle of a gather would need a second one.
  if (current?.killed === true || kernel.gather.open) return false
  const chosen = selectBadProcess(kernel)
  if (chosen === null) {
    reportDeadlock(kernel)
    return false
  }
  dumpHeader(kernel, current, order, kind)
  const victim = kernel.behaviour.oom.sacrificesChild ? childOf(kernel, chosen) : chosen
  reportVictim(kernel, chosen, victim)
  const users = kernel.processes.filter(({ mm }) => mm === victim.mm)
  for (const user of users) kernel.trace.emit(KIND.SIGNAL, SI_KERNEL, 0, SIGKILL, user.pid, 0, 0, 0)
  if (users.some((user) => user === current)) {
    for (const user of users) user.killed = true
    return false
  }
  for (const user of users) killProcess(kernel, user, SIGKILL)
  reportReaped(kernel, victim)
  return true
}

function selectBadProcess(kernel: Kernel): Process | null {
  let chosen: Process | null = null
  let most = 0
  for (const process of kernel.processes) {
    const points = oomBadness(kernel, process.mm)
    if (process.killed || points < most) continue
    if (chosen !== null && points === most && !kernel.behaviour.oom.lastOfEqual) continue
    chosen = process
    most = points
  }
  return chosen
}

/** The worst child with an mm of its own dies in place of its parent. */
function childOf(kernel: Kernel, parent: Process): Process {
  let victim = parent
  let most = 0
  for (const child of kernel.processes) {
    if (child.parent !== parent || child.mm === parent.mm || child.killed) continue
    const points = oomBadness(kernel, child.mm)
    if (points <= most) continue
    victim = child
    most = points
  }
  return victim
}
