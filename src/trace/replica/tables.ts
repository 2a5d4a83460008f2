/** The page-table tables of a replica: what each is, and its entries in blocks of which empty ones are not stored. */
import type { Arch } from '../../arch/arch.ts'
import { LEVEL_NAMES } from '../schema.ts'
import type { Pool } from './pool.ts'
import { REF_MASK, REF_SHIFT, WORD_SHIFT } from './pool.ts'
import { Records } from './records.ts'
import { CowTrie } from './trie.ts'
import type { TrieRoot } from './trie.ts'

/** Words of a table's record. */
export const TABLE = {
  level: 0,
  frame: 1,
  offset: 2,
  entries: 3,
  bytes: 4,
  parent: 5,
  parentIndex: 6,
  mm: 7,
  used: 8,
  directory: 9,
  flags: 10,
  allocatedAt: 11,
  /** Another table in the same page, 0: none. */
  nextInFrame: 12,
} as const
const RECORD_WORDS = 16
export const TABLE_KERNEL = 1
export const TABLE_DEPOSITED = 2
export const TABLE_LINKED = 4

const BLOCK_BITS = 4
const BLOCK = 1 << BLOCK_BITS
const BLOCK_MASK = BLOCK - 1
/** Low and high words of 16 entries, then for each the event that wrote it, plus one. */
const WRITTEN = 2 * BLOCK
const BLOCK_WORDS = 3 * BLOCK
/** Frames that share a leaf of the index from frames to tables. */
const FRAME_BITS = 4
const FRAME_MASK = (1 << FRAME_BITS) - 1
/** Record of an mm: live tables per level, then deposited ones. */
const MM_WORDS = 8
const MM_DEPOSITED = LEVEL_NAMES.length
/** The directory of the largest table must fit in one chunk of the pool. */
const MAX_ENTRIES = 1 << 20

export class Tables {
  /** Result of `read`. */
  lo = 0
  hi = 0
  readonly records: Records
  /** How many tables each mm has. */
  private readonly mms: Records
  /** First table in each frame. */
  private readonly byFrame: CowTrie
  private readonly pool: Pool
  private readonly noneLo = new Uint32Array(LEVEL_NAMES.length)
  private readonly noneHi = new Uint32Array(LEVEL_NAMES.length)

  constructor(pool: Pool, arch: Arch) {
    this.pool = pool
    this.records = new Records(pool, RECORD_WORDS)
    this.mms = new Records(pool, MM_WORDS)
    this.byFrame = new CowTrie(pool, FRAME_BITS, 1 << FRAME_BITS)
    for (const level of arch.levels) {
      this.noneLo[LEVEL_NAMES.indexOf(level.name)] = level.noneLo
      this.noneHi[LEVEL_NAMES.indexOf(level.name)] = level.noneHi
    }
  }

  snapshot(): TrieRoot[] {
    return [this.records.snapshot(), this.mms.snapshot(), this.byFrame.snapshot()]
  }

  restore([records, mms, byFrame]: TrieRoot[]): void {
    this.records.restore(records)
    this.mms.restore(mms)
    this.byFrame.restore(byFrame)
  }

  /** Table at frame·pageSize + offset, or 0. */
  at(frame: number, offset: number): number {
    let id = this.firstIn(frame)
    while (id !== 0 && this.word(id, TABLE.offset) !== offset) id = this.word(id, TABLE.nextInFrame)
    return id
  }

  /** All tables in a frame. */
  inFrame(frame: number): number[] {
    const list: number[] = []
    for (let id = this.firstIn(frame); id !== 0; id = this.word(id, TABLE.nextInFrame)) list.push(id)
    return list
  }

  /** Live tables of an mm at a level (a LEVEL number), deposited ones included. */
  countOf(mm: number, level: number): number {
    const ref = this.mms.find(mm)
    return ref === 0 ? 0 : this.pool.get(ref, level)
  }

  depositedOf(mm: number): number {
    return this.countOf(mm, MM_DEPOSITED)
  }

  /** True when the table exists. */
  has(id: number): boolean {
    return this.records.find(id) !== 0
  }

  /** A word of the table's record; 0 when there is no such table. */
  word(id: number, word: number): number {
    const ref = this.records.find(id)
    return ref === 0 ? 0 : this.pool.get(ref, word)
  }

  alloc(
    id: number,
    level: number,
    frame: number,
    offset: number,
    entries: number,
    bytes: number,
    mm: number,
    flags: number,
    k: number,
  ): void {
    if (this.has(id)) this.free(id)
    const ref = this.records.create(id)
    const { pool } = this
    pool.set(ref, TABLE.level, Math.min(level, LEVEL_NAMES.length - 1))
    pool.set(ref, TABLE.frame, frame)
    pool.set(ref, TABLE.offset, offset)
    pool.set(ref, TABLE.entries, Math.min(entries, MAX_ENTRIES))
    pool.set(ref, TABLE.bytes, bytes)
    pool.set(ref, TABLE.mm, mm)
    pool.set(ref, TABLE.flags, flags)
    pool.set(ref, TABLE.allocatedAt, k + 1)
    pool.set(ref, TABLE.nextInFrame, this.firstIn(frame))
    this.setFirstIn(frame, id)
    this.count(mm, pool.get(ref, TABLE.level), 1)
  }

  free(id: number): void {
    const ref = this.records.find(id)
    if (ref === 0) return
    const mm = this.word(id, TABLE.mm)
    this.count(mm, this.word(id, TABLE.level), -1)
    if (this.word(id, TABLE.flags) & TABLE_DEPOSITED) this.count(mm, MM_DEPOSITED, -1)
    this.unchain(id, this.word(id, TABLE.frame))
    this.records.drop(id)
  }

  /** Hangs a table below an entry of another one. */
  link(id: number, parent: number, index: number, set: number, clear: number): void {
    const ref = this.records.forWrite(id)
    if (ref === 0) return
    const { pool } = this
    pool.set(ref, TABLE.parent, parent)
    pool.set(ref, TABLE.parentIndex, index)
    const old = pool.get(ref, TABLE.flags)
    const now = (old & ~clear) | set
    pool.set(ref, TABLE.flags, now)
    const deposited = (now & TABLE_DEPOSITED) - (old & TABLE_DEPOSITED)
    if (deposited !== 0) this.count(pool.get(ref, TABLE.mm), MM_DEPOSITED, deposited / TABLE_DEPOSITED)
  }

  /** Reads an entry into lo and hi; the empty value when it is out of range. */
  read(id: number, index: number): void {
    const ref = this.records.find(id)
    const block = ref === 0 ? 0 : this.block(ref, index)
    if (block === 0) return this.readNone(ref)
    this.lo = this.pool.get(block, 2 * (index & BLOCK_MASK))
    this.hi = this.pool.get(block, 2 * (index & BLOCK_MASK) + 1)
  }

  /** Event that wrote the entry last, or -1. */
  writtenAt(id: number, index: number): number {
    const ref = this.records.find(id)
    const block = ref === 0 ? 0 : this.block(ref, index)
    return block === 0 ? -1 : this.pool.get(block, WRITTEN + (index & BLOCK_MASK)) - 1
  }

  /** Sets an entry; false when there is no such table or index. */
  write(id: number, index: number, lo: number, hi: number, k: number): boolean {
    const ref = this.records.forWrite(id)
    if (ref === 0) return false
    const { pool } = this
    const chunk = pool.chunks[ref >>> REF_SHIFT]
    const at = (ref & REF_MASK) << WORD_SHIFT
    if (index >= chunk[at + TABLE.entries]) return false
    const noneLo = this.noneLo[chunk[at]]
    const noneHi = this.noneHi[chunk[at]]
    const block = this.blockForWrite(chunk, at, index >>> BLOCK_BITS, noneLo, noneHi)
    const cells = pool.chunks[block >>> REF_SHIFT]
    const cell = (block & REF_MASK) << WORD_SHIFT
    const i = cell + 2 * (index & BLOCK_MASK)
    const was = cells[i] !== noneLo || cells[i + 1] !== noneHi ? 1 : 0
    const is = lo >>> 0 !== noneLo || hi >>> 0 !== noneHi ? 1 : 0
    cells[i] = lo
    cells[i + 1] = hi
    cells[cell + WRITTEN + (index & BLOCK_MASK)] = k + 1
    if (was !== is) chunk[at + TABLE.used] += is - was
    return true
  }

  writeNone(id: number, index: number, k: number): boolean {
    const level = this.word(id, TABLE.level)
    return this.write(id, index, this.noneLo[level], this.noneHi[level], k)
  }

  /** Every entry that is not empty, in order. */
  forEachEntry(
    id: number,
    callback: (index: number, lo: number, hi: number, writtenAt: number) => void,
  ): void {
    const ref = this.records.find(id)
    if (ref === 0) return
    const { pool } = this
    const level = pool.get(ref, TABLE.level)
    const [noneLo, noneHi] = [this.noneLo[level], this.noneHi[level]]
    const entries = pool.get(ref, TABLE.entries)
    for (let first = 0; first < entries; first += BLOCK) {
      const block = this.block(ref, first)
      if (block === 0) continue
      const cells = pool.chunks[block >>> REF_SHIFT]
      const at = (block & REF_MASK) << WORD_SHIFT
      for (let i = 0; i < BLOCK; i++) {
        const lo = cells[at + 2 * i]
        const hi = cells[at + 2 * i + 1]
        if (lo !== noneLo || hi !== noneHi) callback(first + i, lo, hi, cells[at + WRITTEN + i] - 1)
      }
    }
  }

  private firstIn(frame: number): number {
    const leaf = this.byFrame.leaf(frame)
    return leaf === 0 ? 0 : this.pool.get(leaf, frame & FRAME_MASK)
  }

  private setFirstIn(frame: number, id: number): void {
    this.pool.set(this.byFrame.leafForWrite(frame), frame & FRAME_MASK, id)
  }

  private unchain(id: number, frame: number): void {
    const after = this.word(id, TABLE.nextInFrame)
    let before = this.firstIn(frame)
    if (before === id) return this.setFirstIn(frame, after)
    while (before !== 0 && this.word(before, TABLE.nextInFrame) !== id)
      before = this.word(before, TABLE.nextInFrame)
    if (before !== 0) this.pool.set(this.records.forWrite(before), TABLE.nextInFrame, after)
  }

  private count(mm: number, word: number, delta: number): void {
    const ref = this.mms.forWrite(mm) || this.mms.create(mm)
    this.pool.set(ref, word, this.pool.get(ref, word) + delta)
  }

  private readNone(ref: number): void {
    const level = ref === 0 ? 0 : this.pool.get(ref, TABLE.level)
    this.lo = this.noneLo[level]
    this.hi = this.noneHi[level]
  }

  private block(ref: number, index: number): number {
    if (index >= this.pool.get(ref, TABLE.entries)) return 0
    const directory = this.pool.get(ref, TABLE.directory)
    return directory === 0 ? 0 : this.pool.get(directory, index >>> BLOCK_BITS)
  }

  /** `record` from `at` is the table's own record, owned by the writer. */
  private blockForWrite(
    record: Uint32Array,
    at: number,
    slot: number,
    noneLo: number,
    noneHi: number,
  ): number {
    const { pool } = this
    let directory = record[at + TABLE.directory]
    if (directory < pool.own) {
      const words = (record[at + TABLE.entries] + BLOCK_MASK) >>> BLOCK_BITS
      directory = directory === 0 ? pool.alloc(words) : pool.copy(directory, words)
      record[at + TABLE.directory] = directory
    }
    const chunk = pool.chunks[directory >>> REF_SHIFT]
    const place = ((directory & REF_MASK) << WORD_SHIFT) + slot
    const block = chunk[place]
    if (block >= pool.own) return block
    return (chunk[place] = block === 0 ? this.emptyBlock(noneLo, noneHi) : pool.copy(block, BLOCK_WORDS))
  }

  private emptyBlock(noneLo: number, noneHi: number): number {
    const { pool } = this
    const ref = pool.alloc(BLOCK_WORDS)
    if (noneLo === 0 && noneHi === 0) return ref
    for (let i = 0; i < BLOCK; i++) {
      pool.set(ref, 2 * i, noneLo)
      pool.set(ref, 2 * i + 1, noneHi)
    }
    return ref
  }
}
