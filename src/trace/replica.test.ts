import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { testArch } from './testArch.fixture.ts'
import { testHeader } from './fixture.ts'
import { emitRandom, ids } from './replica/random.fixture.ts'
import { dump } from './replica/dump.fixture.ts'
import { Model } from './replica/model.fixture.ts'
import { Recorder } from './recorder.ts'
import { advance } from './replica/apply.ts'
import { Pool } from './replica/pool.ts'
import { State } from './replica/state.ts'
import { Replica } from './replica.ts'
import { Trace } from './trace.ts'

const arch = testArch

function traceOf(seeds: readonly number[], flushEvery: number): Trace {
  const trace = new Trace(testHeader)
  const recorder = new Recorder('full', (chunk) => trace.append(chunk))
  seeds.forEach((seed, i) => {
    emitRandom(recorder, seed)
    if (i % flushEvery === 0) recorder.flush()
  })
  recorder.flush()
  return trace
}

function forward(trace: Trace, k: number): State {
  const state = new State(arch, Pool.main())
  advance(state, trace, k + 1)
  return state
}

const seeds = fc.array(fc.integer({ min: 0, max: 0x7fffffff }), { minLength: 1, maxLength: 300 })
/** Long enough that things meet: an entry, and the flush that reaches it. */
const many = fc.array(fc.integer({ min: 0, max: 0x7fffffff }), { minLength: 100, maxLength: 300 })
const visits = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 1, maxLength: 12 })

describe('Replica', () => {
  it('gives the same state at any k, reached in any order from any keyframe, as going forward from the start', () => {
    fc.assert(
      fc.property(seeds, visits, fc.integer({ min: 3, max: 40 }), (list, where, every) => {
        const trace = traceOf(list, 17)
        const replica = new Replica(trace, arch, every * 4, every)
        for (const part of where) {
          const k = Math.floor(part * trace.length) - 1
          expect(dump(replica.at(k), ids)).toEqual(dump(forward(trace, k), ids))
        }
      }),
      { numRuns: 150 },
    )
  })

  it('agrees with a plain model that knows nothing of blocks, hashes and sharing', () => {
    fc.assert(
      fc.property(many, (list) => {
        const trace = traceOf(list, 1000)
        const model = new Model(arch)
        for (let k = 0; k < trace.length; k++) model.apply(trace, k)
        expect(dump(forward(trace, trace.length - 1), ids)).toEqual(model.dump())
      }),
      { numRuns: 150 },
    )
  })

  it('steps back and forth one event at a time over keyframe borders', () => {
    const trace = traceOf(
      Array.from({ length: 400 }, (_, i) => Math.imul(i + 1, 0x9e3779b1) >>> 1),
      50,
    )
    const replica = new Replica(trace, arch, 64, 8)
    const states: unknown[] = []
    let k = -1
    while (states.length === 0 || trace.step(k, 1) !== k) {
      states.push(dump(replica.at(k), ids))
      k = trace.step(k, 1)
    }
    states.push(dump(replica.at(k), ids))
    expect(states.length).toBe(trace.events + 1)
    for (let i = states.length - 1; i >= 0; i--) {
      expect(dump(replica.at(k), ids)).toEqual(states[i])
      k = trace.step(k, -1)
    }
    expect(k).toBe(-1)
  })

  it('follows a trace that is still growing', () => {
    const trace = new Trace(testHeader)
    const recorder = new Recorder('full', (chunk) => trace.append(chunk))
    const replica = new Replica(trace, arch, 32, 8)
    for (let i = 0; i < 300; i++) {
      emitRandom(recorder, Math.imul(i, 0x85ebca6b) >>> 1)
      if (i % 7 !== 0) continue
      recorder.flush()
      expect(dump(replica.at(trace.length - 1), ids)).toEqual(dump(forward(trace, trace.length - 1), ids))
      replica.at(i >> 1)
    }
  })

  it('keeps what did not change shared between keyframes', () => {
    const trace = new Trace(testHeader)
    const recorder = new Recorder('full', (chunk) => trace.append(chunk))
    for (let id = 1; id <= 2000; id++) recorder.emit(8, 0, 4, id, id, 0, 512, 4096)
    for (let i = 0; i < 64_000; i++) recorder.emit(16, i & 511, 4, 1 + (i >>> 9), 0, 0, i + 1, 0)
    recorder.flush()
    const before = new Replica(trace, arch, 66_000)
    before.extend()
    for (let i = 0; i < 66_000; i++) recorder.emit(16, i & 511, 4, 1, 0, 0, i, 0)
    recorder.flush()
    const after = new Replica(trace, arch, 1000)
    after.extend()
    // 132 keyframes, each with at most one table of 6 KiB and the way to it that are its own.
    expect(after.bytes - before.bytes).toBeLessThan(132 * 10_000)
  })

  it('reports records that do not fit the state when asked to', () => {
    const trace = new Trace(testHeader)
    const recorder = new Recorder('full', (chunk) => trace.append(chunk))
    recorder.emit(8, 0, 4, 1, 9, 0, 512, 4096)
    recorder.emit(16, 5, 4, 1, 0, 0, 7, 1)
    recorder.emit(16, 5, 4, 1, 7, 1, 8, 1)
    recorder.emit(16, 5, 4, 1, 7, 1, 9, 1)
    recorder.emit(16, 5, 3, 2, 0, 0, 9, 1)
    recorder.flush()
    const state = new State(arch, Pool.main())
    const seen: string[] = []
    state.onMismatch = (k, message) => seen.push(`${k} ${message}`)
    advance(state, trace, trace.length)
    expect(seen).toEqual([
      '3 entry 5 of table 1 is 00000001:00000008, the record says 00000001:00000007',
      '4 entry set in table 2, which does not exist',
    ])
  })
})
