/**
 * What `ptlab run` reports. The JSON form is stable: fields may be added, not renamed or removed.
 */
import { archName, type LiveMachine, type LiveRun } from '../host/liveRun.ts'
import { diagnosticsOf } from '../host/runStatus.ts'
import { queryOf } from '../host/traceQuery.ts'
import type { RaceRow } from '../trace/texts.ts'
import type { CostTotals } from '../trace/cost/totals.ts'
import type { Problem } from '../sandbox/messages.ts'

export interface RunReport {
  files: FileReport[]
  totals: Totals
}

export interface FileReport {
  file: string
  title: string
  runs: MachineReport[]
  /** Errors and warnings with their places; also the error that ended a run. */
  diagnostics: Problem[]
  /** Why the file as a whole did not run or was cut off, in one line; empty when it was not. */
  message: string
  /** True when an error of the lab, not of the scenario, ended a run. */
  internal: boolean
}

export type RunStatus = 'passed' | 'failed' | 'skipped' | 'error'

export interface MachineReport {
  machine: number
  title: string
  arch: string
  kernel: string
  status: RunStatus
  /** Why it was skipped or ended in an error. */
  reason: string
  expectations: { pass: boolean; text: string; line: number; column: number }[]
  passed: number
  failed: number
  events: number
  /** Identity of the run: equal hashes mean equal traces. Empty with --no-trace. */
  hash: string
  console: { line: number; text: string }[]
  dmesg: string[]
  /** Races on this machine, by the schedule they ran. */
  races: RaceRow[]
  charts: { name: string; points: [number, number][] }[]
  /** Simulated nanoseconds by mechanism and by CPU; null without a trace. */
  cost: CostTotals | null
}

export interface Totals {
  files: number
  runs: number
  passed: number
  failed: number
  skipped: number
  /** Runs that ended in an error, and files that could not run. */
  errors: number
}

/** `pathOf` turns a name inside the scenario's folder into the path that is shown. */
export function fileReport(file: string, run: LiveRun, pathOf: (name: string) => string): FileReport {
  const { end } = run
  const message = run.planError?.message ?? (end && end.state !== 'finished' ? end.message : '')
  return {
    file,
    title: run.title,
    runs: run.machines.map(machineReport),
    diagnostics: diagnosticsOf(run).map((each) => ({ ...each, file: pathOf(each.file) })),
    message,
    internal: [run.planError, ...run.machines.map((each) => each.error)].some((error) => error?.internal),
  }
}

function machineReport(machine: LiveMachine, index: number): MachineReport {
  const { trace, header, spec } = machine
  return {
    machine: index,
    title: machine.title,
    arch: archName(spec, header),
    kernel: header?.kernel ?? spec.kernel ?? '',
    status: statusOf(machine),
    reason: machine.reason,
    expectations: (trace?.texts.expectations(trace) ?? []).map(({ pass, text, line, column }) => ({
      pass,
      text,
      line,
      column,
    })),
    passed: machine.passed,
    failed: machine.failed,
    events: trace?.events ?? 0,
    hash: trace && trace.length > 0 ? trace.hash : '',
    console: (trace?.texts.consoleRows(trace) ?? []).map(({ line, text }) => ({ line, text })),
    dmesg: (trace?.texts.dmesgRows(trace) ?? []).map(({ text }) => text),
    races: trace?.texts.raceRows(trace) ?? [],
    charts: trace?.texts.chartSeries(trace) ?? [],
    cost: trace && trace.length > 0 ? queryOf(trace).costTotals() : null,
  }
}

function statusOf({ status }: LiveMachine): RunStatus {
  return status === 'passed' || status === 'failed' || status === 'skipped' ? status : 'error'
}

export function totalsOf(files: readonly FileReport[]): Totals {
  const runs = files.flatMap((each) => each.runs)
  const count = (status: RunStatus) => runs.filter((each) => each.status === status).length
  const broken = files.filter((each) => each.runs.length === 0).length
  return {
    files: files.length,
    runs: runs.length,
    passed: count('passed'),
    failed: count('failed'),
    skipped: count('skipped'),
    errors: count('error') + broken,
  }
}

/** 0 all passed, 1 an expectation or a run failed, 2 a file could not be run at all, 3 the lab itself failed. */
export function exitCodeOf(files: readonly FileReport[]): number {
  const { failed, errors } = totalsOf(files)
  if (files.some((each) => each.internal)) return 3
  if (files.some((each) => each.runs.length === 0)) return 2
  return failed + errors > 0 ? 1 : 0
}
