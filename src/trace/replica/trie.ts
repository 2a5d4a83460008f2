/** A persistent sparse vector over a Pool: index → leaf of fixed size, found through nodes of 32 references. */
import type { Pool } from './pool.ts'
import { REF_MASK, REF_SHIFT, WORD_SHIFT } from './pool.ts'

const FAN_BITS = 5
const FAN = 1 << FAN_BITS
const FAN_MASK = FAN - 1
const CACHE = 64
const CACHE_MASK = CACHE - 1
const NO_KEY = 0xffff_ffff

export interface TrieRoot {
  root: number
  height: number
}

export class CowTrie {
  private root = 0
  /** Levels of nodes above the leaves. */
  private height = 0
  private readonly pool: Pool
  /** log2 of the indices that share a leaf. */
  private readonly leafBits: number
  private readonly leafWords: number
  /** Leaves known to be owned by the writer. */
  private readonly cacheKeys = new Uint32Array(CACHE).fill(NO_KEY)
  private readonly cacheRefs = new Float64Array(CACHE)

  constructor(pool: Pool, leafBits: number, leafWords: number) {
    this.pool = pool
    this.leafBits = leafBits
    this.leafWords = leafWords
  }

  /** Call together with Pool.seal: the nodes are shared from now on. */
  snapshot(): TrieRoot {
    this.cacheKeys.fill(NO_KEY)
    return { root: this.root, height: this.height }
  }

  restore(at: TrieRoot): void {
    this.cacheKeys.fill(NO_KEY)
    this.root = at.root
    this.height = at.height
  }

  /** Leaf that holds `index`, or 0. For reading only. */
  leaf(index: number): number {
    if (!this.reaches(index)) return 0
    let ref = this.root
    for (
      let shift = this.leafBits + FAN_BITS * (this.height - 1);
      ref !== 0 && shift >= this.leafBits;
      shift -= FAN_BITS
    ) {
      ref = this.pool.get(ref, (index >>> shift) & FAN_MASK)
    }
    return ref
  }

  /** Leaf that holds `index`, made if absent, owned by the writer. */
  leafForWrite(index: number): number {
    const key = index >>> this.leafBits
    const slot = key & CACHE_MASK
    if (this.cacheKeys[slot] === key) return this.cacheRefs[slot]
    const ref = this.ownLeaf(index)
    this.cacheKeys[slot] = key
    this.cacheRefs[slot] = ref
    return ref
  }

  /** Calls back for every leaf there is, in order of index. */
  forEachLeaf(callback: (firstIndex: number, ref: number) => void): void {
    if (this.root !== 0) this.visit(this.root, this.height, 0, callback)
  }

  private visit(
    ref: number,
    height: number,
    first: number,
    callback: (firstIndex: number, ref: number) => void,
  ): void {
    if (height === 0) return callback(first, ref)
    const span = 2 ** (this.leafBits + FAN_BITS * (height - 1))
    for (let i = 0; i < FAN; i++) {
      const child = this.pool.get(ref, i)
      if (child !== 0) this.visit(child, height - 1, first + i * span, callback)
    }
  }

  private reaches(index: number): boolean {
    const bits = this.leafBits + FAN_BITS * this.height
    return bits >= 32 || index >>> bits === 0
  }

  private ownLeaf(index: number): number {
    const { pool } = this
    while (!this.reaches(index)) this.grow()
    this.root = this.owned(this.root, this.height)
    let ref = this.root
    for (let height = this.height; height > 0; height--) {
      const slot = (index >>> (this.leafBits + FAN_BITS * (height - 1))) & FAN_MASK
      const chunk = pool.chunks[ref >>> REF_SHIFT]
      const at = ((ref & REF_MASK) << WORD_SHIFT) + slot
      ref = this.owned(chunk[at], height - 1)
      chunk[at] = ref
    }
    return ref
  }

  private owned(ref: number, height: number): number {
    if (ref >= this.pool.own) return ref
    const words = height === 0 ? this.leafWords : FAN
    return ref === 0 ? this.pool.alloc(words) : this.pool.copy(ref, words)
  }

  private grow(): void {
    if (this.root !== 0) {
      const top = this.pool.alloc(FAN)
      this.pool.set(top, 0, this.root)
      this.root = top
    }
    this.height++
  }
}
