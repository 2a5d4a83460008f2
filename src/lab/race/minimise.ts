/** The failing schedule with the fewest preemptions. */
import { explore, type Try } from './explore.ts'
import { followOrder } from './choose.ts'
import { preemptions } from './schedule.ts'
import type { Trial } from './trial.ts'

/** Trials that the search may take. */
const BUDGET = 4000

export function preemptionsOf(trial: Trial): number {
  return preemptions(trial.run.order, trial.run.open)
}

/** Tries all schedules with 0, 1, 2 … preemptions; where that takes too long, joins pieces of the one that is known. */
export function minimise(run: Try, failing: Trial): { trial: Trial; trials: number } {
  let trials = 0
  for (let bound = 0; bound < preemptionsOf(failing); bound++) {
    let better: Trial | null = null
    const plan = { limit: BUDGET - trials, reduce: false, preemptions: bound }
    const { schedules, complete } = explore(run, plan, (trial) => {
      if (trial.failure === null) return false
      better = trial
      return true
    })
    trials += schedules
    if (better !== null) return { trial: better, trials }
    if (!complete) return joined(run, failing, trials)
  }
  return { trial: failing, trials }
}

/** Moves a task's next piece up to its last one, as long as it still fails. */
function joined(run: Try, failing: Trial, trials: number): { trial: Trial; trials: number } {
  let best = failing
  for (let changed = true; changed;) {
    changed = false
    for (const order of merges(best.run.order)) {
      const trial = run(followOrder(order), () => {})
      trials++
      if (trial.failure === null || preemptionsOf(trial) >= preemptionsOf(best)) continue
      best = trial
      changed = true
      break
    }
  }
  return { trial: best, trials }
}

/** Orders in which one piece has been moved before the piece that interrupts it. */
function* merges(order: readonly number[]): Generator<number[]> {
  const pieces: number[][] = []
  for (const task of order) {
    if (pieces.at(-1)?.[0] === task) pieces.at(-1)!.push(task)
    else pieces.push([task])
  }
  for (let i = 2; i < pieces.length; i++) {
    const swapped = [...pieces]
    swapped.splice(i - 1, 2, pieces[i], pieces[i - 1])
    yield swapped.flat()
  }
}
