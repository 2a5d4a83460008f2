/** A run in the protocol's words. */
import type { Problem, RunError } from '../sandbox/messages.ts'
import { archName, DEFAULT_KERNEL_TEXT } from './liveRun.ts'
import type { LiveMachine, LiveRun } from './liveRun.ts'
import type { Diagnostic, MachineRun, RunStatus } from './protocol.ts'

export interface RunFacts {
  run: number
  path: string
  live: LiveRun
  milliseconds: number
}

export function runStatus({ run, path, live, milliseconds }: RunFacts): RunStatus {
  return {
    run,
    path,
    state: stateOf(live),
    message: messageOf(live),
    diagnostics: diagnosticsOf(live),
    machines: live.machines.map(machineRun),
    milliseconds,
  }
}

function stateOf(live: LiveRun): RunStatus['state'] {
  if (!live.end) return live.checked ? 'running' : 'checking'
  if (live.end.state === 'stopped') return 'stopped'
  return live.end.state === 'finished' && !live.planError ? 'finished' : 'failed'
}

function messageOf(live: LiveRun): string {
  if (live.planError) return live.planError.message
  return live.end && live.end.state !== 'finished' ? live.end.message : live.notice
}

/** The checker's problems, then the places of run-time errors, each once. */
export function diagnosticsOf(live: LiveRun): Diagnostic[] {
  const thrown = [live.planError, ...live.machines.map((each) => each.error)].flatMap(placed)
  const distinct = new Map(
    thrown.map((each) => [`${each.file}:${each.line}:${each.column}:${each.message}`, each]),
  )
  return [...live.problems, ...distinct.values()]
}

function placed(error: RunError | null): Problem[] {
  if (!error?.at) return []
  const { file, line, column } = error.at
  return [
    { file, line, column, endLine: line, endColumn: column + 1, severity: 'error', message: error.message },
  ]
}

function machineRun(live: LiveMachine, machine: number): MachineRun {
  const { header, spec, trace } = live
  return {
    machine,
    title: live.title,
    arch: archName(spec, header),
    kernel: header?.kernel ?? spec.kernel ?? DEFAULT_KERNEL_TEXT,
    cpus: header?.cpus ?? spec.cpus ?? 1,
    pageSize: live.pageSize,
    status: live.status === 'error' ? 'failed' : live.status,
    reason: live.reason,
    events: trace?.events ?? 0,
    last: trace && trace.length > 0 ? trace.eventOf(trace.length - 1) : -1,
    passed: trace?.texts.passed ?? live.passed,
    failed: trace?.texts.failed ?? live.failed,
  }
}
