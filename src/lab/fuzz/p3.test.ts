import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Breakage, MachineSpec } from '../api.ts'
import { play } from './play.ts'
import { steps, type Step } from './steps.ts'

/** One machine for each way of flushing and of freeing tables. */
const MACHINES: [string, MachineSpec, ('flush' | 'rcu')[]][] = [
  ['x86-64: generations, tables freed after the interrupt', { arch: 'x86_64' }, ['flush']],
  ['x86-64 guest: tables freed by RCU', { arch: 'x86_64', features: { paravirt: true } }, ['flush', 'rcu']],
  ['arm64: broadcast', { arch: 'arm64' }, ['flush', 'rcu']],
  ['arm: broadcast, tables freed at once', { arch: 'arm' }, ['flush']],
  ['riscv64: calls', { arch: 'riscv64' }, ['flush', 'rcu']],
  ['s390: when entries are emptied', { arch: 's390' }, ['flush', 'rcu']],
  ['ppc64 radix: broadcast or local', { arch: 'ppc64' }, ['flush', 'rcu']],
  ['ppc64 hash: batches of addresses', { arch: 'ppc64-hash-4k' }, ['flush', 'rcu']],
  ['mips: new contexts', { arch: 'mips64' }, ['flush']],
  ['sparc64: batches of addresses, calls', { arch: 'sparc64-sun4u' }, ['flush', 'rcu']],
]
const SEED = Number(process.env.PTLAB_FUZZ_SEED ?? 1)
const LENGTH = 60
const ROUNDS = 8
/** Threads on several CPUs, unmapping and walks under it, address spaces that grow, more often than in a program. */
const history = steps(LENGTH, { share: 6, munmap: 8, gup: 10, fork: 1, far: 3, thp: 0, hugepage: 0 })

/** What was wrong with the first history that ended badly, or ''. */
function firstViolation(spec: MachineSpec, broken: Breakage): string {
  for (let round = 0; round < 32; round++) {
    for (const sequence of fc.sample(history, { numRuns: ROUNDS, seed: SEED + round })) {
      const wrong = violation(spec, sequence, broken)
      if (wrong !== '') return wrong
    }
  }
  return ''
}

function violation(spec: MachineSpec, sequence: Step[], broken: Breakage): string {
  try {
    play(spec, sequence, (machine) => machine.break(broken))
    return ''
  } catch (error) {
    return (error as Error).message
  }
}

describe('P3: no CPU translates through what is freed', () => {
  it.each(MACHINES)('holds on 4 CPUs: %s', { timeout: 0 }, (_name, spec) => {
    fc.assert(
      fc.property(history, (sequence) => play(spec, sequence)),
      { numRuns: ROUNDS, seed: SEED, endOnFailure: true },
    )
  })

  it.each(MACHINES)('is found broken where other CPUs are not told: %s', { timeout: 0 }, (_name, spec) => {
    expect(firstViolation(spec, { flush: 'local' })).toMatch(/P3|BUG: CPU/)
  })

  it.each(MACHINES)('is found broken where nobody flushes: %s', { timeout: 0 }, (_name, spec) => {
    expect(firstViolation(spec, { flush: 'skip' })).toMatch(/P3|BUG: CPU/)
  })

  it.each(MACHINES.filter(([, , steps]) => steps.includes('rcu')))(
    'is found broken without grace periods: %s',
    { timeout: 0 },
    (_name, spec) => {
      expect(firstViolation(spec, { rcu: 'skip' })).toMatch(/lockless walk/)
    },
  )
})
