import { expect, it } from 'vitest'
import { PageIdentity } from './pageIdentity.ts'
import { Renaming } from './renaming.ts'
import { Comparison } from './report.ts'

/** One operation: process, address, recorded page, simulated frame. */
type Seen = [process: number, address: string, page: number | 'zero', frame: number | 'zero']

function compare(...operations: Seen[][]): { compared: number; fields: string[] } {
  const comparison = new Comparison()
  const identity = new PageIdentity()
  for (const operation of operations) {
    for (const [process, a, page, frame] of operation) identity.see(process, { a, f: 'P', page }, frame)
    identity.compare(comparison, 'test')
  }
  return { compared: comparison.compared, fields: comparison.differences.map(({ field }) => field) }
}

it('numbers of pages mean nothing, which are the same does', () => {
  expect(compare([[0, '0x1', 7, 100], [1, '0x1', 7, 100], [0, '0x2', 8, 50]]).fields).toEqual([])
  expect(compare([[0, '0x1', 7, 100], [1, '0x1', 7, 101]]).fields).toEqual(['pagemap[0x1].page'])
  expect(compare([[0, '0x1', 7, 100], [1, '0x1', 9, 100]]).fields).toEqual(['pagemap[0x1].page'])
})

it('every zero page is the same', () => {
  expect(compare([[0, '0x1', 'zero', 'zero'], [0, '0x2', 'zero', 'zero']]).fields).toEqual([])
  expect(compare([[0, '0x1', 'zero', 'zero'], [0, '0x2', 'zero', 5]]).fields).toEqual(['pagemap[0x2].page'])
})

it('a page that stayed must stay, one that was replaced must be replaced', () => {
  expect(compare([[0, '0x1', 7, 100]], [[0, '0x1', 7, 100]]).fields).toEqual([])
  expect(compare([[0, '0x1', 7, 100]], [[0, '0x1', 8, 100]]).fields).toEqual(['pagemap[0x1].page kept'])
  expect(compare([[0, '0x1', 7, 100]], [[0, '0x1', 7, 101]]).fields).toEqual(['pagemap[0x1].page kept'])
})

it('renaming is one to one, except for zero pages', () => {
  const renaming = new Renaming()
  expect(renaming.same('1', 'a', false)).toBe(true)
  expect(renaming.same('1', 'a', false)).toBe(true)
  expect(renaming.same('1', 'b', false)).toBe(false)
  expect(renaming.same('2', 'a', false)).toBe(false)
  expect(renaming.same('3', 'zero', true)).toBe(true)
  expect(renaming.same('4', 'zero', true)).toBe(true)
  expect(renaming.same('3', 'c', false)).toBe(false)
})
