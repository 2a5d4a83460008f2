import { describe, expect, it } from 'vitest'
import { listOf, machinesOf, variationOf } from './vary.ts'

describe('what a comparison varies', () => {
  it('is read from lists as people write them', () => {
    expect(listOf(' 3.19,4.0;4.15  6.12, 4.0 ')).toEqual(['3.19', '4.0', '4.15', '6.12'])
  })

  it('is nothing when nothing is typed', () => {
    expect(variationOf('', ' , ', '')).toBeNull()
    expect(machinesOf(null)).toBe(0)
  })

  it('is every combination', () => {
    const vary = variationOf('x86_64, s390', '4.0 6.12', 'A0,A5')
    expect(vary).toEqual({
      archs: ['x86_64', 's390'],
      kernels: ['4.0', '6.12'],
      policies: { accounting: ['A0', 'A5'] },
    })
    expect(machinesOf(vary)).toBe(8)
  })
})
