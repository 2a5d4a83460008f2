/** Page tables that exist, and what they occupy, as a pass over a trace goes on. */
import { GrowU32 } from './grow.ts'

export class TableBytes {
  count = 0
  bytes = 0
  private readonly of = new GrowU32()

  alloc(id: number, bytes: number): void {
    // Ids count up from 1; a wild one in a damaged trace must not reserve memory.
    if (id > this.of.length * 2 + 65536) return
    this.of.cover(id)
    this.of.data[id] = bytes
    this.bytes += bytes
    this.count++
  }

  free(id: number): void {
    if (id >= this.of.length || this.of.data[id] === 0) return
    this.bytes -= this.of.data[id]
    this.count--
    this.of.data[id] = 0
  }
}
