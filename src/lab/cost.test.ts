import { describe, expect, it } from 'vitest'
import { UNIT_COSTS } from '../trace/cost/units.ts'
import type { Machine } from './api.ts'
import { testMachine } from './testMachine.fixture.ts'
import { watched } from './watched.fixture.ts'

const touch = (machine: Machine): void => {
  const task = machine.spawn('t')
  task.write(task.mmap({ length: 8 * machine.arch.PAGE_SIZE }), { count: 8 })
}

describe('machine.cost', () => {
  it('counts events, multiplies by unit costs, and adds up both ways', () => {
    const machine = testMachine({ cpus: 2 })
    touch(machine)
    machine.cpu(1).run(machine.processes[0], () => machine.processes[0].fork())
    const { ns, byMechanism, byCpu } = machine.cost
    expect(byMechanism.fault).toEqual({ events: 8, units: 0, ns: 8 * 500 })
    const sum = (list: readonly number[]) => list.reduce((total, each) => total + each, 0)
    expect(sum(Object.values(byMechanism).map((each) => each.ns))).toBeCloseTo(ns)
    expect(sum(byCpu)).toBeCloseTo(ns)
    expect(Math.min(...byCpu)).toBeGreaterThan(0)
  })

  it('grows with the work, and is the same however often it is asked', () => {
    const [one, other] = [testMachine(), testMachine()]
    touch(one)
    void one.cost
    touch(one)
    touch(other)
    touch(other)
    expect(one.cost).toEqual(other.cost)
    expect(one.cost.byMechanism.fault.events).toBe(16)
  })

  it('is what the trace says afterwards', () => {
    const { machine, read } = watched({ cpus: 3 })
    touch(machine)
    const task = machine.processes[0]
    machine
      .cpu(2)
      .run(task, () => task.fork())
      .write(task.vmas[0].start, { count: 3 })
    task.munmap(task.vmas[0].start, 4096)
    expect(read().query.costTotals()).toEqual(machine.cost)
    expect(machine.cost.byMechanism.pageCopy).toMatchObject({ events: 3, units: 3 })
  })

  it('uses what the scenario says instead', () => {
    const machine = testMachine({ costs: { fault: { ns: 7 }, pageAlloc: { perUnit: 0 } } })
    touch(machine)
    expect(machine.cost.byMechanism.fault.ns).toBe(56)
    expect(machine.cost.byMechanism.pageAlloc.ns).toBe(0)
  })

  it('takes longer to zero larger pages', () => {
    const machine = testMachine({ arch: 'arm64-16k-va47' })
    touch(machine)
    const { pageAlloc } = machine.cost.byMechanism
    expect(pageAlloc.ns).toBe(pageAlloc.units * 400)
  })

  it('says what is wrong with a change', () => {
    expect(() => testMachine({ costs: { faults: { ns: 1 } } })).toThrow(
      /costs.faults is not known; there are syscall/,
    )
    expect(() => testMachine({ costs: { fault: { ns: -1 } } })).toThrow(
      'costs.fault: -1; give nanoseconds, 0 or more',
    )
    expect(() => testMachine({ costs: { fault: 5 as never } })).toThrow('costs.fault: give { ns, perUnit }')
  })

  it('has a source on every figure', () => {
    for (const { id, source } of UNIT_COSTS) expect([id, source.length > 5]).toEqual([id, true])
    expect(new Set(UNIT_COSTS.map(({ id }) => id)).size).toBe(UNIT_COSTS.length)
  })
})
