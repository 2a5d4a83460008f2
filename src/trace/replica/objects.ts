/** Objects with named fields (mm, vma, process, cpu …) of a replica, by kind and id. Values are 64-bit, in halves. */
import { FIELDS, OBJ_NAMES } from '../schema.ts'
import type { Pool } from './pool.ts'
import { Records } from './records.ts'
import type { TrieRoot } from './trie.ts'

export const OBJECT = { name: 0, owner: 1, alive: 2, bornAt: 3 } as const
const HEAD = 4

/** Kinds of object that are forgotten when freed; the others stay readable as dead. */
const FORGOTTEN: readonly string[] = ['vma', 'file']

export class Objects {
  private readonly pool: Pool
  private readonly stores: Records[]
  private readonly fieldCounts: number[]

  constructor(pool: Pool) {
    this.pool = pool
    this.fieldCounts = OBJ_NAMES.map((name) => FIELDS[name].length)
    this.stores = this.fieldCounts.map((count) => new Records(pool, HEAD + 2 * count))
  }

  snapshot(): TrieRoot[] {
    return this.stores.map((store) => store.snapshot())
  }

  restore(at: TrieRoot[]): void {
    this.stores.forEach((store, i) => store.restore(at[i]))
  }

  has(obj: number, id: number): boolean {
    return this.stores[obj]?.find(id) > 0
  }

  /** A word of the object's head (OBJECT.*); 0 when there is no such object. */
  head(obj: number, id: number, word: number): number {
    const ref = this.stores[obj].find(id)
    return ref === 0 ? 0 : this.pool.get(ref, word)
  }

  lo(obj: number, id: number, field: number): number {
    return this.head(obj, id, HEAD + 2 * field)
  }

  hi(obj: number, id: number, field: number): number {
    return this.head(obj, id, HEAD + 2 * field + 1)
  }

  create(obj: number, id: number, name: number, owner: number, k: number): void {
    const store = this.stores[obj]
    if (!store) return
    const ref = store.create(id)
    this.pool.set(ref, OBJECT.name, name)
    this.pool.set(ref, OBJECT.owner, owner)
    this.pool.set(ref, OBJECT.alive, 1)
    this.pool.set(ref, OBJECT.bornAt, k + 1)
  }

  free(obj: number, id: number): void {
    const store = this.stores[obj]
    if (!store) return
    if (FORGOTTEN.includes(OBJ_NAMES[obj])) return store.drop(id)
    const ref = store.forWrite(id)
    if (ref !== 0) this.pool.set(ref, OBJECT.alive, 0)
  }

  /** Sets a field. An object that was never announced (machine, cpu) comes into being. */
  set(obj: number, id: number, field: number, lo: number, hi: number, k: number): void {
    if (!(field < this.fieldCounts[obj])) return
    const store = this.stores[obj]
    let ref = store.forWrite(id)
    if (ref === 0) {
      this.create(obj, id, 0, 0, k)
      ref = store.forWrite(id)
    }
    this.pool.set(ref, HEAD + 2 * field, lo)
    this.pool.set(ref, HEAD + 2 * field + 1, hi)
  }

  /** Ids of all objects of a kind, dead ones included where they are remembered, in order. */
  forEach(obj: number, callback: (id: number) => void): void {
    this.stores[obj].forEach(callback)
  }
}
