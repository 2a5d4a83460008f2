/**
 * Unhook, invalidate, free: what a scenario can see of it, hold back, and leave out on purpose.
 */
import type { Kernel } from '../mm/kernel.ts'
import type { Breakage, Corruption, RcuView, WaitingCpu } from './api.ts'
import { LabError } from './errors.ts'
import type { Bench } from './machine.ts'

const STEPS: Record<keyof Breakage, readonly string[]> = { flush: ['skip', 'local'], rcu: ['skip'] }

/** machine.break */
export function breakSteps({ kernel, calls }: Bench, what: Breakage): void {
  const parts = Object.entries(what).filter(([, how]) => how !== undefined)
  for (const [step, how] of parts) {
    const known = STEPS[step as keyof Breakage]
    if (known === undefined || !known.includes(how))
      throw new LabError(
        `break({ ${step}: '${String(how)}' }): give flush: 'skip' or 'local', rcu: 'skip', or {} to repair`,
      )
  }
  calls.run(
    0,
    () => `break({ ${parts.map(([step, how]) => `${step}: '${how}'`).join(', ')} })`,
    () => {
      kernel.flush.broken = what.flush ?? 'none'
      kernel.rcu.broken = what.rcu === 'skip'
    },
    () => '',
  )
}

/** machine.rcu */
export function rcuView({ kernel, calls }: Bench): RcuView {
  const call = (name: string, work: () => void): void =>
    calls.run(
      0,
      () => `rcu.${name}()`,
      work,
      () => '',
    )
  return Object.freeze({
    get pendingTables() {
      return kernel.rcu.pendingTables
    },
    get readers() {
      return [...kernel.rcu.readers()]
    },
    hold: () => call('hold', () => void (kernel.rcu.held = true)),
    release: () =>
      call('release', () => {
        kernel.rcu.held = false
        kernel.rcu.poll()
      }),
    synchronize: () => call('synchronize', () => synchronize(kernel)),
  })
}

function synchronize(kernel: Kernel): void {
  const readers = [...kernel.rcu.synchronize()]
  if (readers.length === 0) return
  const who = readers.map((id) => `CPU ${id}`).join(' and ')
  throw new LabError(
    `rcu.synchronize(): ${who} walks tables with interrupts off and passes no quiescent state; let the walker finish()`,
  )
}

/** machine.corruptions */
export function corruptionsOf({ kernel, addresses }: Bench): Corruption[] {
  return kernel.corruptions.map(({ via, cpu, vpn, frame, text }) => ({
    via,
    cpu,
    address: addresses.address(vpn),
    frame,
    text,
  }))
}

/** machine.waiting */
export function waitingOf({ kernel }: Bench): WaitingCpu[] {
  return kernel.cpus
    .map((cpu) => ({ cpu: cpu.id, for: kernel.parked.waitedFor(cpu) }))
    .filter((waiting) => waiting.for.length > 0)
}
