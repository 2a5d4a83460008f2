/** Runs tasks step by step, as somebody chooses, until all are done or none can go on. */
import { KIND } from '../../trace/schema.ts'
import { LabError } from '../errors.ts'
import type { Bench } from '../machine.ts'
import { letterOf, preemptions, scheduleText } from './schedule.ts'
import { Task, type TaskWork } from './task.ts'
import { TaskState } from './taskState.ts'

/** Task to run next, of those that can go on (numbers, ascending); −1 gives up. `last`: who ran before, −1 at first. */
export type Choose = (enabled: readonly number[], last: number) => number

export interface RaceRun {
  tasks: readonly Task[]
  /** Task of each step. */
  order: number[]
  /** Whether the task could not have gone on after that step. */
  open: boolean[]
  /** Tasks that wait for ever. */
  hung: readonly Task[]
  abandoned: boolean
}

/** Told of each step after it was made. */
export type Observer = (task: Task, enabled: readonly number[]) => void

const MAX_STEPS = 1_000_000

/** How long khungtaskd waits before it says so (CONFIG_DEFAULT_HUNG_TASK_TIMEOUT), seconds. */
const HUNG_SECONDS = 120

export function runTasks(
  bench: Bench,
  works: readonly TaskWork[],
  args: readonly unknown[],
  choose: Choose,
  observe: Observer = () => {},
): RaceRun {
  const { kernel } = bench
  if (kernel.points.stepping) throw new LabError('race: a task of a race cannot start another race')
  const outside = new TaskState(bench)
  const tasks = works.map((work, number) => new Task(bench, number, nameOf(work, number), work, args))
  begin(bench, tasks)
  const run: RaceRun = { tasks, order: [], open: [], hung: [], abandoned: false }
  try {
    loop(run, choose, observe)
  } finally {
    outside.swapIn()
  }
  run.hung = run.abandoned ? [] : tasks.filter((task) => !task.done)
  end(bench, run)
  return run
}

function loop(run: RaceRun, choose: Choose, observe: Observer): void {
  const { tasks, order, open } = run
  let last = -1
  for (;;) {
    const enabled = tasks.filter((task) => task.enabled).map((task) => task.number)
    if (enabled.length === 0) return
    const next = choose(enabled, last)
    if (next < 0) {
      run.abandoned = true
      return
    }
    const task = tasks[next]
    task.step(next !== last)
    observe(task, enabled)
    order.push(next)
    open.push(!task.enabled)
    last = next
    if (order.length > MAX_STEPS)
      throw new LabError(`race: more than ${MAX_STEPS} steps; give the tasks less to do`)
  }
}

/** 'A: writer' where the function has a name, 'A' where it has none. */
function nameOf(work: TaskWork, number: number): string {
  const letter = letterOf(number)
  return work.name === '' ? letter : `${letter}: ${work.name}`
}

function begin(bench: Bench, tasks: readonly Task[]): void {
  const { trace } = bench.kernel
  const names = tasks.map((task) => `${task.name} on CPU ${task.cpu}`).join(', ')
  trace.emit(KIND.RACE_BEGIN, 0, 0, trace.string(names), tasks.length, 0, 0, 0)
}

function end(bench: Bench, run: RaceRun): void {
  const { kernel } = bench
  for (const task of run.hung) {
    const holder = `mmap_lock of mm ${task.blocked?.lock.mm ?? 0}`
    kernel.printk(3, `INFO: task ${task.name}:${task.number} blocked for more than ${HUNG_SECONDS} seconds.`)
    kernel.printk(3, `task:${task.name} state:D waits for ${holder}`)
  }
  for (const mm of kernel.mms.values()) mm.mmapLock.reset()
  const { trace } = kernel
  const text = scheduleText(run.order, run.open)
  const flags = run.hung.length > 0 ? 1 : 0
  trace.emit(
    KIND.RACE_END,
    0,
    flags,
    trace.string(text),
    run.order.length,
    preemptions(run.order, run.open),
    0,
    0,
  )
}
