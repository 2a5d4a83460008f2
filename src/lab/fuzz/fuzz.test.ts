import fc from 'fast-check'
import { describe, it } from 'vitest'
import { play } from './play.ts'
import { steps } from './steps.ts'
import { REGRESSIONS } from './regressions.ts'

const VARIANTS = [
  'x86-64-4level',
  'x86-64-5level-la57on',
  'x86-pae',
  'x86-2level',
  'arm64-4k-va48',
  'arm64-16k-va47',
  'riscv64-sv39',
  's390-3level',
  'arm-2level',
  'ppc64-radix-64k',
  'mips64-4k',
  'loongarch-16k-3level',
  // Each further way of flushing (src/arch/flush.ts).
  'ppc64-hash-64k',
  'ppc-44x-4k',
  'sparc64-sun4u',
  'alpha',
  'arc-v4-8k',
  'parisc64-4k',
  'openrisc',
]
/** Operations in all; `npm run fuzz -- --ops N` sets it. */
const OPS = Number(process.env.PTLAB_FUZZ_OPS ?? 30000)
/** Seed of the first round; the same everywhere unless asked otherwise, so that a failure comes back. */
const SEED = Number(process.env.PTLAB_FUZZ_SEED ?? 1)
const ROUND = 20
const LENGTH = 150

describe('any history of operations, against a naive model of memory', () => {
  it.each(VARIANTS)('%s', { timeout: 0 }, (variant) => {
    let done = 0
    const property = fc.property(steps(LENGTH), (sequence) => {
      play({ arch: variant }, sequence)
      done += sequence.length
    })
    for (let seed = SEED; done < OPS / VARIANTS.length; seed++) fc.assert(property, { numRuns: ROUND, seed })
  })
  it.each(REGRESSIONS)('once failed: $variant $why', ({ variant, sequence }) =>
    play({ arch: variant }, sequence),
  )
})
