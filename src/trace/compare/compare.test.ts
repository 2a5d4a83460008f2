import { describe, expect, it } from 'vitest'
import { CallCounters } from './counters.ts'
import { compared, queryOf, type Story } from './testing/runs.ts'

/** Spawn, map, and `pages` writes each in a pmd table of its own; the number of rounds may depend on the machine. */
const hog =
  (rounds: (kernel: string) => number): Story =>
  ({ machine }, line) => {
    line(1)
    const task = machine.spawn('hog')
    const { PUD_SIZE } = machine.arch
    for (let i = 1; i <= rounds(machine.kernel); i++) {
      line(2)
      const at = task.mmap({ length: PUD_SIZE, addr: i * PUD_SIZE, fixed: true })
      line(3)
      task.write(at)
    }
    line(4)
    task.exit()
  }

const KERNELS = ['3.19', '4.0', '4.15', '6.12'].map((kernel) => ({ kernel }))

describe('calls of several machines in one list', () => {
  it('are the same rows where all make them', () => {
    const comparison = compared(
      KERNELS,
      hog(() => 5),
    )
    const { total, rows } = comparison.rows(0, 100)
    expect(total).toBe(12)
    expect(rows.map(({ line }) => line)).toEqual([1, 2, 3, 2, 3, 2, 3, 2, 3, 2, 3, 4])
    expect(rows.every(({ cells }) => cells.every((cell) => cell !== null))).toBe(true)
  })

  it('keep the rounds that only one machine makes apart, and meet again behind the loop', () => {
    const comparison = compared(
      KERNELS.slice(0, 2),
      hog((kernel) => (kernel === '3.19' ? 2 : 4)),
    )
    const { rows } = comparison.rows(0, 100)
    expect(rows.map(({ line }) => line)).toEqual([1, 2, 3, 2, 3, 2, 3, 2, 3, 4])
    expect(rows.map(({ cells }) => cells.map((cell) => cell !== null))).toEqual([
      ...Array.from({ length: 5 }, () => [true, true]),
      ...Array.from({ length: 4 }, () => [false, true]),
      [true, true],
    ])
    // The machine that waits stays where it was.
    expect(comparison.step(8).k[0]).toBe(comparison.step(4).k[0])
    expect(comparison.step(9).k[0]).toBeGreaterThan(comparison.step(8).k[0])
  })

  it('follow the first machine where two make them in opposite orders', () => {
    const story: Story = ({ machine }, line) => {
      const lines = machine.kernel === '3.19' ? [1, 2] : [2, 1]
      for (const one of lines) {
        line(one)
        machine.spawn(`p${one}`)
      }
    }
    const comparison = compared(KERNELS.slice(0, 2), story)
    const { rows } = comparison.rows(0, 10)
    expect(rows.map(({ line, cells }) => [line, cells.length])).toEqual([
      [1, 2],
      [2, 2],
    ])
  })
})

describe('where machines part ways', () => {
  it('is the first table that one of them counts and another does not', () => {
    const comparison = compared(
      KERNELS,
      hog(() => 3),
    )
    const first = comparison.divergence(-1)
    expect([first?.row, first?.call.line]).toEqual([2, 3])
    const cause = (what: string) => first?.causes.find((one) => one.what === what)?.counts
    expect(cause('nr_pmds +1')).toEqual([0, 1, 0, 0])
    expect(cause('nr_ptes +1')).toEqual([1, 1, 0, 0])
    expect(cause('pgtables_bytes +4096')).toEqual([0, 0, 3, 3])
    expect(first?.explanation.join('\n')).toContain('nr_ptes_only on 3.19')
  })

  it('names an event of each machine that shows it', () => {
    const comparison = compared(
      KERNELS.slice(0, 2),
      hog(() => 1),
    )
    const cause = comparison.divergence(-1)?.causes.find(({ what }) => what === 'nr_pmds +1')
    const [none, k] = cause?.first ?? []
    expect(none).toBe(-1)
    expect(comparison.machines[1].query.row(k).text).toContain('nr_pmds')
  })

  it('is nowhere on two machines that are the same', () => {
    const comparison = compared(
      [{}, {}],
      hog(() => 3),
    )
    expect(comparison.divergence(-1)).toBeNull()
    expect(comparison.summary().differing).toBe(0)
  })

  it('is the call that fails on one machine only', () => {
    const story: Story = ({ machine }, line) => {
      const task = machine.spawn('t')
      line(7)
      try {
        task.mmap({ length: 4096, addr: 2 ** 40, fixed: true })
      } catch {
        line(8)
        task.exit()
      }
    }
    const comparison = compared([{ arch: 'x86_64' }, { arch: 'x86-2level' }], story)
    const rows = comparison.rows(0, 10).rows
    const row = rows.find(({ line }) => line === 7)
    expect(row?.cells.map((cell) => cell?.error)).toEqual([false, true])
    expect(row?.differs).toBe(true)
    const why = comparison.explained(row?.row ?? -1)
    expect(why.groups).toEqual([0, 1])
    expect(why.causes[0].what).toBe('returns without an error')
    expect(rows.at(-1)?.cells.map((cell) => cell !== null)).toEqual([false, true])
  })
})

describe('machines side by side', () => {
  const comparison = compared(
    KERNELS,
    hog(() => 4),
  )
  const step = comparison.step(8)

  it('show the fields each kernel has', () => {
    const field = (name: string) => step.fields.find((one) => one.name === name)
    expect(field('nr_pmds')).toMatchObject({ values: [null, '4', null, null], differs: true })
    expect(field('nr_ptes')).toMatchObject({ values: ['4', '4', null, null], differs: true })
    expect(field('pgtables_bytes')).toMatchObject({ values: [null, null, '36864', '36864'], differs: true })
    expect(field('map_count')).toMatchObject({ differs: false })
  })

  it('show what tables take, what the kernel knows of, and the rest', () => {
    expect(step.bytes.map((one) => one?.tables)).toEqual([40960, 40960, 40960, 40960])
    expect(step.bytes.map((one) => one?.known)).toEqual([4 * 4096, 8 * 4096, 36864, 36864])
    expect(step.levels.find(({ level }) => level === 'pmd')).toMatchObject({
      tables: [4, 4, 4, 4],
      differs: false,
    })
  })

  it('agree with what each trace says by itself', () => {
    comparison.machines.forEach(({ query }, i) => {
      const { mms } = query.state(step.k[i], { mm: step.mm[i] })
      expect(mms[0].tables.bytes).toBe(step.bytes[i]?.tables)
      expect(query.row(step.k[i]).time).toBe(step.time[i])
    })
  })

  it('count events and costs of the call and up to it', () => {
    const faults = step.events.find(({ name }) => name === 'page_fault_user')
    expect([faults?.here, faults?.upTo]).toEqual([
      [1, 1, 1, 1],
      [4, 4, 4, 4],
    ])
    const total = comparison.step(comparison.length - 1)
    const costs = total.costs.reduce((sum, { upTo }) => sum + upTo[0], 0)
    expect(costs).toBeCloseTo(total.time[0])
  })

  it('draw one chart whose last point is the state at the end', () => {
    const chart = comparison.chart('known', 50)
    expect(chart.rows).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9])
    expect(chart.values.map((line) => line[8])).toEqual(step.bytes.map((one) => one?.known))
    expect(chart.values.map((line) => line.at(-1))).toEqual([0, 0, 0, 0])
    expect(comparison.chart('known', 3).rows).toEqual([0, 5, 9])
  })

  it('sum up where most was hidden', () => {
    const { worst, machines } = comparison.summary()
    expect(worst?.row).toBe(8)
    expect(machines.map(({ atWorst }) => atWorst.hidden)).toEqual(step.bytes.map((one) => one?.hidden))
  })
})

describe('tables of machines side by side', () => {
  it('are matched by level and address; those that differ are marked', () => {
    const story: Story = ({ machine }, line) => {
      line(1)
      const task = machine.spawn('t')
      line(2)
      const at = task.mmap({ length: 4 * 2 ** 21, addr: 2 ** 32, fixed: true })
      line(3)
      task.write(at, { count: machine.kernel === '6.1' ? 1 : 2, stride: 2 ** 21 })
    }
    const comparison = compared([{ kernel: '6.1' }, { kernel: '6.12' }], story)
    const page = { from: 0, count: 100, all: false }
    const { rows, total, differing } = comparison.tables(2, 0, page)
    expect([total, differing]).toEqual([2, 2])
    expect(rows.map(({ level, va, cells }) => [level, va, cells.map((cell) => cell?.used ?? null)])).toEqual([
      ['pmd', '0x100000000', [1, 2]],
      ['pte', '0x100200000', [null, 1]],
    ])
    expect(comparison.tables(2, 0, { ...page, all: true }).total).toBe(5)
  })
})

it('a long trace is aligned and searched without holding a copy of it', () => {
  const story = hog(() => 400)
  const comparison = compared(KERNELS.slice(2), story)
  expect(comparison.length).toBe(802)
  expect(queryOf({ kernel: '4.15' }, story).trace.hash).toBe(comparison.machines[0].query.trace.hash)
})

it('counters read in the middle are those of a run that ends there', () => {
  const { trace, arch } = queryOf(
    {},
    hog(() => 6),
  )
  const all = new CallCounters(trace, arch)
  for (const call of [0, 3, 7, trace.ops.count - 1])
    expect(new CallCounters(trace, arch, undefined, call + 1).last, `call ${call}`).toEqual(
      all.afterAll(call),
    )
})
