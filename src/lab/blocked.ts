/** CPUs that can do nothing for now: one waits for interrupts that it sent, one has its own turned off. */
import type { Cpu } from '../hw/cpu.ts'
import type { Kernel } from '../mm/kernel.ts'
import type { Process } from '../mm/process.ts'
import { LabError } from './errors.ts'
import { refuseWhileWaiting } from './killed.ts'

/** @throws LabError when the process or the CPU it would run on can do nothing now. */
export function refuse(kernel: Kernel, process: Process, cpu: Cpu): void {
  refuseWhileWaiting(process)
  refuseBlocked(kernel, cpu)
}

/** @throws LabError that says what the CPU waits for and what to do. */
export function refuseBlocked(kernel: Kernel, cpu: Cpu): void {
  if (kernel.flush.interrupts.isOff(cpu))
    throw new LabError(
      `CPU ${cpu.id} has interrupts off: let its walker finish(), or the function given to irqsOff() return`,
    )
  const others = kernel.parked.waitedFor(cpu)
  if (others.length === 0) return
  const who = others.map((id) => `CPU ${id}`).join(' and ')
  throw new LabError(
    `CPU ${cpu.id} waits for ${who} to take a TLB-flush interrupt: let the walker there finish(), or run this on another CPU`,
  )
}
