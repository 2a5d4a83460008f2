/**
 * Simulated contenders against the real kernel, each in a process of its own, as every run has one: code that was
 * compiled for a machine with a trace and for one without is slower than code that knew only one of them.
 */
import { createInterface } from 'node:readline'
import type { Process } from '../../lab/api.ts'
import type { TraceLevel } from '../../trace/recorder.ts'
import { LineProcess } from './lineProcess.ts'
import { bytesOf, machine, mapPages, type PageSize } from './machine.ts'
import { seconds } from './timing.ts'

interface ContenderSpec {
  work: keyof typeof WORKS
  level: TraceLevel
  size: PageSize
  /** pages of that size */
  count: number
}

/** What the process is to do, in its environment: a ContenderSpec as JSON. */
const SPEC = 'PTLAB_BENCH_CONTENDER'

class Contender {
  private readonly process: LineProcess

  constructor(spec: ContenderSpec) {
    const env = { ...process.env, [SPEC]: JSON.stringify(spec) }
    this.process = new LineProcess(process.execPath, [process.argv[1] ?? '', 'bench'], env)
  }

  /** Seconds of processor time of one round. */
  async round(): Promise<number> {
    return Number(await this.process.ask('round'))
  }

  stop(): void {
    this.process.stop()
  }
}

/** The same work with the full trace and without any. */
export function both(
  work: ContenderSpec['work'],
  size: PageSize,
  count: number,
): { rounds: Record<'full' | 'off', () => Promise<number>>; stop: () => void } {
  const full = new Contender({ work, level: 'full', size, count })
  const off = new Contender({ work, level: 'off', size, count })
  return {
    rounds: { full: () => full.round(), off: () => off.round() },
    stop: () => [full, off].forEach((each) => each.stop()),
  }
}

/** Whether this process is a contender's. Then it answers until nobody asks any more. */
export async function contended(): Promise<boolean> {
  const text = process.env[SPEC]
  if (text === undefined) return false
  const { work, level, size, count } = JSON.parse(text) as ContenderSpec
  const round = WORKS[work](level, size, count)
  for await (const line of createInterface({ input: process.stdin })) {
    if (line === 'round') process.stdout.write(`${round()}\n`)
  }
  return true
}

const WORKS = {
  /** Like the native program: one process that maps, writes (timed), and unmaps, on a machine that keeps running. */
  touch(level: TraceLevel, size: PageSize, count: number): () => number {
    const { task } = machine(level)
    const stride = bytesOf(size)
    return () => {
      const at = mapPages(task, size, count)
      const taken = seconds(() => task.write(at, { count, stride }))
      task.munmap(at, count * stride)
      return taken
    }
  },

  /** fork of a process that holds the pages, and the child's exit. */
  fork(level: TraceLevel, size: PageSize, count: number): () => number {
    const { task } = machine(level)
    task.write(mapPages(task, size, count), { count, stride: bytesOf(size) })
    const repeats = FORKS[size]
    return () => seconds(() => forkAndExit(task, repeats)) / repeats
  },
}

/** Forks of one round: a process of huge pages has few entries, so many make one measurement. */
export const FORKS: Record<PageSize, number> = { small: 1, huge: 40 }

function forkAndExit(task: Process, repeats: number): void {
  for (let i = 0; i < repeats; i++) task.fork().exit()
}
