/**
 * Tries schedules until every behaviour has been seen. Without reduction: every interleaving of the steps, depth first.
 * With it: dynamic partial-order reduction (Flanagan and Godefroid, POPL 2005) with sleep sets; a schedule is left out
 * when it differs from one that was tried only in the order of steps that do not depend on each other (footprint.ts).
 */
import { dependent, type Footprint } from './footprint.ts'
import { goOn } from './choose.ts'
import type { Trial, TrialStep } from './trial.ts'
import type { Choose } from './scheduler.ts'

/** Runs one trial; `observe` is told of each step. */
export type Try = (choose: Choose, observe: (step: TrialStep) => void) => Trial

export interface Exploration {
  schedules: number
  /** Begun and given up, because what they led to had been seen. */
  pruned: number
  /** False when `limit` ended it. */
  complete: boolean
}

interface Node {
  enabled: readonly number[]
  chosen: number
  footprint: Footprint | null
  /** Tasks to try here, tried ones included. */
  backtrack: Set<number>
  done: Set<number>
  sleep: Map<number, Footprint>
}

export interface Plan {
  limit: number
  reduce: boolean
  /** Most preemptions of a schedule; Infinity: any. */
  preemptions: number
}

/** `visit` gets each finished trial; true stops. */
export function explore(
  run: Try,
  plan: Plan,
  visit: (trial: Trial, found: Exploration) => boolean,
): Exploration {
  const found: Exploration = { schedules: 0, pruned: 0, complete: false }
  const nodes: Node[] = []
  do {
    if (found.schedules + found.pruned >= plan.limit) return found
    const trial = follow(run, plan, nodes)
    if (trial.run.abandoned) found.pruned++
    else found.schedules++
    if (plan.reduce) addBacktracks(nodes)
    if (!trial.run.abandoned && visit(trial, found)) return found
  } while (advance(nodes, plan))
  found.complete = true
  return found
}

/** Goes the way of the nodes and on from there to an end. */
function follow(run: Try, plan: Plan, nodes: Node[]): Trial {
  let depth = 0
  return run(
    (enabled, last) => {
      if (depth === nodes.length) {
        const node = open(nodes, enabled, last, plan)
        if (node === null) return -1
        nodes.push(node)
      }
      return nodes[depth].chosen
    },
    (step) => {
      nodes[depth].footprint = step.footprint
      depth++
    },
  )
}

/** A new state: who may go on from here. Null: everybody who could sleeps. */
function open(nodes: readonly Node[], enabled: readonly number[], last: number, plan: Plan): Node | null {
  const sleep = plan.reduce ? inherited(nodes) : new Map<number, Footprint>()
  const awake = enabled.filter((task) => !sleep.has(task))
  if (awake.length === 0) return null
  const chosen = goOn(awake, last)
  const all = plan.reduce ? [chosen] : affordable(nodes, enabled, last, plan)
  return { enabled, chosen, footprint: null, backtrack: new Set(all), done: new Set(), sleep }
}

/** Tasks that sleep above and did not depend on the step made since. */
function inherited(nodes: readonly Node[]): Map<number, Footprint> {
  const sleep = new Map<number, Footprint>()
  const above = nodes.at(-1)
  if (above === undefined) return sleep
  for (const [task, footprint] of above.sleep)
    if (task !== above.chosen && !dependent(footprint, above.footprint!)) sleep.set(task, footprint)
  return sleep
}

/** Everybody, or whoever ran before when no preemption is left. */
function affordable(
  nodes: readonly Node[],
  enabled: readonly number[],
  last: number,
  plan: Plan,
): readonly number[] {
  if (!enabled.includes(last) || plan.preemptions === Infinity) return enabled
  let made = 0
  for (let i = 1; i < nodes.length; i++)
    if (nodes[i].chosen !== nodes[i - 1].chosen && nodes[i].enabled.includes(nodes[i - 1].chosen)) made++
  return made < plan.preemptions ? enabled : [last]
}

/** To the next way that was not tried. False: there is none. */
function advance(nodes: Node[], plan: Plan): boolean {
  for (let node = nodes.at(-1); node !== undefined; node = nodes.at(-1)) {
    node.done.add(node.chosen)
    if (plan.reduce && node.footprint !== null) node.sleep.set(node.chosen, node.footprint)
    const next = [...node.backtrack].find((task) => !node.done.has(task) && !node.sleep.has(task))
    if (next !== undefined) {
      node.chosen = next
      node.footprint = null
      return true
    }
    nodes.pop()
  }
  return false
}

/** For each step the last one before it that it depends on and that did not have to come first: try them the other way. */
function addBacktracks(nodes: readonly Node[]): void {
  const tasks = Math.max(...nodes.flatMap((node) => node.enabled)) + 1
  /** Per step: for each task the last step of it that happened before, or −1. */
  const clocks: Int32Array[] = []
  const latest = new Int32Array(tasks).fill(-1)
  for (let j = 0; j < nodes.length; j++) {
    const { chosen, footprint } = nodes[j]
    if (footprint === null) break
    const before = latest[chosen] < 0 ? new Int32Array(tasks).fill(-1) : clocks[latest[chosen]].slice()
    const clock = before.slice()
    let raced = false
    for (let i = j - 1; i >= 0; i--) {
      const other = nodes[i]
      if (other.chosen === chosen || !dependent(other.footprint!, footprint)) continue
      if (!raced && before[other.chosen] < i) {
        raced = true
        addBacktrack(nodes[i], chosen, before, i)
      }
      for (let t = 0; t < tasks; t++) clock[t] = Math.max(clock[t], clocks[i][t])
    }
    clock[chosen] = j
    clocks.push(clock)
    latest[chosen] = j
  }
}

/** At step i the task itself goes first, or somebody whose steps since then it had to wait for. */
function addBacktrack({ enabled, backtrack }: Node, task: number, before: Int32Array, i: number): void {
  const leading = enabled.includes(task) ? task : enabled.find((each) => before[each] > i)
  if (leading !== undefined) backtrack.add(leading)
  else for (const each of enabled) backtrack.add(each)
}
