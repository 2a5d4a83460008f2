import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { bounds, callSpans, changing, kOf, valueAt, xOf } from './lanes.ts'

const series = (name: string, ...values: number[]) => ({
  name,
  unit: '',
  points: values.map((value, k): [number, number] => [k * 10, value]),
})

describe('the timeline', () => {
  it('has lanes only for counters that change', () => {
    expect(changing([series('a', 1, 1, 1), series('b', 1, 2), series('c')]).map((one) => one.name)).toEqual([
      'b',
    ])
  })

  it('finds the value after an event', () => {
    const { points } = series('a', 5, 7, 9)
    expect([-1, 0, 9, 10, 99].map((k) => valueAt(points, k))).toEqual([null, 5, 5, 7, 9])
  })

  it('draws flat lines inside their lane', () => {
    expect(bounds(series('a', 4, 4).points)).toEqual({ low: 0, high: 4 })
    expect(bounds([])).toEqual({ low: 0, high: 1 })
  })

  it('maps events to pixels and back', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 600 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (last, where) => {
          const k = Math.floor(where * (last + 1)) - 1
          expect(kOf(xOf(k, last, 900), last, 900)).toBe(k)
        },
      ),
    )
    expect([kOf(-50, 9, 100), kOf(500, 9, 100)]).toEqual([-1, 9])
  })

  it('merges calls thinner than a pixel and keeps their errors', () => {
    const rows = Array.from({ length: 10_000 }, (_, i) => ({
      first: i,
      last: i,
      error: i === 5000,
    }))
    const spans = callSpans(rows, 9999, 500)
    expect(spans.length).toBeLessThanOrEqual(500)
    expect(spans.filter((span) => span.error)).toHaveLength(1)
  })
})
