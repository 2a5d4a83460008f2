import { expect, it } from 'vitest'
import { namedAddress, newestEntry } from './namedAddress.ts'

const vmas = [{ start: '0x200000000000', end: '0x200000042000' }]

it('takes the first number that lies in a mapping', () => {
  expect(namedAddress(['pte[1] 0x800000000421e867', 'a.write(0x2000_0000_1000, 2)'], vmas)).toBe(
    '0x200000001000',
  )
  expect(namedAddress(['page fault at 0x200000041fff'], vmas)).toBe('0x200000041fff')
})

it('takes none that lies outside', () => {
  expect(namedAddress(['frame 0x421e', 'end 0x200000042000', ''], vmas)).toBeNull()
})

it('finds the entry written last', () => {
  const table = { va: '0x200000', cells: [3, 3, 7, 2, 9, 3], writtenAt: [10, 40, 20] }
  expect(newestEntry(table, 4096)).toBe('0x207000')
  expect(newestEntry({ va: '0x0', cells: [], writtenAt: [] }, 4096)).toBeNull()
})
