import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { contentHeight, scrollFor, windowAt } from './virtualWindow.ts'

const ROW = 20
const VIEW = 400

describe('the rows in sight', () => {
  it('are those under the viewport, and a few more', () => {
    expect(windowAt(200, 1000, ROW, VIEW, 2)).toEqual({ first: 8, end: 32, top: 160 })
    expect(windowAt(0, 3, ROW, VIEW, 2)).toEqual({ first: 0, end: 3, top: 0 })
  })

  it('reach both ends of ten million rows', () => {
    const count = 10_000_000
    const bottom = contentHeight(count, ROW) - VIEW
    expect(windowAt(0, count, ROW, VIEW, 0).first).toBe(0)
    expect(windowAt(bottom, count, ROW, VIEW, 0).end).toBe(count)
  })

  it('hold any row that was scrolled to', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 20_000_000 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (count, where, from) => {
          const index = Math.floor(where * (count - 1))
          const scrollTop = from * Math.max(0, contentHeight(count, ROW) - VIEW)
          const target = scrollFor(index, count, ROW, VIEW, scrollTop) ?? scrollTop
          const { first, end } = windowAt(target, count, ROW, VIEW, 1)
          expect(index).toBeGreaterThanOrEqual(first)
          expect(index).toBeLessThan(end)
        },
      ),
    )
  })

  it('stay where they are for a row in sight', () => {
    expect(scrollFor(12, 1000, ROW, VIEW, 200)).toBeNull()
    expect(scrollFor(9, 1000, ROW, VIEW, 200)).toBe(180)
    expect(scrollFor(30, 1000, ROW, VIEW, 200)).toBe(220)
  })
})
