/** A persistent sparse list of equal-sized records of words, by id. */
import type { Pool } from './pool.ts'
import { REF_MASK, REF_SHIFT, WORD_SHIFT } from './pool.ts'
import { CowTrie } from './trie.ts'
import type { TrieRoot } from './trie.ts'

const LEAF_BITS = 5
const LEAF = 1 << LEAF_BITS
const LEAF_MASK = LEAF - 1

export class Records {
  private readonly pool: Pool
  private readonly trie: CowTrie
  private readonly words: number

  constructor(pool: Pool, words: number) {
    this.pool = pool
    this.words = words
    this.trie = new CowTrie(pool, LEAF_BITS, LEAF)
  }

  snapshot(): TrieRoot {
    return this.trie.snapshot()
  }

  restore(at: TrieRoot): void {
    this.trie.restore(at)
  }

  /** The record's node for reading, or 0. */
  find(id: number): number {
    const leaf = this.trie.leaf(id)
    return leaf === 0 ? 0 : this.pool.get(leaf, id & LEAF_MASK)
  }

  /** The record's node for writing, or 0 when there is no such record. */
  forWrite(id: number): number {
    const { pool } = this
    const leaf = this.trie.leafForWrite(id)
    const chunk = pool.chunks[leaf >>> REF_SHIFT]
    const at = ((leaf & REF_MASK) << WORD_SHIFT) + (id & LEAF_MASK)
    const ref = chunk[at]
    if (ref === 0 || ref >= pool.own) return ref
    return (chunk[at] = pool.copy(ref, this.words))
  }

  /** A fresh record of zeros; replaces one with the same id. */
  create(id: number): number {
    const leaf = this.trie.leafForWrite(id)
    const ref = this.pool.alloc(this.words)
    this.pool.set(leaf, id & LEAF_MASK, ref)
    return ref
  }

  drop(id: number): void {
    if (this.find(id) !== 0) this.pool.set(this.trie.leafForWrite(id), id & LEAF_MASK, 0)
  }

  /** Every record in order of id. */
  forEach(callback: (id: number, ref: number) => void): void {
    this.trie.forEachLeaf((first, leaf) => {
      for (let i = 0; i < LEAF; i++) {
        const ref = this.pool.get(leaf, i)
        if (ref !== 0) callback(first + i, ref)
      }
    })
  }
}
