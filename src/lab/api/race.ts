/** Tasks on several CPUs, in every order. */
import type { Machine } from './machine.ts'

export interface RaceOptions {
  /**
   * Who runs when: 'A3 B1 A B' lets the first function pass three yield points, then the second one, then the first and
   * the second run to their ends, or until they wait for a lock. What results print can be given again.
   */
  schedule?: string
  /** Seed of a random schedule. Default: the run's seed, going on from race to race. */
  seed?: number
}

/** How one function of a race ended. */
export interface TaskResult {
  readonly name: string
  /** False: it waits for ever. */
  readonly done: boolean
  /** What it threw: a LinuxError or a SignalError it did not catch. */
  readonly error: Error | null
}

export interface RaceResult {
  /** What ran, in a form that `schedule` takes. */
  readonly schedule: string
  /** Pieces between yield points. */
  readonly steps: number
  /** How often a function that could have gone on had to wait for another. */
  readonly preemptions: number
  readonly tasks: readonly TaskResult[]
  /** Who waits for whom for ever, or null. The kernel's log says so too. */
  readonly hung: string | null
}

/** Every schedule is tried on a machine of its own, which `setup` prepares; it must do the same each time. */
export interface RaceSpec<S> {
  /** Prepares a machine; what it returns is given to everything else. */
  setup(machine: Machine): S
  /** The functions that race, each on the CPU of its number. */
  tasks: readonly ((state: S) => void)[]
  /**
   * What must hold afterwards. Returns false or a text, or throws, where it does not. A hang, a line of the kernel's log that begins with
   * BUG:, and the use of freed memory are failures in any case.
   */
  check?(state: S, machine: Machine, tasks: readonly TaskResult[]): boolean | string | void
  /** Tells outcomes apart; the report counts each. */
  outcome?(state: S, machine: Machine, tasks: readonly TaskResult[]): string | number
  /** Schedules to try at most. Default 20 000. */
  limit?: number
  /** Only schedules with at most so many preemptions. Nothing is left out of these. */
  preemptions?: number
  /** `limit` random schedules instead of all. */
  seed?: number
  /** False: also schedules that differ only in the order of steps that do not depend on each other. */
  reduce?: boolean
  /** Stops at the first schedule that fails. */
  untilFailure?: boolean
}

export interface RaceReport {
  /** Schedules that ran to their end. */
  readonly schedules: number
  /** Schedules given up because they lead where others had been. */
  readonly pruned: number
  /** All there are; false when the limit came first. */
  readonly complete: boolean
  readonly outcomes: readonly {
    readonly outcome: string
    readonly count: number
    readonly schedule: string
  }[]
  /** Schedules that failed. */
  readonly failed: number
  /** The failing schedule with the fewest preemptions that was found, and the one it was found from. */
  readonly failing: {
    readonly schedule: string
    readonly first: string
    readonly preemptions: number
    readonly why: string
  } | null
  /** The schedule that ran on the scenario's machine: the failing one, else the first. The trace shows it. */
  readonly shown: RaceResult
}

/**
 * Runs ordinary functions at the same time, each on a CPU of its own (the first on CPU 0, so the machine needs as many).
 * They may be interrupted where a kernel may: at each call, before an allocation, before taking a lock, after populating
 * an entry, before and after a TLB flush. Two functions that use the same process stand for two threads of it.
 *
 *     const { schedule } = race(() => a.write(at), () => b.munmap(at, PAGE_SIZE), { schedule: 'A2 B A' })
 *
 * What functions read without a call (process.mm, process.walk(…)) is not known to the reduction of race.all: look at it in
 * `check` and `outcome`, or say reduce: false.
 */
export interface Race {
  (first: () => void, second: () => void, ...more: ((() => void) | RaceOptions)[]): RaceResult
  /**
   * Tries every schedule, on machines like this one; those that differ only in steps which do not depend on each other
   * once. Then `setup`, the functions and `check` run on this machine, by the failing schedule if there is one.
   *
   *     const report = race.all({
   *       setup: (machine) => { … return { a, b, at } },
   *       tasks: [({ a, at }) => a.write(at), ({ b, at }) => b.munmap(at, PAGE_SIZE)],
   *       check: ({ a }) => a.mm.rss.anon === 0,
   *     })
   *     expect(report.failing).toBeNull()
   */
  all<S>(spec: RaceSpec<S>): RaceReport
}
