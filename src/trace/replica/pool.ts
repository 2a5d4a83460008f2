/**
 * Storage for copy-on-write structures: nodes of a few words, handed out one after the other and never freed singly.
 * A node is named by a reference, its offset in units of 8 words. Nodes at or above `own` belong to the writer and are
 * changed in place; those below are shared with keyframes and must be copied first.
 */
const UNIT_WORDS = 8
const CHUNK_UNITS = 8192
const CHUNK_WORDS = CHUNK_UNITS * UNIT_WORDS
export const REF_SHIFT = 13
export const REF_MASK = CHUNK_UNITS - 1
/** word offset in a chunk = (ref & REF_MASK) << WORD_SHIFT */
export const WORD_SHIFT = 3
/** Chunks below this index hold keyframes (4 GiB of them), those above a cursor's scratch nodes. */
const SCRATCH_CHUNK = 16384
const NOTHING = new Uint32Array(0)

export class Pool {
  readonly chunks: Uint32Array[]
  /** First free unit. */
  top: number
  /** First unit that the writer owns. */
  own: number
  /** First unit that was never handed out and so is still zero. */
  private dirty: number
  /** Whether the node taken last is such. */
  private fresh = true
  private readonly base: number
  private readonly end: number

  private constructor(chunks: Uint32Array[], top: number, end: number) {
    this.chunks = chunks
    this.top = top
    this.own = top
    this.dirty = top
    this.base = top
    this.end = end
  }

  /** Storage for keyframes. Reference 0 is never handed out: it stands for an absent node. */
  static main(): Pool {
    return new Pool([], 1, SCRATCH_CHUNK * CHUNK_UNITS)
  }

  /** Storage for a cursor that reads nodes of a main pool and forgets its own ones when it moves on. */
  static scratch(): Pool {
    const shared = new Array<Uint32Array>(SCRATCH_CHUNK).fill(NOTHING)
    return new Pool(shared, SCRATCH_CHUNK * CHUNK_UNITS, Infinity)
  }

  /** Bytes reserved by this pool itself. */
  get bytes(): number {
    const first = this.base >>> REF_SHIFT
    return Math.max(0, this.chunks.length - first) * CHUNK_WORDS * 4
  }

  /** Makes the nodes of a main pool readable here. */
  share(main: Pool): void {
    for (let i = main.chunks.length - 1; i >= 0 && this.chunks[i] !== main.chunks[i]; i--)
      this.chunks[i] = main.chunks[i]
  }

  /** Everything there is now is shared from here on. */
  seal(): void {
    this.own = this.top
  }

  /** Forgets all nodes from `top` on; without it, all own nodes. */
  truncate(top = this.base): void {
    this.top = top
    this.own = top
  }

  /** A node of `words` zeros. */
  alloc(words: number): number {
    const ref = this.take(words)
    if (this.fresh) return ref
    const at = (ref & REF_MASK) << WORD_SHIFT
    this.chunks[ref >>> REF_SHIFT].fill(0, at, at + words)
    return ref
  }

  copy(from: number, words: number): number {
    const ref = this.take(words)
    const source = this.chunks[from >>> REF_SHIFT]
    const target = this.chunks[ref >>> REF_SHIFT]
    const sourceAt = (from & REF_MASK) << WORD_SHIFT
    const targetAt = (ref & REF_MASK) << WORD_SHIFT
    for (let i = 0; i < words; i++) target[targetAt + i] = source[sourceAt + i]
    return ref
  }

  get(ref: number, word: number): number {
    return this.chunks[ref >>> REF_SHIFT][((ref & REF_MASK) << WORD_SHIFT) + word]
  }

  set(ref: number, word: number, value: number): void {
    this.chunks[ref >>> REF_SHIFT][((ref & REF_MASK) << WORD_SHIFT) + word] = value
  }

  private take(words: number): number {
    const units = (words + UNIT_WORDS - 1) >>> WORD_SHIFT
    let ref = this.top
    if ((ref & REF_MASK) + units > CHUNK_UNITS) ref = ((ref >>> REF_SHIFT) + 1) << REF_SHIFT
    if (ref + units > this.end || units > CHUNK_UNITS)
      throw new RangeError('the trace describes more state than a replica can hold')
    this.fresh = ref >= this.dirty
    this.top = ref + units
    if (this.top > this.dirty) this.dirty = this.top
    const chunk = (this.top - 1) >>> REF_SHIFT
    if (chunk >= this.chunks.length) this.chunks.push(new Uint32Array(CHUNK_WORDS))
    return ref
  }
}
