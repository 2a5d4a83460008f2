/**
 * The list of events that pass a filter, without storing it: a count per block of records, so that any page of the list
 * is found by looking at one or two blocks again. Follows a trace that grows.
 */
import { GrowU32 } from '../grow.ts'
import { KIND, WORDS } from '../schema.ts'
import type { Trace } from '../trace.ts'
import type { CompiledFilter } from './compile.ts'

const BLOCK_SHIFT = 12
const BLOCK = 1 << BLOCK_SHIFT
const CHUNK_SHIFT = 16
const CHUNK_MASK = 0xffff

export class FilterScan {
  private readonly trace: Trace
  private readonly filter: CompiledFilter
  /** Matches before each finished block, and before the unfinished one. */
  private readonly before = new GrowU32()

  constructor(trace: Trace, filter: CompiledFilter) {
    this.trace = trace
    this.filter = filter
    this.before.push(0)
  }

  /** Number of events that pass. */
  get total(): number {
    const last = this.extend()
    return this.before.data[last] + this.count(last << BLOCK_SHIFT, this.trace.length)
  }

  /** Events from position `from` in the list. */
  rows(from: number, count: number): number[] {
    const last = this.extend()
    const rows: number[] = []
    let block = Math.max(0, this.before.lowerBound(from + 1) - 1)
    let position = this.before.data[block]
    for (; block <= last && rows.length < count; block++) {
      const end = Math.min((block + 1) << BLOCK_SHIFT, this.trace.length)
      for (let k = block << BLOCK_SHIFT; k < end && rows.length < count; k++) {
        if (!this.passes(k)) continue
        if (position++ >= from) rows.push(k)
      }
    }
    return rows
  }

  /** Position in the list of event k, or where it would stand. */
  position(k: number): number {
    const last = this.extend()
    const at = Math.min(Math.max(0, k), this.trace.length)
    const block = Math.min(at >>> BLOCK_SHIFT, last)
    return this.before.data[block] + this.count(block << BLOCK_SHIFT, at)
  }

  /** Nearest event that passes after (or before) k; -1 when there is none. */
  next(k: number, direction: 1 | -1): number {
    const position = direction > 0 ? this.position(k + 1) : this.position(k) - 1
    return position < 0 ? -1 : (this.rows(position, 1)[0] ?? -1)
  }

  /** Counts the blocks that have been finished since; returns the number of the unfinished one. */
  private extend(): number {
    this.filter.refresh()
    const finished = this.trace.length >>> BLOCK_SHIFT
    for (let block = this.before.length - 1; block < finished; block++) {
      const first = block << BLOCK_SHIFT
      this.before.push(this.before.data[block] + this.count(first, first + BLOCK))
    }
    return finished
  }

  /** Matches in records [from, to) of one block. */
  private count(from: number, to: number): number {
    if (from >= to) return 0
    const { test } = this.filter
    const words = this.trace.chunks[from >>> CHUNK_SHIFT]
    let matches = 0
    for (let k = from, at = (from & CHUNK_MASK) * WORDS; k < to; k++, at += WORDS) {
      if ((words[at] & 0xff) !== KIND.CONT && test(words, at, k)) matches++
    }
    return matches
  }

  private passes(k: number): boolean {
    const words = this.trace.chunks[k >>> CHUNK_SHIFT]
    const at = (k & CHUNK_MASK) * WORDS
    return (words[at] & 0xff) !== KIND.CONT && this.filter.test(words, at, k)
  }
}
