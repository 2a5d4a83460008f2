import { describe, expect, it } from 'vitest'
import type { TableRef } from '../../src/trace/views.ts'
import { coverage } from './coverage.ts'
import { layOutSpans, positionOf } from './scale.ts'

describe('the ruler of an address space', () => {
  const spans = [
    { start: 0x1000n, end: 0x3000n },
    { start: 0x3000n, end: 0x4000n },
    { start: 0x7fff_0000_0000n, end: 0x7fff_4000_0000n },
  ]
  const segments = layOutSpans(spans, 100)

  it('puts a gap only between spans that do not touch', () => {
    expect(segments.map((segment) => segment.gap)).toEqual([false, false, true, false])
  })

  it('gives larger spans more room', () => {
    expect(segments[3]?.width).toBeGreaterThan(segments[0]?.width ?? Infinity)
  })

  it('never runs backwards', () => {
    const at = [0n, 0x1000n, 0x2fffn, 0x3000n, 0x9000n, 0x7fff_2000_0000n, 0xffff_0000_0000n].map((va) =>
      positionOf(segments, va),
    )
    expect([...at].sort((a, b) => a - b)).toEqual(at)
  })

  it('fills the room when there is some', () => {
    const wide = layOutSpans(spans.slice(0, 2), 150)
    const last = wide.at(-1)
    expect((last?.x ?? 0) + (last?.width ?? 0)).toBeCloseTo(150)
  })
})

it('knows what each table covers from the entries below it', () => {
  const table = (level: TableRef['level'], parent: number | null, va: string): TableRef => ({
    id: 1,
    level,
    parent,
    parentIndex: 0,
    frame: 1,
    offset: 0,
    entries: 512,
    used: 1,
    va,
    sharesPageWith: [],
    users: 1,
    kernel: false,
    deposited: false,
  })
  const lanes = coverage(
    [table('pgd', null, '0x0'), table('pmd', 1, '0x40000000'), table('pte', 1, '0x40200000')],
    4096,
  )
  expect(lanes.map((lane) => [lane.level, lane.covers.map((one) => one.end - one.start)])).toEqual([
    ['pmd', [1n << 30n]],
    ['pte', [1n << 21n]],
  ])
})
