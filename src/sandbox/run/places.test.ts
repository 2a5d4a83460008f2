import { describe, expect, it } from 'vitest'
import type { ModuleCode } from '../messages.ts'
import { placeOfSite } from '../messages.ts'
import { messageOf, placeInStack, sourceColumn } from './places.ts'

const module: ModuleCode = {
  file: 'a.ts',
  code: '',
  imports: [],
  exports: [],
  reexports: [],
  helper: '$_',
  texts: [],
  sites: [1, 2, 3, 4],
  // `foo(bar)` on line 2: 5 characters before `bar` (column 5) and 3 behind it (column 8).
  inserts: [1, 9, 4, 2, 5, 5, 2, 8, 3],
}

describe('places', () => {
  it.each([
    [1, 1],
    [4, 4],
    [5, 5],
    [7, 5],
    [10, 5],
    [12, 7],
    [13, 8],
    [15, 8],
    [16, 8],
    [20, 12],
  ])('column %i of marked code is column %i of the source', (column, expected) => {
    expect(sourceColumn(module, 2, column)).toBe(expected)
  })

  it('leaves other lines alone', () => {
    expect(sourceColumn(module, 3, 20)).toBe(20)
  })

  it('finds the topmost place of the user in a stack', () => {
    const stack =
      'at emit (file:///x/runner.js:9:9)\nat run (eval at z (x), ptlab-module-0:3:16)\nat ptlab-module-0:9:1'
    expect(placeInStack({ modules: [module] }, stack)).toEqual({ file: 'a.ts', line: 2, column: 8 })
    expect(placeInStack({ modules: [module] }, 'at x (file:///y.js:1:1)')).toBeNull()
    expect(placeInStack({ modules: [module] }, 'ptlab-module-7:1:1')).toBeNull()
  })

  it('numbers call sites through all modules', () => {
    const program = { modules: [module, { ...module, file: 'b.ts', sites: [7, 8] }] }
    expect(placeOfSite(program, 1)).toEqual({ file: 'a.ts', line: 3, column: 4 })
    expect(placeOfSite(program, 2)).toEqual({ file: 'b.ts', line: 7, column: 8 })
    expect(placeOfSite(program, 3)).toBeNull()
    expect(placeOfSite(program, -1)).toBeNull()
  })
})

describe('messageOf', () => {
  it.each([
    [new RangeError('too far'), 'RangeError: too far'],
    [new Error(''), 'Error'],
    ['text', 'thrown: text'],
    [undefined, 'thrown: undefined'],
    [
      {
        toJSON: () => {
          throw new Error()
        },
      },
      'a value that cannot be shown was thrown',
    ],
  ])('%s', (error, text) => {
    expect(messageOf(error)).toBe(text)
  })
})
