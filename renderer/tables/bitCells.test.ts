import { describe, expect, it } from 'vitest'
import { bitCells } from './bitCells.ts'

const field = (name: string, hi: number, lo: number) => ({
  name,
  hi,
  lo,
  macro: '',
  value: '',
  meaning: '',
  kind: 'flag' as const,
})

describe('the bits of an entry', () => {
  it('go from the highest down, each with its field', () => {
    const cells = bitCells('0x8000000000000005', [
      field('P', 0, 0),
      field('PFN', 51, 12),
      field('NX', 63, 63),
    ])
    expect(cells).toHaveLength(64)
    expect(cells[0]).toEqual({ bit: 63, one: true, field: 2 })
    expect(cells[63]).toEqual({ bit: 0, one: true, field: 0 })
    expect(cells[61]).toEqual({ bit: 2, one: true, field: -1 })
    expect(cells.filter((cell) => cell.field === 1)).toHaveLength(40)
  })

  it('are 32 for a 32-bit entry', () => {
    expect(bitCells('0x7', [field('P', 0, 0), field('PFN', 31, 12)])).toHaveLength(32)
  })
})
