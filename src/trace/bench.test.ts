import { describe, expect, it } from 'vitest'
import { benchTrace } from './bench.ts'
import { testHeader } from './fixture.ts'
import { testArch } from './testArch.fixture.ts'

describe('measurements', () => {
  it('come from the clock they are given, over traces of the size asked for', () => {
    let ticks = 0
    for (const shape of ['faults', 'tables'] as const) {
      const numbers = benchTrace(() => ++ticks, testArch, testHeader, 200_000, shape)
      expect(numbers.events).toBeGreaterThanOrEqual(200_000)
      expect(numbers.events).toBeLessThan(200_100)
      // Every reading of this clock is one tick after the other.
      expect(numbers).toMatchObject({
        emittedPerSecond: 200_000_000,
        openMs: 1,
        keyframesMs: 1,
        atP95Ms: 1,
        stepP95Ms: 1,
      })
      expect(numbers.filterMs.map(({ ms }) => ms)).toEqual(numbers.filterMs.map(() => 1))
      expect(numbers.traceBytes).toBe(numbers.events * 32)
      // Keyframes share what did not change: far less than a copy of the state each.
      expect(numbers.replicaBytes).toBeLessThan(numbers.traceBytes * 2)
    }
  })
})
