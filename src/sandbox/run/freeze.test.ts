import { describe, expect, it } from 'vitest'
import { freezeByProperty, withFreezeByProperty } from './freeze.ts'

describe('freezeByProperty', () => {
  it.each([
    [
      'an object',
      {
        a: 1,
        get b() {
          return 2
        },
        [Symbol('s')]: { c: 3 },
      },
    ],
    ['an array', Object.assign(new Array(3), { 1: 1 })],
    ['a function', function named() {}],
    [
      'a class',
      class {
        static x = 1
        m() {}
      },
    ],
    ['a sealed object', Object.seal({ a: 1 })],
    ['an error', new Error('x')],
    ['an empty object', Object.create(null)],
  ])('freezes %s as Object.freeze does', (_, value: object) => {
    expect(freezeByProperty(value)).toBe(value)
    expect(Object.isFrozen(value)).toBe(true)
  })

  it('gives primitives back and refuses what cannot be frozen', () => {
    expect(freezeByProperty(1)).toBe(1)
    expect(freezeByProperty(null)).toBe(null)
    expect(() => freezeByProperty(new Uint8Array(1))).toThrow(TypeError)
  })

  it('stands in for Object.freeze only while a library loads', () => {
    const before = Object.freeze
    expect(() =>
      withFreezeByProperty(() => {
        expect(Object.freeze).toBe(freezeByProperty)
        throw new Error('x')
      }),
    ).toThrow('x')
    expect(Object.freeze).toBe(before)
  })
})
