import { describe, expect, it } from 'vitest'
import { freezeByProperty, withFastFreeze } from './freeze.ts'

const samples: [string, object][] = [
  ['an object', { a: 1, [Symbol('s')]: { c: 3 } }],
  ['accessors', Object.defineProperty({}, 'a', { get: () => 1, configurable: true })],
  ['an array', Object.assign(new Array(3), { 1: 1 })],
  [
    'a prototype',
    class A {
      static x = 1
    }.prototype,
  ],
  ['a sealed object', Object.seal({ a: 1 })],
  ['an error', new Error('x')],
  ['an empty object', Object.create(null)],
]

describe('freezeByProperty', () => {
  it.each(samples)('freezes %s as Object.freeze does', (_, value) => {
    expect(freezeByProperty(value)).toBe(value)
    expect(Object.isFrozen(value)).toBe(true)
  })

  it('gives primitives back', () => {
    expect(freezeByProperty(1)).toBe(1)
    expect(freezeByProperty(null)).toBe(null)
  })
})

describe('withFastFreeze', () => {
  it('stands in for Object.freeze only while a library loads', () => {
    const before = Object.freeze
    const load = () => {
      expect(Object.freeze).not.toBe(before)
      expect(Object.isFrozen(Object.freeze({ a: 1 }))).toBe(true)
      throw new Error('from the library')
    }
    expect(() => withFastFreeze(load)).toThrow('from the library')
    expect(Object.freeze).toBe(before)
  })
})
