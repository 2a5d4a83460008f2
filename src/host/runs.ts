/** All runs of one host: started, watched, stopped, closed; and traces opened from files, which look the same. */
import type { MachineChoice } from '../sandbox/messages.ts'
import type { JobHandle, Session } from '../sandbox/session.ts'
import { costProblem } from '../trace/cost/units.ts'
import type { CostChanges } from '../trace/cost/units.ts'
import type { TraceQuery } from '../trace/query.ts'
import type { Trace } from '../trace/trace.ts'
import type { Comparison } from '../trace/compare/comparison.ts'
import { compareMachines } from './compareRun.ts'
import { LiveMachine, LiveRun } from './liveRun.ts'
import type { Place } from './library.ts'
import type { RunStatus } from './protocol.ts'
import { runStatus } from './runStatus.ts'
import { Throttle } from './throttle.ts'
import { archOfTrace, queryOf } from './traceQuery.ts'

/** Growing traces are told this often, ms. */
const PERIOD = 100
/** Traces are large: beyond this many runs the oldest that has ended is closed. */
const MAX_RUNS = 24

interface Entry {
  run: number
  path: string
  live: LiveRun
  started: number
  milliseconds: number | null
  handle: JobHandle | null
  throttle: Throttle
  queries: Map<number, TraceQuery>
  /** Of all machines; made when it is first asked for. */
  comparison: Comparison | null
}

export class Runs {
  private readonly entries = new Map<number, Entry>()
  private nextRun = 1
  private costs: CostChanges = {}
  private readonly session: Session
  private readonly push: (status: RunStatus) => void

  constructor(session: Session, push: (status: RunStatus) => void) {
    this.session = session
    this.push = push
  }

  /** Starts a run; one of the same path that is still going is stopped. */
  start(path: string, place: Place, text: string, choice: MachineChoice): number {
    for (const other of this.entries.values())
      if (other.path === path) other.handle?.stop('replaced by a new run')
    const entry = this.add(path, new LiveRun())
    const job = {
      root: place.root,
      file: place.name,
      text,
      types: true,
      choice,
      seed: null,
      traceLevel: 'full' as const,
    }
    entry.live.onChange = (what) => (what === 'chunk' ? entry.throttle.later() : entry.throttle.now())
    entry.handle = this.session.start(job, entry.live)
    void entry.handle.ended.then((end) => {
      entry.milliseconds = Date.now() - entry.started
      entry.handle = null
      entry.live.finish(end)
    })
    return entry.run
  }

  /** Shows a saved trace as a run of one machine that has ended. `notice`: what the user should know about it. */
  open(name: string, trace: Trace, notice = ''): RunStatus {
    archOfTrace(trace)
    const { header } = trace
    const live = new LiveRun()
    const { arch, kernel, cpus } = header
    const machine = new LiveMachine({ arch, kernel, cpus })
    const failed = trace.texts.failed > 0
    Object.assign(machine, {
      header,
      trace,
      status: notice !== '' ? 'stopped' : failed ? 'failed' : 'passed',
      reason: notice,
      passed: trace.texts.passed,
      failed: trace.texts.failed,
    })
    live.checked = true
    live.title = header.scenario
    live.notice = notice
    live.machines = [machine]
    live.end = { state: 'finished' }
    const entry = this.add(name, live)
    entry.milliseconds = 0
    return this.status(entry)
  }

  stop(run: number): void {
    this.entry(run).handle?.stop()
  }

  close(run: number): void {
    const entry = this.entries.get(run)
    if (!entry) return
    entry.live.onChange = () => undefined
    entry.throttle.cancel()
    entry.handle?.stop()
    this.entries.delete(run)
  }

  closeAll(): void {
    for (const run of [...this.entries.keys()]) this.close(run)
  }

  /** The trace of one machine and what can be asked of it. @throws Error when there is none. */
  query(run: number, machine: number): TraceQuery {
    const entry = this.entry(run)
    const known = entry.queries.get(machine)
    if (known) return known
    const live = entry.live.machines[machine]
    if (!live) throw new Error(`run ${run} has no machine ${machine}`)
    if (!live.trace)
      throw new Error(
        `machine ${machine} of run ${run} has recorded nothing${live.reason && `: ${live.reason}`}`,
      )
    const query = queryOf(live.trace)
    query.setCosts(this.costs)
    entry.queries.set(machine, query)
    return query
  }

  live(run: number): LiveRun {
    return this.entry(run).live
  }

  /** All machines of a run side by side. @throws Error while it goes on, and when nothing was recorded. */
  comparison(run: number): Comparison {
    const entry = this.entry(run)
    if (entry.handle !== null) throw new Error('the run goes on: machines are compared when it has ended')
    entry.comparison ??= compareMachines(entry.live.machines, (machine) => this.query(run, machine))
    if (entry.comparison === null)
      throw new Error('there is nothing to compare: no machine recorded anything')
    return entry.comparison
  }

  /** Unit costs that the user changed. @throws Error for what is none. */
  setCosts(costs: CostChanges): void {
    const problem = costProblem(costs)
    if (problem !== '') throw new Error(problem)
    this.costs = costs
    for (const entry of this.entries.values()) {
      for (const query of entry.queries.values()) query.setCosts(costs)
      entry.comparison = null
    }
  }

  private add(path: string, live: LiveRun): Entry {
    const run = this.nextRun++
    const throttle = new Throttle(PERIOD, () => this.push(this.status(entry)))
    const entry: Entry = {
      run,
      path,
      live,
      started: Date.now(),
      milliseconds: null,
      handle: null,
      throttle,
      queries: new Map(),
      comparison: null,
    }
    this.entries.set(run, entry)
    for (const old of this.entries.values()) {
      if (this.entries.size <= MAX_RUNS) break
      if (!old.handle && old !== entry) this.close(old.run)
    }
    return entry
  }

  private status({ run, path, live, started, milliseconds }: Entry): RunStatus {
    return runStatus({ run, path, live, milliseconds: milliseconds ?? Date.now() - started })
  }

  private entry(run: number): Entry {
    const found = this.entries.get(run)
    if (!found) throw new Error(`there is no run ${run}: it was closed`)
    return found
  }
}
