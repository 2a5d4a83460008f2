/** race() and race.all(): what scenarios call. */
import type { Machine, Race, RaceOptions, RaceReport, RaceResult, RaceSpec, Random } from '../api.ts'
import { LabError } from '../errors.ts'
import type { Bench } from '../machine.ts'
import { KIND } from '../../trace/schema.ts'
import { createRandom } from '../random.ts'
import { anybody, follow, followOrder } from './choose.ts'
import { explore, type Exploration, type Plan, type Try } from './explore.ts'
import { minimise, preemptionsOf } from './minimise.ts'
import { parseSchedule, preemptions, scheduleText } from './schedule.ts'
import { runTasks, type Choose, type RaceRun } from './scheduler.ts'
import { hangOf, resultsOf, runTrial, throwMistakes, type Scratch, type Trial } from './trial.ts'

export interface RaceHost {
  machine: Machine
  bench: Bench
  random: Random
  /** A machine like the scenario's that leaves no trace. */
  scratch(): Scratch
}

const MAX_TASKS = 26
const DEFAULT_LIMIT = 20_000

export function createRace(host: RaceHost): Race {
  const race = (...given: unknown[]): RaceResult => once(host, given)
  race.all = <S>(spec: RaceSpec<S>): RaceReport => all(host, spec)
  return Object.freeze(race) as Race
}

function once(host: RaceHost, given: readonly unknown[]): RaceResult {
  const works = given.filter((each) => typeof each === 'function') as (() => unknown)[]
  const options = (given.find((each) => typeof each !== 'function') ?? {}) as RaceOptions
  checkTasks(host, works.length)
  const run = runTasks(host.bench, works, [], chooser(host, options, works.length))
  throwMistakes(run)
  return result(run)
}

/** @throws LabError */
function checkTasks({ machine }: RaceHost, count: number): void {
  if (count < 2 || count > MAX_TASKS)
    throw new LabError(`race: give 2 to ${MAX_TASKS} functions, not ${count}`)
  if (count > machine.cpus)
    throw new LabError(
      `race: ${count} tasks need as many CPUs: this machine has ${machine.cpus}; say cpus: ${count}`,
    )
}

function chooser({ random }: RaceHost, options: RaceOptions, tasks: number): Choose {
  if (options.schedule !== undefined) return follow(parseSchedule(options.schedule, tasks))
  return anybody(options.seed === undefined ? random : createRandom(options.seed))
}

function result(run: RaceRun): RaceResult {
  const schedule = scheduleText(run.order, run.open)
  return Object.freeze({
    schedule,
    steps: run.order.length,
    preemptions: preemptions(run.order, run.open),
    tasks: Object.freeze(resultsOf(run)),
    hung: hangOf(run),
  })
}

/** What was seen, by outcome. */
interface Seen {
  outcomes: Map<string, { count: number; schedule: string }>
  first: Trial | null
  failing: Trial | null
  failed: number
}

function all<S>(host: RaceHost, spec: RaceSpec<S>): RaceReport {
  checkTasks(host, spec.tasks.length)
  const run: Try = (choose, observe) => runTrial(host.scratch, spec, choose, observe)
  const seen: Seen = { outcomes: new Map(), first: null, failing: null, failed: 0 }
  const found = search(host, spec, run, seen)
  const best = seen.failing === null ? null : minimise(run, seen.failing).trial
  tell(host, found, seen)
  const state = spec.setup(host.machine)
  const shown = best ?? seen.first!
  const final = runTasks(host.bench, spec.tasks, [state], followOrder(shown.run.order))
  // What the verdict looks at belongs to the trace too.
  if (final.hung.length === 0) spec.check?.(state, host.machine, resultsOf(final))
  return Object.freeze({
    schedules: found.schedules,
    pruned: found.pruned,
    complete: found.complete,
    outcomes: Object.freeze([...seen.outcomes].map(([outcome, each]) => Object.freeze({ outcome, ...each }))),
    failed: seen.failed,
    failing:
      best === null
        ? null
        : Object.freeze({
            schedule: best.schedule,
            first: seen.failing!.schedule,
            preemptions: preemptionsOf(best),
            why: best.failure!,
          }),
    shown: result(final),
  })
}

function search<S>(host: RaceHost, spec: RaceSpec<S>, run: Try, seen: Seen): Exploration {
  const limit = spec.limit ?? DEFAULT_LIMIT
  if (!Number.isInteger(limit) || limit < 1)
    throw new LabError(`race.all: limit ${String(limit)}; give 1 or more`)
  const visit = (trial: Trial, found: Exploration): boolean => {
    note(seen, trial)
    if (isRound(found.schedules)) tell(host, found, seen)
    return trial.failure !== null && spec.untilFailure === true
  }
  if (spec.seed !== undefined) return sample(createRandom(spec.seed), limit, run, visit)
  const plan: Plan = {
    limit,
    preemptions: spec.preemptions ?? Infinity,
    // Leaving out orders and counting preemptions do not go together: the order left out may be the one within the bound.
    reduce: spec.reduce !== false && spec.preemptions === undefined,
  }
  return explore(run, plan, visit)
}

/** `limit` random schedules. */
function sample(
  random: Random,
  limit: number,
  run: Try,
  visit: (trial: Trial, found: Exploration) => boolean,
): Exploration {
  const found: Exploration = { schedules: 0, pruned: 0, complete: false }
  while (found.schedules < limit) {
    const trial = run(anybody(random), () => {})
    found.schedules++
    if (visit(trial, found)) break
  }
  return found
}

function note(seen: Seen, trial: Trial): void {
  const known = seen.outcomes.get(trial.outcome)
  if (known === undefined) seen.outcomes.set(trial.outcome, { count: 1, schedule: trial.schedule })
  else known.count++
  seen.first ??= trial
  if (trial.failure === null) return
  seen.failed++
  if (seen.failing === null || preemptionsOf(trial) < preemptionsOf(seen.failing)) seen.failing = trial
}

/** 100, 200, 500, 1000 …: often enough to see that it goes on. */
function isRound(count: number): boolean {
  const unit = 10 ** Math.floor(Math.log10(count))
  return count >= 100 && [1, 2, 5].includes(count / unit)
}

/** In the scenario's trace: how far the search is. */
function tell({ bench }: RaceHost, found: Exploration, seen: Seen): void {
  const { trace } = bench.kernel
  trace.emit(KIND.RACE_EXPLORED, 0, found.complete ? 1 : 0, found.schedules, found.pruned, seen.failed, 0, 0)
}
