import { describe, expect, it } from 'vitest'
import type { OpRow } from '../../src/trace/views.ts'
import { ghostLines } from './ghost.ts'
import { sameFile } from './sameFile.ts'

const row = (line: number, over: Partial<OpRow> = {}): OpRow => ({
  op: 1,
  first: 0,
  last: 1,
  text: '',
  result: '',
  error: false,
  process: 1,
  file: 'a.ts',
  line,
  column: 1,
  faults: 0,
  tablesAllocated: 0,
  tablesFreed: 0,
  flushes: 0,
  ...over,
})
const ghosts = (...rows: OpRow[]) => Object.fromEntries(ghostLines(rows, (file) => file === 'a.ts'))

describe('ghost text', () => {
  it('says what one call returned and set off', () => {
    expect(ghosts(row(3, { result: '0x2000', faults: 66, tablesAllocated: 3 }))).toEqual({
      3: '0x2000 · 66 faults, 3 tables',
    })
    expect(ghosts(row(4, { tablesFreed: 1, flushes: 2 }))).toEqual({ 4: '1 table freed, 2 flushes' })
  })

  it('sums the calls of a loop', () => {
    expect(ghosts(row(5, { faults: 1, result: 'x' }), row(5, { faults: 1, error: true }))).toEqual({
      5: '2× · 1 error · 2 faults',
    })
  })

  it('says nothing for calls without effect, without a line or in another file', () => {
    expect(ghosts(row(6), row(0, { faults: 1 }), row(7, { file: 'b.ts', faults: 1 }))).toEqual({})
  })
})

it('knows a scenario with and without its folder', () => {
  expect(sameFile('fork.ts', 'lessons/fork.ts')).toBe(true)
  expect(sameFile('lessons/other.ts', 'lessons/fork.ts')).toBe(false)
})
