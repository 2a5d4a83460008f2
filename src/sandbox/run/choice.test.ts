import { describe, expect, it } from 'vitest'
import { chooseMachines } from './choice.ts'

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
})
