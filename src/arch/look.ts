/**
 * Several yes-or-no questions about an entry, asked at once. Entries that follow each other mostly differ in nothing but
 * their frame, and every other one may be empty, so the last two answers are kept.
 */
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
} from './arch.ts'
import type { EntryFormat, Test } from './format.ts'
import { compileTest, NEVER, type TestOp } from './rules.ts'

export class Look {
  private readonly questions: readonly (readonly [number, TestOp])[]
  /** Bits that any of the questions reads. */
  private readonly maskLo: number
  private readonly maskHi: number
  private lastLo = 0
  private lastHi = 0
  private last = -1
  private olderLo = 0
  private olderHi = 0
  private older = -1

  /** Each question with the bit that its yes sets. */
  constructor(questions: readonly (readonly [number, TestOp])[]) {
    this.questions = questions
    const read = questions.map(([, test]) => test.readBits())
    this.maskLo = read.reduce((bits, each) => bits | each.lo, 0)
    this.maskHi = read.reduce((bits, each) => bits | each.hi, 0)
  }

  bits(lo: number, hi: number): number {
    const readLo = lo & this.maskLo
    const readHi = hi & this.maskHi
    if (((readLo ^ this.lastLo) | (readHi ^ this.lastHi)) === 0 && this.last >= 0) return this.last
    if (((readLo ^ this.olderLo) | (readHi ^ this.olderHi)) === 0 && this.older >= 0) return this.older
    return this.ask(readLo, readHi)
  }

  private ask(lo: number, hi: number): number {
    this.olderLo = this.lastLo
    this.olderHi = this.lastHi
    this.older = this.last
    this.lastLo = lo
    this.lastHi = hi
    let bits = 0
    for (const [bit, test] of this.questions) if (test.test(lo, hi)) bits |= bit
    this.last = bits
    return bits
  }
}

/** HW_* bits. */
export function hardwareLook({ hw }: EntryFormat): Look {
  return look([
    [HW_WRITE, hw.write],
    [HW_USER, hw.user],
    [HW_EXEC, hw.exec],
    [HW_DIRTY, hw.dirty],
    [HW_GLOBAL, hw.global],
    [HW_VALID, hw.valid],
    [HW_READ, hw.read],
    [HW_ACCESSED, hw.accessed],
  ])
}

/** SW_* bits. */
export function linuxLook(format: EntryFormat): Look {
  return look([
    [SW_PRESENT, format.present],
    [SW_SPECIAL, format.special],
    [SW_WRITE, format.write],
  ])
}

function look(questions: readonly (readonly [number, Test | undefined])[]): Look {
  return new Look(questions.map(([bit, test]) => [bit, compileTest(test ?? NEVER)] as const))
}
