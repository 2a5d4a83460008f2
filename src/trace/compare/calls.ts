/** What a call did, in a form that can be compared between machines. */
import { WORDS } from '../schema.ts'
import type { Trace } from '../trace.ts'
import { factsOf, type Facts } from './facts.ts'

const CHUNK_SHIFT = 16
const CHUNK_MASK = 0xffff

/** Visits the comparable events of the i-th call of a trace. */
export function eachFact(trace: Trace, call: number, visit: (facts: Facts, k: number) => void): void {
  const { ops } = trace
  const op = ops.opAt(call)
  const last = ops.last(op)
  const facts: Facts = { class: -1, x: 0, y: 0 }
  for (let k = ops.first(op); k <= last; k++) {
    const words = trace.chunks[k >>> CHUNK_SHIFT]
    const at = (k & CHUNK_MASK) * WORDS
    if (words[at + 2] !== op) continue
    factsOf(trace, words, at, facts)
    if (facts.class >= 0) visit(facts, k)
  }
}

/** Equal for calls that did the same, in whatever order; −1 for no call. */
export function signature(trace: Trace, call: number): number {
  if (call < 0) return -1
  let low = 0
  let high = 0
  eachFact(trace, call, ({ class: event, x, y }) => {
    let hash = mix(mix(mix(0x2545f491, event), x | 0), y | 0)
    low = (low + hash) >>> 0
    hash = mix(hash, 0x27d4eb2f)
    high = (high + hash) & 0xfffff
  })
  return high * 2 ** 32 + low
}

function mix(hash: number, value: number): number {
  let mixed = Math.imul(hash ^ value, 0x9e3779b1)
  mixed ^= mixed >>> 15
  mixed = Math.imul(mixed, 0x85ebca6b)
  return mixed ^ (mixed >>> 13)
}
