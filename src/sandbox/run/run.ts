/** One run: evaluate the scenario, then its machines one after the other, each in a Compartment of its own. */
import type { MachineSpec, RunContext } from '../../lab/api.ts'
import { LabError } from '../../lab/errors.ts'
import type { TraceChunk, TraceSink } from '../../trace/recorder.ts'
import type { ChunkMessage, EndMessage, RunError, RunnerMessage, RunRequest } from '../messages.ts'
import { chooseMachines, withOwn } from './choice.ts'
import { createCompartment } from './confine.ts'
import type { CreateLab, Lab, Library, Location } from './lab.ts'
import { loadProgram } from './load.ts'
import type { Namespace } from './load.ts'
import { describeError, messageOf } from './places.ts'
import type { Pulse } from './pulse.ts'

export interface Surroundings {
  createLab: CreateLab
  library: Library
  pulse: Pulse
  send(message: RunnerMessage, binary?: Uint8Array): void
}

interface ScenarioObject {
  kind: 'ptlab-scenario'
  title: string
  machines?: MachineSpec[]
  seed?: number
  run(context: RunContext): unknown
}

const MAX_TEXT = 100_000
const MAX_MACHINES = 4096

export function runScenario(request: RunRequest, surroundings: Surroundings): void {
  new Run(request, surroundings).all()
}

class Run {
  private readonly locations: Location[] = []
  private readonly firstSite: number[] = []
  /** The machine that is running now. */
  private lab: Lab | null = null
  private readonly request: RunRequest
  private readonly around: Surroundings

  constructor(request: RunRequest, around: Surroundings) {
    this.request = request
    this.around = around
    const { modules } = request.program
    for (const { file, sites } of modules) {
      this.firstSite.push(this.locations.length)
      for (let i = 0; i < sites.length; i += 2) {
        this.locations.push(Object.freeze({ file, line: sites[i], column: sites[i + 1] }))
      }
    }
    const scenario = modules[modules.length - 1].file
    this.locations.push(Object.freeze({ file: scenario, line: 0, column: 0 }))
    this.around.pulse.site = this.nowhere
  }

  all(): void {
    const { send } = this.around
    let machines: MachineSpec[] = []
    try {
      const scenario = this.load()
      machines = chooseMachines(scenario.machines, this.request.choice)
      if (machines.length > MAX_MACHINES)
        throw new LabError(`a scenario may run on at most ${MAX_MACHINES} machines, not ${machines.length}`)
      send({ type: 'plan', title: scenario.title, machines, error: null })
    } catch (error) {
      send({ type: 'plan', title: '', machines: [], error: this.describe(error) })
    }
    machines.forEach((spec, machine) => this.one(machine, spec))
  }

  /** Site of what is not in the user's source. */
  private get nowhere(): number {
    return this.locations.length - 1
  }

  /** Where the scenario is; it may have forged the number, not the list. */
  private here(): Location {
    return this.locations[this.around.pulse.site] ?? this.locations[this.nowhere]
  }

  private load(): ScenarioObject {
    const { pulse } = this.around
    const exports = loadProgram(this.request.program, createCompartment(), this.around.library, {
      firstSite: this.firstSite,
      setSite: (site) => {
        pulse.site = site
      },
      tick: (site) => {
        pulse.site = site
        this.tick()
      },
    })
    return scenarioOf(exports)
  }

  private one(machine: number, spec: MachineSpec): void {
    const { send } = this.around
    const sink = new ChunkSink(machine, send)
    const end: EndMessage = {
      type: 'end',
      machine,
      status: 'error',
      reason: '',
      error: null,
      passed: 0,
      failed: 0,
    }
    this.around.pulse.site = this.nowhere
    try {
      const scenario = this.load()
      const lab = this.createLab(withOwn(spec, scenario.machines), scenario, sink.take)
      this.lab = lab
      send({ type: 'begin', machine, header: lab.header })
      sink.begin()
      Object.assign(end, this.play(scenario, lab))
      Object.assign(end, lab.finish())
      if (end.status === 'passed' && end.failed > 0) end.status = 'failed'
    } catch (error) {
      Object.assign(end, { status: 'error', error: this.describe(error) })
    }
    this.lab = null
    sink.close()
    send(end)
  }

  private createLab(spec: MachineSpec, scenario: ScenarioObject, sink: TraceSink): Lab {
    return this.around.createLab({
      spec,
      scenario: scenario.title,
      seed: this.request.seed ?? scenario.seed ?? 1,
      traceLevel: this.request.traceLevel,
      sink,
      locate: () => {
        this.tick()
        return this.here()
      },
    })
  }

  private play(scenario: ScenarioObject, lab: Lab): Partial<EndMessage> {
    try {
      const result = scenario.run(harden(lab.context))
      if (result instanceof Promise) {
        return {
          status: 'error',
          error: { message: 'run must not be async: a scenario runs in one go', at: null, internal: false },
        }
      }
      return { status: 'passed' }
    } catch (error) {
      if (error instanceof Error && error.name === 'SkipRun')
        return { status: 'skipped', reason: messageOf(error) }
      return { status: 'error', error: this.describe(error) }
    }
  }

  private tick(): void {
    if (this.around.pulse.due()) this.lab?.flush()
  }

  private describe(error: unknown): RunError {
    const place = this.here()
    return describeError(this.request.program, error, place.line > 0 ? place : null)
  }
}

function scenarioOf(exports: Namespace): ScenarioObject {
  const found = exports.default as Partial<ScenarioObject> | undefined
  if (
    found === null ||
    typeof found !== 'object' ||
    found.kind !== 'ptlab-scenario' ||
    typeof found.run !== 'function'
  ) {
    throw new LabError('there is no scenario here: write export default scenario({ title, about, run })')
  }
  if (found.machines !== undefined && !Array.isArray(found.machines))
    throw new LabError('machines must be a list of machines')
  return found as ScenarioObject
}

/** Sends chunks once the machine has been announced. */
class ChunkSink {
  private waiting: TraceChunk[] | null = []
  private closed = false
  private readonly machine: number
  private readonly send: Surroundings['send']

  constructor(machine: number, send: Surroundings['send']) {
    this.machine = machine
    this.send = send
  }

  /** True when the chunk has been sent, so that the recorder may write over it. */
  readonly take = (chunk: TraceChunk): boolean => {
    if (this.closed) return true
    if (!this.waiting) {
      this.write(chunk)
      return true
    }
    this.waiting.push(chunk)
    return false
  }

  begin(): void {
    const waiting = this.waiting ?? []
    this.waiting = null
    for (const chunk of waiting) this.write(chunk)
  }

  close(): void {
    this.closed = true
  }

  private write({ words, records, firstRecord, firstString, strings }: TraceChunk): void {
    const message: ChunkMessage = {
      type: 'chunk',
      machine: this.machine,
      records,
      firstRecord,
      firstString,
      strings: strings.map((each) => (each.length > MAX_TEXT ? `${each.slice(0, MAX_TEXT)}…` : each)),
    }
    this.send(message, new Uint8Array(words.buffer, words.byteOffset, records * 32))
  }
}
