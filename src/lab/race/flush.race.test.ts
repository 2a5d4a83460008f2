import { describe, expect, it } from 'vitest'
import { KIND, WORDS } from '../../trace/schema.ts'
import type { Breakage, Machine, MachineSpec, Process, Race } from '../api.ts'
import { raceLab } from './race.fixture.ts'

const PAGE = 4096
const PMD = 2 ** 21

interface Gather {
  cpu: number
  tables: boolean
  nested: boolean
}

/** A machine and the gather flushes that its trace tells of. */
function raceOn(spec: MachineSpec = {}): { machine: Machine; race: Race; gathers(): Gather[] } {
  const found: Gather[] = []
  const lab = raceLab(spec, ({ words, records }) => {
    for (let at = 0; at < records * WORDS; at += WORDS) {
      if ((words[at] & 0xff) !== KIND.GATHER_FLUSH) continue
      const flags = words[at + 1] >>> 24
      found.push({
        cpu: (words[at] >>> 8) & 0xff,
        tables: (flags & 1) !== 0,
        nested: (flags & 4) !== 0,
      })
    }
  })
  const gathers = (): Gather[] => {
    lab.flush()
    return found.splice(0)
  }
  return { ...lab.context, gathers }
}

interface Threads {
  a: Process
  b: Process
  at: bigint
}

/** Two threads that both have a touched page in their TLBs. */
function setup(machine: Machine): Threads {
  const a = machine.spawn('a')
  const b = a.clone({ vm: true, name: 'b' })
  const at = a.mmap({ addr: 64 * PMD, length: PMD, fixed: true })
  machine.cpu(0).run(a, () => a.write(at, { value: 7 }))
  machine.cpu(1).run(b, () => b.read(at))
  return { a, b, at }
}

describe('overlapping gathers', () => {
  const first = ({ a, at }: Threads) => a.madvise(at, PAGE, 'DONTNEED')
  const second = ({ b, at }: Threads) => b.madvise(at, 2 * PAGE, 'DONTNEED')

  it('G-E13 the gather that ends while another is open flushes everything, as if tables were freed', () => {
    const { machine, race, gathers } = raceOn()
    const state = setup(machine)
    gathers()
    // A has taken the entry away and stands before its flush; B begins, finds nothing and ends meanwhile.
    const result = race(
      () => first(state),
      () => second(state),
      { schedule: 'A4 B A' },
    )
    expect(result.hung).toBeNull()
    expect(gathers()).toEqual([
      // Announced before B's, done after it.
      { cpu: 0, tables: false, nested: false },
      { cpu: 1, tables: true, nested: true },
    ])
    expect(state.a.mm.field('tlb_flush_pending')).toBe(0n)
  })

  it('G-E13 one after the other, nothing is forced', () => {
    const { machine, race, gathers } = raceOn()
    const state = setup(machine)
    gathers()
    race(
      () => first(state),
      () => second(state),
      { schedule: 'A B' },
    )
    expect(gathers()).toEqual([{ cpu: 0, tables: false, nested: false }])
  })

  it('G-E13 in every schedule the page is gone, once, and tlb_flush_pending is back at 0', () => {
    const report = raceOn().race.all({
      setup,
      tasks: [first, second],
      check: ({ a, b, at }, machine) => {
        if (a.mm.rss.anon !== 0 || a.mm.field('tlb_flush_pending') !== 0n) return `rss ${a.mm.rss.anon}`
        if (machine.cpu(0).tlb.lookup(at) !== null || machine.cpu(1).tlb.lookup(at) !== null)
          return 'stale TLB entry'
        a.exit()
        b.exit()
        machine.spawn('another')
        return ''
      },
    })
    expect({ complete: report.complete, failing: report.failing }).toEqual({ complete: true, failing: null })
    expect(report.schedules).toBeGreaterThan(1)
  })
})

describe('P3: no CPU uses what is free', () => {
  const spec = (broken: Breakage) => ({
    setup(machine: Machine) {
      machine.break(broken)
      return setup(machine)
    },
    tasks: [
      ({ a, at }: Threads) => {
        a.madvise(at, PAGE, 'DONTNEED')
      },
      ({ b, at }: Threads) => {
        b.read(at)
        b.read(at)
      },
    ],
    outcome: (_state: Threads, machine: Machine) => machine.corruptions.length,
  })

  it('P3 holds in every schedule', () => {
    const report = raceOn().race.all(spec({}))
    expect({ complete: report.complete, failing: report.failing }).toEqual({ complete: true, failing: null })
  })

  it.each<[string, Breakage]>([
    ['no TLB is flushed', { flush: 'skip' }],
    ['only its own TLB is flushed', { flush: 'local' }],
  ])('P3 fails when %s, with a schedule that says how', (_name, broken) => {
    const { machine, race } = raceOn()
    const report = race.all(spec(broken))
    expect(report.failing?.why).toContain('already free')
    expect(report.failing?.preemptions).toBe(0)
    expect(report.failing?.schedule).toBe('A B')
    expect(machine.corruptions.map(({ via, cpu }) => ({ via, cpu }))[0]).toEqual({ via: 'tlb', cpu: 1 })
  })

  const gup = (broken: Breakage) => ({
    setup(machine: Machine) {
      machine.break(broken)
      return setup(machine)
    },
    tasks: [
      ({ a, at }: Threads) => a.munmap(at, PMD),
      ({ b, at }: Threads) => {
        b.gupFast(at)
      },
    ],
  })

  it('P3 holds for GUP-fast against munmap, where tables wait for RCU', () => {
    const { race } = raceOn({ arch: 'arm64' })
    const report = race.all(gup({}))
    expect({ complete: report.complete, failing: report.failing }).toEqual({ complete: true, failing: null })
  })

  it('P3 fails for GUP-fast when tables do not wait for RCU, in the middle of the walk', () => {
    const { machine, race } = raceOn({ arch: 'arm64' })
    const report = race.all(gup({ rcu: 'skip' }))
    expect(report.failing?.why).toContain('already free')
    expect(report.failing?.preemptions).toBe(1)
    expect(report.failing?.schedule).toMatch(/^B\d+ A B$/)
    expect(machine.corruptions[0].via).toBe('walker')
  })
})
