/** What a replica knows of page frames: kind, order, flags, and who set them last. Free frames cost nothing. */
import type { Pool } from './pool.ts'
import { CowTrie } from './trie.ts'
import type { TrieRoot } from './trie.ts'

const LEAF_BITS = 4
const LEAF_MASK = (1 << LEAF_BITS) - 1
const FRAME_WORDS = 4
const LEAF_WORDS = FRAME_WORDS << LEAF_BITS
const INFO = 0
const FLAGS = 1
const WRITTEN = 2
const KNOWN = 0x8000_0000
const MAX_ORDER = 20
/** More consecutive frames than one record ever frees; bounds what a wild one may cost. */
const MAX_RUN = 2 ** 26
/** The same for frames that a record brings into being. */
const MAX_STATES = 2 ** 20

export interface FrameState {
  kind: number
  /** Order of the allocation that the frame is in. */
  order: number
  /** PG flags of the allocation. */
  flags: number
  /** First frame of the allocation. */
  head: number
  /** Event that changed it last. */
  changedAt: number
}

export class Frames {
  private readonly pool: Pool
  private readonly trie: CowTrie

  constructor(pool: Pool) {
    this.pool = pool
    this.trie = new CowTrie(pool, LEAF_BITS, LEAF_WORDS)
  }

  snapshot(): TrieRoot {
    return this.trie.snapshot()
  }

  restore(at: TrieRoot): void {
    this.trie.restore(at)
  }

  alloc(frame: number, order: number, kind: number, flags: number, k: number): void {
    this.put(frame, (KNOWN | (order << 8) | kind) >>> 0, flags, k)
  }

  /** Frees `count` frames; a compound page is known by its head alone. */
  free(frame: number, count: number, order: number): void {
    if (order > 0) return this.clear(frame)
    const end = Math.min(frame + Math.min(Math.max(1, count), MAX_RUN), 2 ** 32)
    for (let at = frame; at < end; at++) {
      if (this.trie.leaf(at) === 0) at += LEAF_MASK - (at & LEAF_MASK)
      else this.clear(at)
    }
  }

  /** Flags of `count` consecutive frames. */
  state(frame: number, count: number, kind: number, flags: number, k: number): void {
    const end = Math.min(frame + Math.min(Math.max(1, count), MAX_STATES), 2 ** 32)
    for (let at = frame; at < end; at++)
      this.put(at, (KNOWN | (this.word(at, INFO) & 0xff00) | kind) >>> 0, flags, k)
  }

  /** Every allocation in order of frame. */
  forEach(callback: (frame: number, order: number, kind: number) => void): void {
    this.trie.forEachLeaf((first, leaf) => {
      for (let i = 0; i <= LEAF_MASK; i++) {
        const info = this.pool.get(leaf, i * FRAME_WORDS + INFO)
        if (info & KNOWN) callback(first + i, (info >>> 8) & 0xff, info & 0xff)
      }
    })
  }

  /** State of a frame, or of the compound page it is a part of; null when free or unknown. */
  get(frame: number): FrameState | null {
    for (let order = 0; order <= MAX_ORDER; order++) {
      const head = frame - (frame % 2 ** order)
      const info = this.word(head, INFO)
      if (!(info & KNOWN) || (head !== frame && ((info >>> 8) & 0xff) < order)) continue
      return {
        kind: info & 0xff,
        order: (info >>> 8) & 0xff,
        flags: this.word(head, FLAGS),
        head,
        changedAt: this.word(head, WRITTEN) - 1,
      }
    }
    return null
  }

  private word(frame: number, word: number): number {
    const leaf = this.trie.leaf(frame)
    return leaf === 0 ? 0 : this.pool.get(leaf, (frame & LEAF_MASK) * FRAME_WORDS + word)
  }

  private put(frame: number, info: number, flags: number, k: number): void {
    const { pool } = this
    const leaf = this.trie.leafForWrite(frame)
    const at = (frame & LEAF_MASK) * FRAME_WORDS
    pool.set(leaf, at + INFO, info)
    pool.set(leaf, at + FLAGS, flags)
    pool.set(leaf, at + WRITTEN, k + 1)
  }

  private clear(frame: number): void {
    if (this.word(frame, INFO) === 0) return
    const leaf = this.trie.leafForWrite(frame)
    const at = (frame & LEAF_MASK) * FRAME_WORDS
    for (let i = 0; i < FRAME_WORDS; i++) this.pool.set(leaf, at + i, 0)
  }
}
