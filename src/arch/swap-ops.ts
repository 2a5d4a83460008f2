/** Swap entries: type and offset pieces plus fixed bits. */
import { hi32, lo32, Moves } from './bits.ts'
import type { SwapFormat } from './format.ts'

export class SwapOps {
  hi = 0
  private readonly typeMoves: Moves
  private readonly offsetMoves: Moves
  private readonly inverted: boolean
  private readonly setLo: number
  private readonly setHi: number

  constructor(format: SwapFormat) {
    this.typeMoves = new Moves(format.type)
    this.offsetMoves = new Moves(format.offset)
    this.inverted = format.inverted === true
    this.setLo = lo32(format.set) | 0
    this.setHi = hi32(format.set) | 0
  }

  encode(type: number, offset: number): number {
    const flip = this.inverted ? -1 : 0
    const typeLo = this.typeMoves.encode(type, 0)
    const offsetLo = this.offsetMoves.encode(offset ^ flip, flip)
    this.hi = (this.typeMoves.hi | this.offsetMoves.hi | this.setHi) >>> 0
    return (typeLo | offsetLo | this.setLo) >>> 0
  }

  type(lo: number, hi: number): number {
    return this.typeMoves.decode(lo, hi)
  }

  offset(lo: number, hi: number): number {
    return this.inverted ? this.offsetMoves.decode(~lo, ~hi) : this.offsetMoves.decode(lo, hi)
  }
}
