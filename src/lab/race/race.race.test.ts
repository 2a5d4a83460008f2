import { describe, expect, it } from 'vitest'
import type { Machine, MachineSpec } from '../api.ts'
import type { RwLock } from '../../mm/rwLock.ts'
import { hashing } from '../../trace/fixture.ts'
import { benchOf, type LabMachine } from '../machine.ts'
import { raceLab, threads, type Threads } from './race.fixture.ts'
import { runTasks } from './scheduler.ts'

const PUD = 2 ** 30
const PAGE = 4096

describe('race', () => {
  it('runs a given schedule and prints it in a form that gives the same again', () => {
    const hashes = [hashing(), hashing()]
    const first = raceLab({}, hashes[0].sink)
    const { a, b, at } = threads(first.context.machine, 2 * PUD)
    const result = first.context.race(
      () => a.write(at),
      () => b.write(at),
      { schedule: 'A2 B3 A1' },
    )
    expect(result.schedule).toBe('A2 B3 A B')
    expect(result.hung).toBeNull()
    expect(result.tasks.map(({ error }) => error)).toEqual([null, null])

    const second = raceLab({}, hashes[1].sink)
    const again = threads(second.context.machine, 2 * PUD)
    const repeated = second.context.race(
      () => again.a.write(again.at),
      () => again.b.write(again.at),
      {
        schedule: result.schedule,
      },
    )
    expect(repeated.schedule).toBe(result.schedule)
    for (const { finish } of [first, second]) finish()
    expect(hashes[1].hash()).toBe(hashes[0].hash())
  })

  it('runs one after the other like plain calls do', () => {
    const racing = raceLab()
    const t = threads(racing.context.machine, 2 * PUD)
    racing.context.race(
      () => t.a.write(t.at),
      () => t.b.write(t.at + BigInt(PAGE)),
      { schedule: 'A B' },
    )
    const plain = raceLab()
    const p = threads(plain.context.machine, 2 * PUD)
    plain.context.machine.cpu(0).run(p.a, () => p.a.write(p.at))
    plain.context.machine.cpu(1).run(p.b, () => p.b.write(p.at + BigInt(PAGE)))
    expect(t.a.status()).toBe(p.a.status())
    expect(t.a.smaps()).toBe(p.a.smaps())
    expect(t.a.tables).toEqual(p.a.tables)
  })

  it('gives the same random schedule for the same seed, and others for others', () => {
    const schedules = [1, 1, 2, 3, 4, 5].map((seed) => {
      const { context } = raceLab()
      const { a, b, at } = threads(context.machine, 2 * PUD)
      return context.race(
        () => a.write(at),
        () => b.write(at),
        { seed },
      ).schedule
    })
    expect(schedules[0]).toBe(schedules[1])
    expect(new Set(schedules).size).toBeGreaterThan(2)
  })

  it('puts each function on a CPU of its own', () => {
    const { context } = raceLab()
    const { machine } = context
    const { a, b, at } = threads(machine, 2 * PUD)
    context.race(
      () => a.write(at),
      () => b.write(at + BigInt(PAGE)),
      { schedule: 'A4 B4' },
    )
    expect([machine.cpu(0).current?.pid, machine.cpu(1).current?.pid]).toEqual([a.pid, b.pid])
    expect(machine.cpu(0).tlb.lookup(at)).not.toBeNull()
    expect(machine.cpu(1).tlb.lookup(at)).toBeNull()
  })

  it('says what is wrong with a schedule, with too few CPUs and with a race in a race', () => {
    const { context } = raceLab()
    const { a, b, at } = threads(context.machine, 2 * PUD)
    const go = (schedule: string) =>
      context.race(
        () => a.write(at),
        () => b.write(at),
        { schedule },
      )
    expect(() => go('A2 C1')).toThrow("'C1'")
    expect(() => go('A0')).toThrow("'A0'")
    expect(() =>
      context.race(
        () => a.write(at),
        () => b.write(at),
        () => b.read(at),
      ),
    ).toThrow('cpus: 3')
    const nested = () =>
      context.race(
        () => a.write(at),
        () => b.write(at),
      )
    expect(() => context.race(nested, () => b.read(at))).toThrow('another race')
  })

  it('lets the loser of two faults on the same page free its page', () => {
    const { context } = raceLab()
    const { a, b, at } = threads(context.machine, 2 * PUD)
    // Both have allocated a page and stand before the pte lock.
    const free = context.machine.freePages
    context.race(
      () => a.write(at, { value: 1 }),
      () => b.write(at, { value: 2 }),
      { schedule: 'A10 B' },
    )
    expect(a.mm.rss.anon).toBe(2)
    expect(free - context.machine.freePages).toBe(3)
  })

  it('waits for mmap_lock, and hands it over fairly', () => {
    const { context } = raceLab({ cpus: 3 })
    const { machine, race } = context
    const { a, b, at } = threads(machine, 2 * PUD)
    const c = a.clone({ vm: true, name: 'c' })
    const order: string[] = []
    const result = race(
      () => {
        a.write(at)
        order.push('fault')
      },
      () => {
        b.munmap(at + BigInt(PUD), PAGE)
        order.push('munmap')
      },
      () => {
        c.write(at + BigInt(PAGE))
        order.push('late fault')
      },
      // A reads; B waits to write; C would only read, but B came first.
      { schedule: 'A3 B3 C3 A C B' },
    )
    expect(result.hung).toBeNull()
    expect(order).toEqual(['fault', 'munmap', 'late fault'])
  })
})

describe('a hang', () => {
  it('is told with who waits for whom, and ends the race, not the lab', () => {
    const { context } = raceLab()
    const { machine } = context
    machine.spawn('a')
    machine.spawn('b')
    const bench = benchOf(machine as LabMachine)
    const [first, second] = bench.kernel.processes.map(({ mm }) => mm.mmapLock)
    const takes = (...locks: RwLock[]) =>
      Object.assign(() => {}, {
        *$steps() {
          for (const lock of locks) yield* lock.writeLock$steps()
        },
      })
    const run = runTasks(
      bench,
      [takes(first, second), takes(second, first)],
      [],
      (enabled, last) => enabled.find((task) => task !== last) ?? enabled[0],
    )
    expect(run.hung.map(({ name }) => name)).toEqual(['A', 'B'])
    expect(machine.dmesg).toEqual([
      'INFO: task A:0 blocked for more than 120 seconds.',
      'task:A state:D waits for mmap_lock of mm 2',
      'INFO: task B:1 blocked for more than 120 seconds.',
      'task:B state:D waits for mmap_lock of mm 1',
    ])
    // The locks are free again.
    machine.processes[0].mmap({ length: PAGE })
  })
})

describe('race.all', () => {
  const outcome = ({ a, at }: Threads): string => `${a.read(at)} ${a.mm.rss.anon} ${a.tables.count}`
  const races: Record<string, { tasks: readonly ((state: Threads) => void)[]; spec?: MachineSpec }> = {
    'two faults on one page': {
      tasks: [({ a, at }) => a.write(at, { value: 1 }), ({ b, at }) => b.write(at, { value: 2 })],
    },
    'fault against MADV_DONTNEED': {
      tasks: [({ a, at }) => a.write(at), ({ b, at }) => b.madvise(at, PAGE, 'DONTNEED')],
    },
    'two MADV_DONTNEED of what is there': {
      tasks: [
        ({ a, at }) => a.madvise(at, 16 * PAGE, 'DONTNEED'),
        ({ b, at }) => b.madvise(at + BigInt(8 * PAGE), PAGE, 'DONTNEED'),
      ],
    },
    'mprotect against a write': {
      tasks: [
        ({ a, at }) => a.mprotect(at + BigInt(8 * PAGE), PAGE, 'r'),
        ({ b, at }) => b.write(at + BigInt(8 * PAGE), { value: 3 }),
      ],
    },
    'fault against munmap': {
      tasks: [({ a, at }) => a.write(at), ({ b, at }) => b.munmap(at, PAGE)],
    },
  }
  it.each(Object.entries(races))(
    'reduction finds the same outcomes as all schedules: %s',
    (_name, { tasks }) => {
      const spec = {
        setup(machine: Machine) {
          const state = threads(machine, 2 * PUD)
          // Upper tables are there: what is left is small enough to try in full.
          state.a.write(state.at + BigInt(8 * PAGE))
          return state
        },
        tasks,
        outcome: (state: Threads, _machine: Machine, results: readonly { error: Error | null }[]): string => {
          const errors = results.map(({ error }) => error?.message ?? 'ok').join()
          try {
            return `${errors} ${outcome(state)}`
          } catch (error) {
            return `${errors} ${(error as Error).message} ${state.a.mm.rss.anon}`
          }
        },
      }
      const full = raceLab().context.race.all({ ...spec, reduce: false })
      const reduced = raceLab().context.race.all(spec)
      expect(full.complete && reduced.complete).toBe(true)
      const set = (report: typeof full) => report.outcomes.map((each) => each.outcome).sort()
      expect(set(reduced)).toEqual(set(full))
      expect(reduced.schedules).toBeLessThan(full.schedules)
    },
  )
})
