/** TableOps of one non-leaf level. */
import type { TableOps } from './arch.ts'
import { hi32, lo32, Moves } from './bits.ts'
import type { TableFormat } from './format.ts'
import { compileTest, type TestOp } from './rules.ts'

export class CompiledTable implements TableOps {
  hi = 0
  at = 0
  /** Bits that decide whether an entry points to a table, and the last such bits for which it was one. */
  private readonly decideLo: number
  private readonly decideHi: number
  private knownLo = 0
  private knownHi = 0
  private known = false
  private readonly none: TestOp
  private readonly bad: TestOp
  private readonly present: TestOp
  private readonly leaf: TestOp
  private readonly address: Moves
  /** Where all pieces stand at their own address bits, a mask is enough. */
  private readonly inPlace: boolean
  private readonly maskLo: number
  private readonly maskHi: number
  private readonly userLo: number
  private readonly userHi: number
  private readonly kernelLo: number
  private readonly kernelHi: number
  private readonly baseLo: number
  private readonly baseHi: number
  private readonly second: number
  private readonly pageShift: number
  private readonly pageMask: number

  constructor(format: TableFormat, pageShift: number) {
    this.none = compileTest(format.none)
    this.bad = compileTest(format.bad)
    this.present = compileTest(format.present)
    this.leaf = compileTest(format.leaf)
    const [present, leaf] = [this.present.readBits(), this.leaf.readBits()]
    this.decideLo = present.lo | leaf.lo
    this.decideHi = present.hi | leaf.hi
    this.address = new Moves(format.address)
    this.inPlace = format.address.every((p) => p.entry === p.at) && format.added === undefined
    const mask = format.address.reduce((m, p) => m | (((1n << BigInt(p.width)) - 1n) << BigInt(p.entry)), 0n)
    this.maskLo = lo32(mask) | 0
    this.maskHi = hi32(mask) | 0
    this.userLo = lo32(format.user) | 0
    this.userHi = hi32(format.user) | 0
    this.kernelLo = lo32(format.kernel) | 0
    this.kernelHi = hi32(format.kernel) | 0
    this.baseLo = lo32(format.added ?? 0n)
    this.baseHi = hi32(format.added ?? 0n)
    this.second = Number(format.secondWord ?? 0n)
    this.pageShift = pageShift
    this.pageMask = 2 ** pageShift - 1
  }

  isNone(lo: number, hi: number): boolean {
    return this.none.test(lo, hi)
  }
  isBad(lo: number, hi: number): boolean {
    return this.bad.test(lo, hi) && !this.none.test(lo, hi)
  }
  isLeaf(lo: number, hi: number): boolean {
    return this.leaf.test(lo, hi)
  }

  isTable(lo: number, hi: number): boolean {
    return this.present.test(lo, hi) && !this.leaf.test(lo, hi)
  }

  /** Entries of one table differ in little but the address, so the answer for the last one mostly holds. */
  follow(lo: number, hi: number): number {
    const decideLo = lo & this.decideLo
    const decideHi = hi & this.decideHi
    if (!this.known || ((decideLo ^ this.knownLo) | (decideHi ^ this.knownHi)) !== 0) {
      if (!this.isTable(lo, hi)) return -1
      this.known = true
      this.knownLo = decideLo
      this.knownHi = decideHi
    }
    const low = this.physical(lo, hi)
    this.at = low & this.pageMask
    return ((low >>> this.pageShift) | (this.hi << (32 - this.pageShift))) >>> 0
  }

  mk(frame: number, offset: number, user: boolean): number {
    let lo = ((frame << this.pageShift) | offset) >>> 0
    let hi = frame >>> (32 - this.pageShift)
    if (!this.inPlace) {
      const sum = lo + this.baseLo
      hi = (hi + this.baseHi + (sum > 0xffffffff ? 1 : 0)) >>> 0
      lo = this.address.encode(sum >>> 0, hi)
      hi = this.address.hi
    }
    lo = (lo | (user ? this.userLo : this.kernelLo)) >>> 0
    hi = (hi | (user ? this.userHi : this.kernelHi)) >>> 0
    this.hi = this.second === 0 ? hi : (lo + this.second) >>> 0
    return lo
  }

  frame(lo: number, hi: number): number {
    const low = this.physical(lo, hi)
    return ((low >>> this.pageShift) | (this.hi << (32 - this.pageShift))) >>> 0
  }

  offset(lo: number, hi: number): number {
    return this.physical(lo, hi) & this.pageMask
  }

  /** Low half of the physical address; the high half is left in `hi`. */
  private physical(lo: number, hi: number): number {
    if (this.inPlace) {
      this.hi = (hi & this.maskHi) >>> 0
      return (lo & this.maskLo) >>> 0
    }
    const low = this.address.decode(lo, this.second === 0 ? hi : 0)
    const diff = low - this.baseLo
    this.hi = (this.address.hi - this.baseHi - (diff < 0 ? 1 : 0)) >>> 0
    return diff >>> 0
  }
}
