import { describe, expect, it } from 'vitest'
import type { Machine, MachineSpec, RunContext } from '../api.ts'
import { raceLab, threads, type Threads } from './race.fixture.ts'

const PAGE = 4096

const raceOn = (spec: MachineSpec): RunContext => raceLab(spec).context

/** A mapping below a pud entry that is still empty. */
const setup = (machine: Machine): Threads => threads(machine, 2 * PAGE)

/** The end of both threads, and of the last borrower of their mm: check_mm has run. */
function leave({ a, b }: Threads, machine: Machine): void {
  a.exit()
  b.exit()
  machine.spawn('another')
}

describe('A-E8: two threads fault the same empty pud entry', () => {
  const tasks = [({ a, at }: Threads) => a.write(at), ({ b, at }: Threads) => b.write(at)]

  it('A-E8 counted before the check: one table loses the race and nr_pmds stays one too high', () => {
    const { machine, race } = raceOn({
      kernel: '4.0',
      policies: { accounting: 'nr_pmds_unconditional_rc' },
    })
    const report = race.all({ setup, tasks, check: leave, outcome: (_state, own) => own.dmesg.join() })
    expect(report.complete).toBe(true)
    expect(report.failing?.why).toBe('BUG: non-zero nr_pmds on freeing mm: 1')
    expect(report.failing?.preemptions).toBe(1)
    expect(report.outcomes.map(({ outcome }) => outcome).sort()).toEqual([
      '',
      'BUG: non-zero nr_pmds on freeing mm: 1',
    ])
    // The schedule that fails is the one that the machine of the run went through.
    expect(report.shown.schedule).toBe(report.failing?.schedule)
    expect(machine.dmesg).toEqual(['BUG: non-zero nr_pmds on freeing mm: 1'])
  })

  it.each(['nr_ptes_only', 'nr_pmds_unconditional', 'nr_pmds_kconfig', 'pgtables_bytes'])(
    'A-E8 counted under the lock, %s: no schedule leaves anything (P2)',
    (accounting) => {
      const { machine, race } = raceOn({ kernel: '4.0', policies: { accounting } })
      const report = race.all({ setup, tasks, check: leave })
      expect({ complete: report.complete, failing: report.failing }).toEqual({
        complete: true,
        failing: null,
      })
      expect(machine.dmesg).toEqual([])
    },
  )
})

/** I-A1: what is counted is what is there. */
function counted({ a }: Threads): string | true {
  const { perLevel } = a.tables
  const real = (perLevel.pud + perLevel.pmd + perLevel.pte) * PAGE
  return a.mm.pgtables_bytes === real || `pgtables_bytes ${a.mm.pgtables_bytes}, tables ${real}`
}

describe('P1 and P2 after every schedule', () => {
  const races: Record<string, readonly ((state: Threads) => void)[]> = {
    'two faults on one page': [({ a, at }) => a.write(at), ({ b, at }) => b.write(at)],
    'a reading and a writing fault on one page': [({ a, at }) => a.read(at), ({ b, at }) => b.write(at)],
    'fault against munmap': [({ a, at }) => a.write(at), ({ b, at }) => b.munmap(at, PAGE)],
    'fault against munmap of the neighbour page': [
      ({ a, at }) => a.write(at),
      ({ b, at }) => b.munmap(at + BigInt(PAGE), PAGE),
    ],
    'fault against MADV_DONTNEED': [
      ({ a, at }) => a.write(at),
      ({ b, at }) => b.madvise(at, 2 * PAGE, 'DONTNEED'),
    ],
    'fork against fault': [({ a }) => void a.fork('child').exit(), ({ b, at }) => b.write(at, { value: 1 })],
    'mprotect against fault': [
      ({ a, at }) => a.mprotect(at, PAGE, 'r'),
      ({ b, at }) => b.write(at + BigInt(PAGE)),
    ],
    'exit of a thread against fault': [({ a }) => a.exit(), ({ b, at }) => b.write(at)],
  }
  it.each(Object.entries(races))('P1 P2 %s', (_name, tasks) => {
    const { race } = raceOn({})
    const check = (state: Threads, machine: Machine) => {
      const now = counted(state.a.alive ? state : { ...state, a: state.b })
      if (state.a.alive) state.a.exit()
      state.b.exit()
      machine.spawn('another')
      return now
    }
    const report = race.all({ setup, tasks, check })
    expect({ complete: report.complete, failing: report.failing }).toEqual({ complete: true, failing: null })
    expect(report.schedules).toBeGreaterThan(1)
  })
})
