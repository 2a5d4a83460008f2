import { describe, expect, it } from 'vitest'
import { WORK } from '../../src/trace/sync/activity.ts'
import { arrowLines, ticks } from './cpuLanes.ts'

describe('CPU lanes', () => {
  it('show the most telling work of each pixel', () => {
    const marks = [0, WORK.other, 5, WORK.tables, 6, WORK.ipi | WORK.fault, 9, WORK.switch]
    expect(ticks(marks, 1, 9, 10)).toEqual([
      'other',
      null,
      null,
      null,
      null,
      'tables',
      'ipi',
      null,
      null,
      'switch',
    ])
    expect(ticks(marks, 1, 9, 2)).toEqual(['ipi', 'switch'])
    expect(ticks([], 1, 9, 4)).toEqual([null, null, null, null])
  })

  it('know every kind of work', () => {
    for (const bit of Object.values(WORK)) expect(ticks([0, bit], 1, 0, 1)[0]).not.toBeNull()
  })

  it('draw arrows once where they lie on each other, and open ones to the end', () => {
    const arrow = { k: 10, kind: 'ipi' as const, from: 0, to: 1, done: 20 }
    const view = {
      stride: 1,
      cpus: [[], []],
      arrows: [arrow, arrow, { ...arrow, k: 50, done: -1 }],
      arrowsInAll: 3,
    }
    expect(arrowLines(view, 99, 100)).toEqual([
      { x: 11, toX: 21, from: 0, to: 1, kind: 'ipi', open: false },
      { x: 51, toX: 100, from: 0, to: 1, kind: 'ipi', open: true },
    ])
  })
})
