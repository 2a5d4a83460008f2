import { describe, expect, it } from 'vitest'
import type { MachineSpec } from '../../lab/api.ts'
import { chooseMachines, withOwn } from './choice.ts'

const own = [
  { arch: 'x86_64', kernel: '6.1', features: { la57: true } },
  { arch: 'arm64', kernel: '6.1' },
  { kernel: '6.12', cpus: 2 },
]

describe('chooseMachines', () => {
  it("keeps the scenario's machines, or one of the default kind", () => {
    expect(chooseMachines(own, {})).toEqual(own)
    expect(chooseMachines(undefined, {})).toEqual([{}])
    expect(chooseMachines([], {})).toEqual([{}])
  })

  it('puts other machines in their place', () => {
    expect(chooseMachines(own, { machines: [{ cpus: 3 }] })).toEqual([{ cpus: 3 }])
  })

  it('runs every distinct machine on every architecture, without the features of the old one', () => {
    const a = { arch: 'a', kernel: '6.1' }
    const b = { arch: 'a', kernel: '6.12', cpus: 2 }
    expect(chooseMachines(own, { archs: ['a', 'b'] })).toEqual([
      a,
      b,
      { ...a, arch: 'b' },
      { ...b, arch: 'b' },
    ])
  })

  it('sets the kernel and drops what has become equal', () => {
    expect(chooseMachines([{ kernel: '6.1' }, { kernel: '7.2' }], { kernel: '6.12' })).toEqual([
      { kernel: '6.12' },
    ])
  })

  it('runs the first machine in every combination of what varies', () => {
    const vary = { archs: ['a', 'b'], kernels: ['4.0', '6.12'], policies: { accounting: ['A0', 'A5'] } }
    const machines = chooseMachines(own, { vary })
    expect(machines).toHaveLength(8)
    expect(machines[0]).toEqual({ arch: 'a', kernel: '4.0', policies: { accounting: 'A0' } })
    expect(chooseMachines(own, { vary: { kernels: ['4.0'] } })).toEqual([{ ...own[0], kernel: '4.0' }])
  })

  it('tells others of an alternative by its id, and gives the machine the alternative itself', () => {
    const mine = { id: 'mine', installed: () => {}, freed: () => {}, bytes: () => 0 }
    const wanted = [{ policies: { accounting: mine } }]
    const told = chooseMachines(wanted, {})
    expect(told).toEqual([{ policies: { accounting: 'mine' } }])
    expect(withOwn(told[0], wanted).policies?.accounting).toBe(mine)
    expect(withOwn({ policies: { accounting: 'A5' } }, wanted).policies?.accounting).toBe('A5')
    expect(chooseMachines(wanted, { vary: { policies: { accounting: ['mine', 'A5'] } } })).toHaveLength(2)
  })

  it('refuses what is no alternative before anything runs', () => {
    const wanted = [{ policies: { accounting: { id: 'x' } } }] as unknown as MachineSpec[]
    expect(() => chooseMachines(wanted, {})).toThrow(/policies.accounting 'x': id: give 3 to 40/)
    const special = { id: 'mine', installed: () => {}, freed: () => {}, bytes: () => 0 }
    expect(() => chooseMachines([{ policies: { special } }], {})).toThrow(
      /only accounting takes one of your own/,
    )
  })
})
