/** What a replica knows of page frames: kind, order, mapcount, refcount, and who set them last. Free frames cost nothing. */
import type { Pool } from './pool.ts'
import { CowTrie } from './trie.ts'
import type { TrieRoot } from './trie.ts'

const LEAF_BITS = 4
const LEAF_MASK = (1 << LEAF_BITS) - 1
const FRAME_WORDS = 4
const LEAF_WORDS = FRAME_WORDS << LEAF_BITS
const INFO = 0
const MAPCOUNT = 1
const REFCOUNT = 2
const WRITTEN = 3
const KNOWN = 0x8000_0000
const MAX_ORDER = 20
/** More consecutive frames than one record ever frees; bounds what a wild one may cost. */
const MAX_RUN = 2 ** 26

export interface FrameState {
  kind: number
  /** Order of the allocation that the frame is in. */
  order: number
  mapcount: number
  refcount: number
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

  alloc(frame: number, order: number, kind: number, k: number): void {
    this.put(frame, (KNOWN | (order << 8) | kind) >>> 0, 0, 1, k)
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

  state(frame: number, kind: number, mapcount: number, refcount: number, k: number): void {
    const old = this.word(frame, INFO)
    this.put(frame, (KNOWN | (old & 0xff00) | kind) >>> 0, mapcount, refcount, k)
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
        mapcount: this.word(head, MAPCOUNT) | 0,
        refcount: this.word(head, REFCOUNT) | 0,
        changedAt: this.word(head, WRITTEN) - 1,
      }
    }
    return null
  }

  private word(frame: number, word: number): number {
    const leaf = this.trie.leaf(frame)
    return leaf === 0 ? 0 : this.pool.get(leaf, (frame & LEAF_MASK) * FRAME_WORDS + word)
  }

  private put(frame: number, info: number, mapcount: number, refcount: number, k: number): void {
    const { pool } = this
    const leaf = this.trie.leafForWrite(frame)
    const at = (frame & LEAF_MASK) * FRAME_WORDS
    pool.set(leaf, at + INFO, info)
    pool.set(leaf, at + MAPCOUNT, mapcount)
    pool.set(leaf, at + REFCOUNT, refcount)
    pool.set(leaf, at + WRITTEN, k + 1)
  }

  private clear(frame: number): void {
    if (this.word(frame, INFO) === 0) return
    const leaf = this.trie.leafForWrite(frame)
    const at = (frame & LEAF_MASK) * FRAME_WORDS
    for (let i = 0; i < FRAME_WORDS; i++) this.pool.set(leaf, at + i, 0)
  }
}
