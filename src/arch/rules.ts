/** Tests and rewrites of the rule language, compiled to 32-bit masks. */
import { hi32, lo32 } from './bits.ts'
import type { Features } from './variant.ts'
import type { Match, Rewrite, Test } from './format.ts'

export const ALWAYS: Match = { mask: 0n, value: 0n }
export const NEVER: Test = { not: ALWAYS }

/** Any of a chain of masked comparisons; the whole chain may be negated. */
export class TestOp {
  private readonly maskLo: number
  private readonly maskHi: number
  private readonly valueLo: number
  private readonly valueHi: number
  private readonly negated: boolean
  private readonly next: TestOp | null

  constructor(match: Match, next: TestOp | null, negated: boolean) {
    this.maskLo = lo32(match.mask) | 0
    this.maskHi = hi32(match.mask) | 0
    this.valueLo = lo32(match.value) | 0
    this.valueHi = hi32(match.value) | 0
    this.next = next
    this.negated = negated
  }

  test(lo: number, hi: number): boolean {
    const hit = (((lo & this.maskLo) ^ this.valueLo) | ((hi & this.maskHi) ^ this.valueHi)) === 0
    if (this.next === null) return hit !== this.negated
    return (hit || this.next.test(lo, hi)) !== this.negated
  }

  /** Every bit the test looks at. */
  readBits(): { lo: number; hi: number } {
    const rest = this.next?.readBits() ?? { lo: 0, hi: 0 }
    return { lo: this.maskLo | rest.lo, hi: this.maskHi | rest.hi }
  }

  /** Bits of the low word any of which, when set, answers no; as far as one comparison tells. */
  refusedBy(): number {
    return this.negated || this.next !== null ? 0 : this.maskLo & ~this.valueLo
  }
}

export function compileTest(test: Test): TestOp {
  if ('not' in test) return negate(test.not)
  return chain(Array.isArray(test) ? test : [test], false)
}

function negate(test: Test): TestOp {
  if ('not' in test) return compileTest(test.not)
  return chain(Array.isArray(test) ? test : [test], true)
}

function chain(matches: readonly Match[], negated: boolean): TestOp {
  let op: TestOp | null = null
  for (let i = matches.length - 1; i > 0; i--) op = new TestOp(matches[i]!, op, false)
  return matches.length === 0
    ? new TestOp({ mask: 0n, value: 1n }, null, negated)
    : new TestOp(matches[0]!, op, negated)
}

/** One rewrite of a chain. */
export class RewriteOp {
  readonly when: TestOp | null
  readonly keepLo: number
  readonly keepHi: number
  readonly setLo: number
  readonly setHi: number
  next: RewriteOp | null = null

  constructor(rule: Rewrite) {
    this.when = rule.when === undefined ? null : compileTest(rule.when)
    this.keepLo = ~lo32(rule.clear ?? 0n)
    this.keepHi = ~hi32(rule.clear ?? 0n)
    // signed: masks stay small integers to the engine
    this.setLo = lo32(rule.set ?? 0n) | 0
    this.setHi = hi32(rule.set ?? 0n) | 0
  }
}

/** Whether a chain neither reads nor changes any of these bits. */
export function leavesAlone(first: RewriteOp | null, maskLo: number, maskHi: number): boolean {
  for (let op = first; op !== null; op = op.next) {
    const read = op.when?.readBits() ?? { lo: 0, hi: 0 }
    const lo = read.lo | ~op.keepLo | op.setLo
    const hi = read.hi | ~op.keepHi | op.setHi
    if (((lo & maskLo) | (hi & maskHi)) !== 0) return false
  }
  return true
}

export function featureHolds(only: string | undefined, features: Features): boolean {
  if (only === undefined) return true
  return only.startsWith('!') ? features[only.slice(1)] !== true : features[only] === true
}

/** Null for an empty list: the identity. Unconditional neighbours become one. */
export function compileRewrites(rules: readonly Rewrite[], features: Features): RewriteOp | null {
  let first: RewriteOp | null = null
  for (const rule of joined(rules.filter((r) => featureHolds(r.only, features))).reverse()) {
    const op = new RewriteOp(rule)
    op.next = first
    first = op
  }
  return first
}

function joined(rules: readonly Rewrite[]): Rewrite[] {
  const out: Rewrite[] = []
  for (const rule of rules) {
    const last = out[out.length - 1]
    if (last === undefined || last.when !== undefined || rule.when !== undefined) {
      out.push(rule)
      continue
    }
    const cleared = rule.clear ?? 0n
    out[out.length - 1] = {
      clear: (last.clear ?? 0n) | cleared,
      set: ((last.set ?? 0n) & ~cleared) | (rule.set ?? 0n),
    }
  }
  return out.filter((r) => (r.clear ?? 0n) !== 0n || (r.set ?? 0n) !== 0n)
}
