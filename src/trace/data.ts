/**
 * What scenarios stored in data pages, read off the trace when somebody asks: stores, copies on write, and pages that are
 * freed. Pages that nobody stored to cost nothing.
 */
import { FAULT, KIND, PAGE } from './schema.ts'
import type { Trace } from './trace.ts'

export interface StoredWord {
  /** Number of the 64-bit word in the page. */
  index: number
  lo: number
  hi: number
}

/** One thing that happened to a page's words. */
type Change =
  | { k: number; kind: 'store'; index: number; lo: number; hi: number }
  /** Takes over the words of another page as they were after event `at`. */
  | { k: number; kind: 'copy'; from: number; at: number }
  | { k: number; kind: 'clear' }

/** Copies of copies that are followed; a wild trace may go round in circles. */
const MAX_COPIES = 64

export class DataIndex {
  private readonly trace: Trace
  private readonly pages = new Map<number, Change[]>()
  private read = 0
  /** The latest anonymous page: where a copy on write begins. */
  private fresh = { frame: -1, k: -1 }

  constructor(trace: Trace) {
    this.trace = trace
  }

  /** Words stored in a page as they are after event k, in order. */
  words(frame: number, k: number): StoredWord[] {
    if (this.trace.counts[KIND.STORE] === 0) return []
    this.extend()
    const found = new Map<number, StoredWord>()
    this.collect(frame, k, found, MAX_COPIES)
    return [...found.values()].sort((x, y) => x.index - y.index)
  }

  /** The newest change wins. */
  private collect(frame: number, k: number, found: Map<number, StoredWord>, copies: number): void {
    const changes = this.pages.get(frame) ?? []
    for (let i = changes.length - 1; i >= 0; i--) {
      const change = changes[i]
      if (change.k > k) continue
      if (change.kind === 'clear') return
      if (change.kind === 'copy')
        return copies > 0 ? this.collect(change.from, change.at, found, copies - 1) : undefined
      const { index, lo, hi } = change
      if (!found.has(index)) found.set(index, { index, lo, hi })
    }
  }

  private extend(): void {
    const { trace } = this
    for (; this.read < trace.length; this.read++) {
      const k = this.read
      switch (trace.kind(k)) {
        case KIND.STORE:
          this.note(trace.word(k, 3), {
            k,
            kind: 'store',
            index: trace.indexOf(k),
            lo: trace.word(k, 6),
            hi: trace.word(k, 7),
          })
          break
        case KIND.MM_PAGE_ALLOC:
          if (trace.flags(k) === PAGE.anon) this.fresh = { frame: trace.word(k, 3), k }
          break
        case KIND.FAULT_DONE:
          if (trace.flags(k) === FAULT.cowCopy) this.copied(k)
          break
        case KIND.MM_PAGE_FREE:
          this.freed(trace.word(k, 3), trace.word(k, 4) * 2 ** trace.indexOf(k), k)
      }
    }
  }

  /** The old page may be freed before the fault is said to be done: its words are those at the birth of the new one. */
  private copied(k: number): void {
    const [frame, from] = [this.trace.word(k, 3), this.trace.word(k, 4)]
    if (!this.pages.has(from)) return
    const at = this.fresh.frame === frame ? this.fresh.k : k
    this.note(frame, { k, kind: 'copy', from, at })
  }

  private freed(first: number, count: number, k: number): void {
    const end = first + count
    if (count <= this.pages.size) {
      for (let frame = first; frame < end; frame++) this.pages.get(frame)?.push({ k, kind: 'clear' })
      return
    }
    for (const [frame, changes] of this.pages)
      if (frame >= first && frame < end) changes.push({ k, kind: 'clear' })
  }

  private note(frame: number, change: Change): void {
    const changes = this.pages.get(frame)
    if (changes) changes.push(change)
    else this.pages.set(frame, [change])
  }
}
