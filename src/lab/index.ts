/**
 * The lab's entry for hosts: builds the machines of one run and hands out what `run` gets.
 */
import { Recorder, type TraceLevel, type TraceSink } from '../trace/recorder.ts'
import { KIND, type MachineHeader } from '../trace/schema.ts'
import { procRules } from '../mm/procfs.ts'
import type { Chart, MachineSpec, RunContext, Scenario, ScenarioSpec } from './api.ts'
import { buildKernel, header, plan, type MachinePlan } from './build.ts'
import { Calls, type SourcePlace } from './calls.ts'
import { createChart } from './chart.ts'
import { OwnAccounting } from './ownAccounting.ts'
import { LabError, SkipRun } from './errors.ts'
import { LabCosts } from './cost.ts'
import { createExpect } from './expect.ts'
import { benchOf, LabMachine } from './machine.ts'
import { FootprintRecorder } from './race/footprintRecorder.ts'
import { createRace } from './race/race.ts'
import type { Scratch } from './race/trial.ts'
import { createRandom } from './random.ts'
import { line } from './show.ts'

export { LabError, LinuxError, SignalError, SkipRun } from './errors.ts'
export type { SourcePlace } from './calls.ts'

export interface LabOptions {
  spec: MachineSpec
  scenario: string
  seed: number
  traceLevel: TraceLevel
  sink: TraceSink
  /** Source position of the API call being made. */
  locate(): SourcePlace
}

export interface Lab {
  context: RunContext
  header: MachineHeader
  /** Ends the trace; counts of expectations that held and did not. */
  finish(): { passed: number; failed: number }
  /** Hands over what has been recorded so far. */
  flush(): void
}

/** @throws LabError when the machine cannot be built. */
export function createLab(options: LabOptions): Lab {
  const planned = plan(options.spec)
  const costs = new LabCosts(planned.cpus)
  const trace = new Recorder(options.traceLevel, costs.counting(options.sink))
  const kernel = buildKernel(planned, trace)
  const calls = new Calls(trace, options.locate)
  const { accounting } = planned
  if (accounting instanceof OwnAccounting) calls.refuse = () => accounting.refuseCalls()
  const counts = { passed: 0, failed: 0 }
  const report = (pass: boolean, text: string): void => {
    counts[pass ? 'passed' : 'failed']++
    calls.place(KIND.EXPECT, pass ? 1 : 0, text)
  }
  const machine = new LabMachine(kernel, planned, calls, costs)
  const race = createRace({
    machine,
    bench: benchOf(machine),
    random: createRandom(options.seed),
    scratch: () => scratch(planned, options.locate),
  })
  const context: RunContext = {
    machine,
    race,
    expect: createExpect(report),
    log: (...values) => calls.place(KIND.LOG, 0, line(values)),
    chart: createChart(trace) satisfies Chart,
    random: createRandom(options.seed),
    skip: (reason) => {
      throw new SkipRun(String(reason))
    },
  }
  return {
    context,
    header: { ...header(planned, options.scenario, options.seed), proc: procRules(kernel) },
    finish: () => {
      trace.flush()
      return counts
    },
    flush: () => trace.flush(),
  }
}

/** A machine like the run's own that leaves no trace. */
function scratch(planned: MachinePlan, locate: () => SourcePlace): Scratch {
  const recorder = new FootprintRecorder()
  const machine = new LabMachine(buildKernel(planned, recorder, true), planned, new Calls(recorder, locate))
  return { machine, bench: benchOf(machine), recorder }
}

/** What `import … from 'ptlab'` yields. */
export const library = Object.freeze({
  scenario: (spec: ScenarioSpec): Scenario => declare(spec),
  KiB: (n: number) => n * 2 ** 10,
  MiB: (n: number) => n * 2 ** 20,
  GiB: (n: number) => n * 2 ** 30,
  TiB: (n: number) => n * 2 ** 40,
})

function declare(spec: ScenarioSpec): Scenario {
  if (typeof spec !== 'object' || spec === null)
    throw new LabError('scenario(): give an object with title, about and run')
  if (typeof spec.title !== 'string' || spec.title === '')
    throw new LabError("scenario(): 'title' is missing")
  if (typeof spec.run !== 'function')
    throw new LabError("scenario(): 'run' is missing; it is the function that does the work")
  return { ...spec, about: spec.about ?? '', kind: 'ptlab-scenario' }
}
