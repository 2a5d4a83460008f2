/**
 * Entries of pages just given to a user: mk, sw_mkyoung, mkdirty, mkwrite in one go. Frame number and the other bits are
 * put together from a table where neither changes the other, else composed each time.
 */
import type { EntryOps } from './arch.ts'
import type { Run } from './bits.ts'

const ADDED = 1
const COMPOSED = 2

export class FreshEntries {
  hi = 0
  private readonly bitsLo = new Int32Array(64)
  private readonly bitsHi = new Int32Array(64)
  private readonly state = new Uint8Array(64)

  private readonly ops: EntryOps
  private readonly low: Run
  private readonly high: Run
  /** Whether mk and its followers neither read nor move the frame number. */
  private readonly separable: boolean

  constructor(ops: EntryOps, low: Run, high: Run, separable: boolean) {
    this.ops = ops
    this.low = low
    this.high = high
    this.separable = separable
  }

  make(pfn: number, prot: number, dirty: boolean, write: boolean): number {
    const key = (prot & 15) | (dirty ? 16 : 0) | (write ? 32 : 0)
    if (this.state[key] === 0) this.learn(key, prot, dirty, write)
    if (this.state[key] === COMPOSED) return this.compose(pfn, prot, dirty, write)
    const { low, high } = this
    this.hi = (((pfn & high.valueMask) << high.right) >>> high.left) | this.bitsHi[key]
    return (((pfn & low.valueMask) << low.right) >>> low.left) | this.bitsLo[key]
  }

  private learn(key: number, prot: number, dirty: boolean, write: boolean): void {
    const lo = this.compose(0, prot, dirty, write)
    const framed = (lo & this.low.entryMask) | (this.hi & this.high.entryMask)
    this.bitsLo[key] = lo
    this.bitsHi[key] = this.hi
    this.state[key] = this.separable && framed === 0 ? ADDED : COMPOSED
  }

  private compose(pfn: number, prot: number, dirty: boolean, write: boolean): number {
    const { ops } = this
    let lo = ops.mk(pfn, prot)
    lo = ops.swMkyoung(lo, ops.hi)
    if (dirty) lo = ops.mkdirty(lo, ops.hi)
    if (write) lo = ops.mkwrite(lo, ops.hi)
    this.hi = ops.hi
    return lo
  }
}
