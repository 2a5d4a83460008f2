/** One schedule on a machine of its own. */
import type { RaceSpec, TaskResult } from '../api.ts'
import { LinuxError, SignalError } from '../errors.ts'
import type { Bench, LabMachine } from '../machine.ts'
import { KIND } from '../../trace/schema.ts'
import type { Footprint } from './footprint.ts'
import type { FootprintRecorder } from './footprintRecorder.ts'
import { scheduleText } from './schedule.ts'
import { runTasks, type Choose, type RaceRun } from './scheduler.ts'
import type { Task } from './task.ts'
import { watch } from './watch.ts'

/** A fresh machine like the scenario's. */
export interface Scratch {
  machine: LabMachine
  bench: Bench
  recorder: FootprintRecorder
}

export interface TrialStep {
  task: number
  enabled: readonly number[]
  footprint: Footprint
}

export interface Trial {
  run: RaceRun
  steps: TrialStep[]
  schedule: string
  /** Why it counts as failed; null: it does not. */
  failure: string | null
  outcome: string
}

/** Free pages below which an allocation may matter to the other tasks. */
const SCARCE = 4096

/** Runs setup, tasks, check and outcome once. `observe`: each step as it is made. */
export function runTrial<S>(
  make: () => Scratch,
  spec: RaceSpec<S>,
  choose: Choose,
  observe: (step: TrialStep) => void = () => {},
): Trial {
  const { machine, bench, recorder } = make()
  const state = spec.setup(machine)
  watch(bench.kernel, recorder)
  const steps: TrialStep[] = []
  const exact = isExact(bench)
  recorder.flush()
  const run = runTasks(bench, spec.tasks, [state], choose, (task, enabled) => {
    const step = { task: task.number, enabled, footprint: taken(bench, recorder, task, exact) }
    steps.push(step)
    observe(step)
  })
  const schedule = scheduleText(run.order, run.open)
  if (run.abandoned) return { run, steps, schedule, failure: null, outcome: '' }
  const judged = judge(spec, state, machine, bench, run)
  return { run, steps, schedule, ...judged }
}

/** What the step did, and starts anew. */
function taken(bench: Bench, recorder: FootprintRecorder, task: Task, exact: boolean): Footprint {
  const { footprint } = recorder
  recorder.flush()
  const { trace } = bench.kernel
  footprint.note(`cpu ${task.cpu}`, false)
  footprint.note(`vmas ${trace.mm}`, false)
  if (!exact || !isExact(bench)) footprint.opaque = true
  return footprint
}

/** Whether footprints tell everything on this machine. */
function isExact(bench: Bench): boolean {
  const { kernel } = bench
  const { allocator } = kernel.memory
  const huge = kernel.thp !== 'never' || kernel.behaviour.hugepages > 0
  const sizes = kernel.anonFolios.always | kernel.anonFolios.madvise | kernel.anonFolios.inherit
  return !huge && sizes === 0 && allocator.failsIn === 0 && allocator.free > SCARCE
}

function judge<S>(
  spec: RaceSpec<S>,
  state: S,
  machine: LabMachine,
  bench: Bench,
  run: RaceRun,
): { failure: string | null; outcome: string } {
  const results = resultsOf(run)
  throwMistakes(run)
  let failure = hangOf(run) ?? corruptionOf(bench)
  if (failure === null) failure = checked(spec, state, machine, results)
  failure ??= bugOf(bench)
  const outcome =
    run.hung.length > 0 || spec.outcome === undefined ? '' : spec.outcome(state, machine, results)
  return { failure, outcome: String(outcome) }
}

export function resultsOf(run: RaceRun): TaskResult[] {
  return run.tasks.map(({ name, error, done }) =>
    Object.freeze({
      name,
      done,
      error: error === null ? null : error instanceof Error ? error : new Error(String(error)),
    }),
  )
}

export function hangOf(run: RaceRun): string | null {
  if (run.hung.length === 0) return null
  return `${run.hung.map(({ name }) => name).join(' and ')} wait for ever`
}

/** A task may fail as Linux would fail it; anything else is a mistake in the scenario, and thrown. */
export function throwMistakes(run: RaceRun): void {
  const wrong = run.tasks.find(
    ({ error }) => error !== null && !(error instanceof LinuxError) && !(error instanceof SignalError),
  )
  if (wrong !== undefined) throw wrong.error
}

function corruptionOf({ kernel }: Bench): string | null {
  const count = kernel.trace.count(KIND.CORRUPTION)
  return count > 0 ? 'a CPU used what was already free' : null
}

function checked<S>(
  spec: RaceSpec<S>,
  state: S,
  machine: LabMachine,
  results: readonly TaskResult[],
): string | null {
  if (spec.check === undefined) return null
  try {
    const verdict = spec.check(state, machine, results)
    if (verdict === false) return 'check() returned false'
    return typeof verdict === 'string' && verdict !== '' ? verdict : null
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
}

/** What the kernel itself complained of. */
function bugOf({ kernel }: Bench): string | null {
  return kernel.dmesg.find((line) => line.startsWith('BUG:')) ?? null
}
