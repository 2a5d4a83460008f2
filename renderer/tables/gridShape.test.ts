import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { cellAt, gridShape, moveInGrid } from './gridShape.ts'

const entries = fc.constantFrom(4, 16, 256, 512, 1024, 2048, 8192, 65536)
const width = fc.integer({ min: 60, max: 900 })

describe('the grid of a table', () => {
  it('keeps its columns a power of two and inside the width', () => {
    fc.assert(
      fc.property(entries, width, (count, room) => {
        const shape = gridShape(count, room)
        expect(Number.isInteger(Math.log2(shape.columns))).toBe(true)
        expect(shape.columns * shape.cell).toBeLessThanOrEqual(room + 0.001)
        expect(shape.rows * shape.columns).toBeGreaterThanOrEqual(count)
      }),
    )
  })

  it('finds every cell where it is drawn, and nothing beside', () => {
    const shape = gridShape(512, 200)
    for (const index of [0, 31, 32, 511]) {
      const x = (index % shape.columns) * shape.cell + 1
      const y = Math.floor(index / shape.columns) * shape.cell + 1
      expect(cellAt(shape, 512, x, y)).toBe(index)
    }
    expect(cellAt(shape, 512, -1, 0)).toBe(-1)
    expect(cellAt(shape, 512, 0, shape.height + 9)).toBe(-1)
  })

  it('moves with the arrow keys and stops at the edges', () => {
    const shape = gridShape(512, 200)
    expect(moveInGrid(shape, 512, 5, 'ArrowRight')).toBe(6)
    expect(moveInGrid(shape, 512, 5, 'ArrowUp')).toBe(5)
    expect(moveInGrid(shape, 512, 5, 'ArrowDown')).toBe(5 + shape.columns)
    expect([moveInGrid(shape, 512, 5, 'Home'), moveInGrid(shape, 512, 5, 'End')]).toEqual([0, 511])
    expect(moveInGrid(shape, 512, 5, 'a')).toBeNull()
  })
})
