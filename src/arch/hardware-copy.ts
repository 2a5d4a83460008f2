/** Linux pte → hardware pte, where both exist. */
import { lo32 } from './bits.ts'
import { compileTest, type TestOp } from './rules.ts'
import type { HardwareCopy } from './variant.ts'

export class CompiledCopy {
  readonly distance: number
  private readonly valid: TestOp
  private readonly keep: number
  private readonly rules: readonly { when: TestOp | null; bits: number }[]

  constructor(copy: HardwareCopy) {
    this.distance = copy.distance
    this.valid = compileTest(copy.valid)
    this.keep = lo32(copy.keep) | 0
    this.rules = copy.set.map(({ when, bits }) => ({
      when: when === undefined ? null : compileTest(when),
      bits: lo32(bits) | 0,
    }))
  }

  of(lo: number): number {
    if (!this.valid.test(lo, 0)) return 0
    let hw = lo & this.keep
    for (let i = 0; i < this.rules.length; i++) {
      const rule = this.rules[i]!
      if (rule.when === null || rule.when.test(lo, 0)) hw |= rule.bits
    }
    return hw >>> 0
  }
}
