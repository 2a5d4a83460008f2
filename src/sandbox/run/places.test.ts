import { describe, expect, it } from 'vitest'
import type { ModuleCode } from '../messages.ts'
import { placeOfSite } from '../messages.ts'
import { describeError, messageOf, placeInStack, sourceColumn } from './places.ts'

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

describe('describeError', () => {
  const user = '    at run (eval at z (x), ptlab-module-0:3:16)'
  const lab = '    at emit (file:///x/runner.js:9:9)'
  const describeWith = (error: Error, stack: string) => {
    Reflect.set(globalThis, 'getStackString', () => stack)
    try {
      return describeError({ modules: [module] }, error, null)
    } finally {
      Reflect.deleteProperty(globalThis, 'getStackString')
    }
  }

  it('tells errors of the scenario from errors of the lab', () => {
    const at = { file: 'a.ts', line: 2, column: 8 }
    const own = describeWith(new TypeError('x is null'), `TypeError\n${user}\n${lab}`)
    expect(own).toEqual({ message: 'TypeError: x is null', at, internal: false })
    const builtin = describeWith(new TypeError('bad'), `TypeError\n    at Array.map (<anonymous>)\n${user}`)
    expect(builtin.internal).toBe(false)
    const ours = describeWith(new TypeError('y is null'), `TypeError\n${`${lab}\n`.repeat(4)}${user}`)
    expect(ours).toEqual({ message: 'the lab itself failed: TypeError: y is null', at, internal: true })
    const atTheDoor = describeWith(new TypeError('this is not a process'), `TypeError\n${lab}\n${user}`)
    expect(atTheDoor.internal).toBe(false)
    expect(describeWith(new SyntaxError('x'), `${lab}\n`.repeat(9)).internal).toBe(false)
    const recursion = describeWith(
      new RangeError('Maximum call stack size exceeded'),
      `RangeError\n${`${lab}\n`.repeat(9)}${user}`,
    )
    expect(recursion.internal).toBe(false)
  })

  it('gives errors of system calls as they are', () => {
    const error = Object.assign(new Error('mmap: EINVAL'), { name: 'LinuxError' })
    expect(describeWith(error, `LinuxError\n${lab}\n${user}`)).toMatchObject({
      message: 'mmap: EINVAL',
      internal: false,
    })
  })
})
