/** Compiled bit moves: a Piece of 64-bit values, cut where a 32-bit word ends on either side. */
import type { Piece } from './format.ts'

export function lo32(value: bigint): number {
  return Number(value & 0xffffffffn)
}

export function hi32(value: bigint): number {
  return Number((value >> 32n) & 0xffffffffn)
}

export function join64(lo: number, hi: number): bigint {
  return (BigInt(hi >>> 0) << 32n) | BigInt(lo >>> 0)
}

/** Bits hi..lo set. */
export function bits(hi: number, lo: number): bigint {
  return ((1n << BigInt(hi - lo + 1)) - 1n) << BigInt(lo)
}

export function bit(n: number): bigint {
  return 1n << BigInt(n)
}

/** Bits of one entry word that are bits of one value word, `left`/`right` the way from entry to value. */
export interface Run {
  entryHi: boolean
  valueHi: boolean
  entryMask: number
  valueMask: number
  left: number
  right: number
}

export const NO_RUN: Run = { entryHi: false, valueHi: false, entryMask: 0, valueMask: 0, left: 0, right: 0 }

export function runsOf(pieces: readonly Piece[]): Run[] {
  const runs: Run[] = []
  for (const { entry, width, at } of pieces) {
    for (let done = 0; done < width;) {
      const e = entry + done
      const v = at + done
      if (v >= 64 || e >= 64) break
      const count = Math.min(width - done, 32 - (e % 32), 32 - (v % 32))
      runs.push(run(e, v, count))
      done += count
    }
  }
  return runs
}

function run(e: number, v: number, count: number): Run {
  const ones = count === 32 ? 0xffffffff : 2 ** count - 1
  const eBit = e % 32
  const vBit = v % 32
  return {
    entryHi: e >= 32,
    valueHi: v >= 32,
    // signed: masks stay small integers to the engine
    entryMask: ones << eBit,
    valueMask: ones << vBit,
    left: Math.max(0, vBit - eBit),
    right: Math.max(0, eBit - vBit),
  }
}

/** A list of runs with `hi` as second result, for values that are not on the hottest path. */
export class Moves {
  hi = 0
  private readonly runs: readonly Run[]

  constructor(pieces: readonly Piece[]) {
    this.runs = runsOf(pieces)
  }

  /** Value → entry bits. */
  encode(lo: number, hi: number): number {
    let outLo = 0
    let outHi = 0
    for (let i = 0; i < this.runs.length; i++) {
      const r = this.runs[i]!
      const part = (((r.valueHi ? hi : lo) & r.valueMask) << r.right) >>> r.left
      if (r.entryHi) outHi |= part & r.entryMask
      else outLo |= part & r.entryMask
    }
    this.hi = outHi >>> 0
    return outLo >>> 0
  }

  /** Entry → value bits. */
  decode(lo: number, hi: number): number {
    let outLo = 0
    let outHi = 0
    for (let i = 0; i < this.runs.length; i++) {
      const r = this.runs[i]!
      const part = (((r.entryHi ? hi : lo) & r.entryMask) << r.left) >>> r.right
      if (r.valueHi) outHi |= part & r.valueMask
      else outLo |= part & r.valueMask
    }
    this.hi = outHi >>> 0
    return outLo >>> 0
  }
}
