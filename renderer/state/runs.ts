import { batch, computed, signal } from '@preact/signals'
import type { MachineRun, RunStatus } from '../../src/host/protocol.ts'
import { running } from './activity.ts'
import { callQuietly } from './backend.ts'
import { notify } from './notices.ts'

/** The run on the desk: the last one started, or the trace that was opened. */
export const run = signal<RunStatus | null>(null)
export const machineIndex = signal(0)

export const machine = computed<MachineRun | null>(() => run.value?.machines[machineIndex.value] ?? null)
export const eventCount = computed(() => machine.value?.events ?? 0)
/** Number of the last event; -1 before there is one. */
export const lastEvent = computed(() => machine.value?.last ?? -1)

/** The trace that every panel asks about; null while there is none or it is empty. */
export const trace = computed<{ run: number; machine: number } | null>(() => {
  const current = run.value
  const row = machine.value
  return current && row && row.events > 0 ? { run: current.run, machine: row.machine } : null
})

/** Pushes may overtake the answer that names the run; they wait here until it is known. */
const early = new Map<number, RunStatus>()

export function isOver(status: RunStatus): boolean {
  return status.state !== 'checking' && status.state !== 'running'
}

/** Puts a new run on the desk and lets go of the one before. */
export function show(status: RunStatus): void {
  const before = run.value
  if (before && before.run !== status.run) callQuietly('closeRun', { run: before.run }).catch(() => undefined)
  const known = early.get(status.run)
  early.clear()
  batch(() => {
    machineIndex.value = 0
    accept(known ?? status)
  })
}

/** A push from the host. */
export function receive(status: RunStatus): void {
  if (status.run === run.value?.run) accept(status)
  else early.set(status.run, status)
}

function accept(status: RunStatus): void {
  const before = run.value
  run.value = status
  running.value = !isOver(status)
  if (isOver(status) && (!before || before.run !== status.run || !isOver(before))) announce(status)
}

function announce(status: RunStatus): void {
  const errors = status.diagnostics.filter((one) => one.severity === 'error').length
  if (errors > 0) notify('error', problemText(status, errors))
  else if (status.state === 'failed' || status.state === 'stopped')
    notify(status.state === 'failed' ? 'error' : 'info', status.message || `The run was ${status.state}.`)
}

function problemText(status: RunStatus, errors: number): string {
  const first = status.diagnostics.find((one) => one.severity === 'error')
  const place = first ? `${first.file}:${first.line}:${first.column} ${first.message}` : ''
  return `${errors === 1 ? 'One problem' : `${errors} problems`} in the source; Alt+F8 goes to the next.\n${place}`
}

/** The connection is gone: nothing will tell how the run ends. */
export function loseRun(): void {
  running.value = false
}
