/**
 * Seeded random numbers (xoshiro128**), the same in every host.
 */
import type { Random } from './api.ts'

export function createRandom(seed: number): Random {
  let a = mix(seed)
  let b = mix(a)
  let c = mix(b)
  let d = mix(c)
  const next = (): number => {
    const result = Math.imul(rotl(Math.imul(b, 5), 7), 9)
    const t = b << 9
    c ^= a
    d ^= b
    b ^= c
    a ^= d
    c ^= t
    d = rotl(d, 11)
    return result >>> 0
  }
  const int = (n: number): number => {
    if (!Number.isInteger(n) || n < 1 || n > 2 ** 32)
      throw new RangeError(`random.int(${n}): give a whole number from 1 to 2^32`)
    return Math.floor((next() / 2 ** 32) * n)
  }
  return Object.freeze({
    int,
    float: () => next() / 2 ** 32,
    pick: <T>(items: readonly T[]): T => items[int(items.length)],
    shuffle: <T>(items: readonly T[]): T[] => {
      const result = [...items]
      for (let i = result.length - 1; i > 0; i--) {
        const j = int(i + 1)
        const held = result[i]
        result[i] = result[j]
        result[j] = held
      }
      return result
    },
  })
}

function rotl(x: number, k: number): number {
  return (x << k) | (x >>> (32 - k))
}

/** One step of splitmix32: spreads a small seed over all bits. */
function mix(x: number): number {
  let z = (x + 0x9e3779b9) | 0
  z = Math.imul(z ^ (z >>> 16), 0x85ebca6b)
  z = Math.imul(z ^ (z >>> 13), 0xc2b2ae35)
  return z ^ (z >>> 16)
}
