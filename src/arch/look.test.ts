import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  HW_ACCESSED,
  HW_DIRTY,
  HW_EXEC,
  HW_GLOBAL,
  HW_READ,
  HW_USER,
  HW_VALID,
  HW_WRITE,
  SW_PRESENT,
  SW_SPECIAL,
  SW_WRITE,
  type EntryOps,
} from './arch.ts'
import { arch, variants } from './index.ts'

const word = fc.integer({ min: 0, max: 0xffffffff })
const pfn = fc.integer({ min: 0, max: 0xfffff })

function asked(pte: EntryOps, lo: number, hi: number): [number, number] {
  const bit = (yes: boolean, value: number) => (yes ? value : 0)
  const hw =
    bit(pte.hwWrite(lo, hi), HW_WRITE) |
    bit(pte.hwUser(lo, hi), HW_USER) |
    bit(pte.hwExec(lo, hi), HW_EXEC) |
    bit(pte.hwDirty(lo, hi), HW_DIRTY) |
    bit(pte.hwGlobal(lo, hi), HW_GLOBAL) |
    bit(pte.hwValid(lo, hi), HW_VALID) |
    bit(pte.hwRead(lo, hi), HW_READ) |
    bit(pte.hwAccessed(lo, hi), HW_ACCESSED)
  const sw =
    bit(pte.isPresent(lo, hi), SW_PRESENT) |
    bit(pte.isSpecial(lo, hi), SW_SPECIAL) |
    bit(pte.isWrite(lo, hi), SW_WRITE)
  return [hw, sw]
}

describe.each(variants().map(({ id }) => id))('entries of %s', (id) => {
  const { pte } = arch(id)

  it('answer all questions at once as they answer each', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(word, word), { minLength: 1, maxLength: 8 }), (entries) => {
        for (const [lo, hi] of [...entries, ...entries])
          expect([pte.hw(lo, hi), pte.sw(lo, hi)]).toEqual(asked(pte, lo, hi))
      }),
      { numRuns: 40 },
    )
  })

  it('are made for a fresh page as step by step', () => {
    fc.assert(
      fc.property(
        pfn,
        fc.integer({ min: 0, max: 15 }),
        fc.boolean(),
        fc.boolean(),
        (frame, prot, dirty, write) => {
          let lo = pte.mk(frame, prot)
          lo = pte.swMkyoung(lo, pte.hi)
          if (dirty) lo = pte.mkdirty(lo, pte.hi)
          if (write) lo = pte.mkwrite(lo, pte.hi)
          const steps = [lo | 0, pte.hi | 0]
          expect([pte.mkfresh(frame, prot, dirty, write) | 0, pte.hi | 0]).toEqual(steps)
        },
      ),
      { numRuns: 60 },
    )
  })
})
