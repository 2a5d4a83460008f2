/**
 * A trace in memory: the header, the records in chunks of CHUNK_RECORDS, the strings, and small indices that are kept
 * up while chunks arrive. An event is named by the number k of its first record.
 */
import { TraceHash } from './hash.ts'
import { OpIndex } from './ops.ts'
import { CHUNK_RECORDS } from './recorder.ts'
import type { TraceChunk } from './recorder.ts'
import { Samples } from './samples.ts'
import { KIND, WORDS } from './schema.ts'
import type { MachineHeader } from './schema.ts'
import { TextIndex } from './texts.ts'

const CHUNK_SHIFT = Math.log2(CHUNK_RECORDS)
const CHUNK_MASK = CHUNK_RECORDS - 1
const CHUNK_WORDS = CHUNK_RECORDS * WORDS
const FIRST_CAPACITY = 1024 * WORDS

export class Trace {
  readonly header: MachineHeader
  /** Records of chunk i are i · CHUNK_RECORDS …; the last one is filled up to `length`. */
  readonly chunks: Uint32Array[] = []
  /** Records, payload included. */
  length = 0
  /** Events: records that are not payload. */
  events = 0
  readonly strings: string[] = ['']
  /** Records by kind. */
  readonly counts = new Float64Array(256)
  readonly ops = new OpIndex()
  readonly texts = new TextIndex()
  readonly samples = new Samples()
  private running = new TraceHash()

  constructor(header: MachineHeader) {
    this.header = header
  }

  /** 16 hex digits over records and strings: the identity of the run so far. */
  get hash(): string {
    return this.running.digest()
  }

  /** Takes the next chunk of a recorder. Throws RangeError when one before it is missing. */
  append(chunk: TraceChunk): void {
    this.expectNext(chunk)
    const hash = this.running
    for (const text of chunk.strings) hash.addString(text)
    hash.addWords(chunk.words, 0, chunk.records * WORDS)
    this.adopt(chunk, hash)
  }

  /** As append, for a reader that has computed the hash of everything up to the chunk's end already. */
  adopt(chunk: TraceChunk, hash: TraceHash): void {
    this.expectNext(chunk)
    this.running = hash
    for (const text of chunk.strings) this.strings.push(text)
    const words = chunk.words.subarray(0, chunk.records * WORDS)
    const first = this.length
    this.store(words)
    this.index(words, first)
  }

  kind(k: number): number {
    return this.chunks[k >>> CHUNK_SHIFT][(k & CHUNK_MASK) * WORDS] & 0xff
  }

  /** Word i (0–7) of record k. */
  word(k: number, i: number): number {
    return this.chunks[k >>> CHUNK_SHIFT][(k & CHUNK_MASK) * WORDS + i]
  }

  cpu(k: number): number {
    return (this.word(k, 0) >>> 8) & 0xff
  }

  /** The 16-bit index field. */
  indexOf(k: number): number {
    return this.word(k, 0) >>> 16
  }

  mm(k: number): number {
    return this.word(k, 1) & 0xfffff
  }

  ctx(k: number): number {
    return (this.word(k, 1) >>> 20) & 15
  }

  flags(k: number): number {
    return this.word(k, 1) >>> 24
  }

  op(k: number): number {
    return this.word(k, 2)
  }

  text(string: number): string {
    return this.strings[string] ?? ''
  }

  /** Source line of record k: its own, or that of the call that caused it; 0 when there is none. */
  lineOf(k: number): number {
    const kind = this.kind(k)
    if (kind === KIND.EXPECT || kind === KIND.LOG) return this.word(k, 4)
    return this.ops.line(this.op(k))
  }

  /** Number of the event that record k belongs to: k itself, or the event before for payload. */
  eventOf(k: number): number {
    let at = Math.min(k, this.length - 1)
    while (at > 0 && this.kind(at) === KIND.CONT) at--
    return at
  }

  /** The event after k (or before it); stays within the trace, -1 is the state before the first. */
  step(k: number, direction: 1 | -1): number {
    if (direction < 0) return k <= 0 ? -1 : this.eventOf(k - 1)
    let at = k + 1
    while (at < this.length && this.kind(at) === KIND.CONT) at++
    return at < this.length ? at : this.eventOf(this.length - 1)
  }

  private expectNext(chunk: TraceChunk): void {
    if (chunk.firstRecord !== this.length) {
      throw new RangeError(`trace chunk starts at record ${chunk.firstRecord}, expected ${this.length}`)
    }
    if (chunk.strings.length > 0 && chunk.firstString !== this.strings.length) {
      throw new RangeError(
        `trace chunk starts at string ${chunk.firstString}, expected ${this.strings.length}`,
      )
    }
  }

  private store(words: Uint32Array): void {
    const used = (this.length & CHUNK_MASK) * WORDS
    if (used === 0 && words.length === CHUNK_WORDS) {
      this.chunks.push(words)
      this.length += CHUNK_RECORDS
      return
    }
    const part = Math.min(words.length, CHUNK_WORDS - used)
    if (part === 0) return
    this.tail(used, used + part).set(words.subarray(0, part), used)
    this.length += part / WORDS
    this.store(words.subarray(part))
  }

  /** The last chunk with room for `needed` words. */
  private tail(used: number, needed: number): Uint32Array {
    const last = this.chunks.length - 1
    const old = used === 0 ? undefined : this.chunks[last]
    if (old && old.length >= needed) return old
    let capacity = Math.max(old?.length ?? 0, FIRST_CAPACITY)
    while (capacity < needed) capacity *= 2
    const grown = new Uint32Array(Math.min(capacity, CHUNK_WORDS))
    if (old) grown.set(old.subarray(0, used))
    this.chunks[old ? last : last + 1] = grown
    return grown
  }

  private index(words: Uint32Array, first: number): void {
    const { ops, texts, samples, counts } = this
    for (let at = 0, k = first; at < words.length; at += WORDS, k++) {
      const kind = words[at] & 0xff
      counts[kind]++
      if (kind === KIND.CONT) continue
      samples.add(kind, words, at, k)
      texts.add(kind, words, at, k)
      ops.add(words, at, k)
    }
    this.events = this.length - counts[KIND.CONT]
  }
}
