import { describe, expect, it } from 'vitest'
import { testMachine } from '../lab/testMachine.fixture.ts'

const PAGE = 4096
const SOFT_DIRTY = 1n << 55n

function process(spec = {}) {
  return testMachine(spec).spawn('t')
}

describe('clear_refs 4', () => {
  it('forgets soft-dirty until the next write, which costs a fault', () => {
    const task = process()
    const at = task.mmap({ length: 4 * PAGE })
    task.write(at, { count: 3 })
    task.clearRefs(4)
    const marks = () => task.pagemap(at, 4 * PAGE).map((entry) => (entry & SOFT_DIRTY) !== 0n)
    expect(marks()).toEqual([false, false, false, false])
    expect([task.pte(at).write, task.pte(at).dirty, task.vmas[0].flags.includes('sd')]).toEqual([
      false,
      true,
      false,
    ])
    const faults = task.minFaults
    const frame = task.frame(at)
    task.write(at)
    task.read(at + BigInt(PAGE))
    task.write(at + BigInt(3 * PAGE))
    expect(marks()).toEqual([true, false, false, true])
    expect([task.minFaults - faults, task.frame(at)]).toEqual([2, frame])
  })

  it('flushes the whole mm', () => {
    const task = process()
    const at = task.mmap({ length: PAGE })
    task.write(at)
    const gen = task.mm.field('context.tlb_gen')
    task.clearRefs(4)
    expect(task.mm.field('context.tlb_gen')).toBe(gen + 1n)
  })

  it('does nothing where soft-dirty is not built in', () => {
    const task = process({ arch: 'arm64' })
    const at = task.mmap({ length: PAGE })
    task.write(at)
    task.clearRefs(4)
    expect(task.pte(at).write).toBe(true)
  })
})

describe('clear_refs 1, 2, 3', () => {
  it('makes entries old and leaves translations cached', () => {
    const task = process()
    const at = task.mmap({ length: 2 * PAGE })
    task.write(at)
    task.read(at + BigInt(PAGE))
    task.clearRefs(3)
    expect(task.pte(at).young).toBe(true)
    task.clearRefs(1)
    expect([task.pte(at).young, task.pte(at).dirty]).toEqual([false, true])
    // The zero page belongs to nobody and is left alone.
    expect(task.pte(at + BigInt(PAGE)).young).toBe(true)
    task.read(at)
    expect(task.pte(at).young).toBe(false)
  })

  it('refuses other values', () => {
    expect(() => process().clearRefs(6 as 5)).toThrow('EINVAL')
  })
})
