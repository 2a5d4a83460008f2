/**
 * The simulator's end of the trace. `emit` is on every hot path: one write of eight words, nothing allocated but a new
 * chunk every CHUNK_RECORDS records. Callers guard with `on` (or `active` where counts are wanted without a trace).
 */
import { CTX, KIND, WORDS } from './schema.ts'

export const CHUNK_RECORDS = 1 << 16
const CHUNK_WORDS = CHUNK_RECORDS * WORDS
const KINDS = 256
/** Payload words that one CONT record carries. */
export const CONT_WORDS = WORDS - 1
/** Texts that are remembered, each at one place: those of calls are mostly unique, and a map of them is slow. */
const INTERNED = 1 << 12

export type TraceLevel = 'off' | 'counters' | 'full'

/** What a recorder hands over. The receiver owns `words`; an event is never cut from its payload. */
export interface TraceChunk {
  /** records × WORDS words. */
  words: Uint32Array
  records: number
  /** Number of the first record, counted from the start of the trace. */
  firstRecord: number
  /** Number of strings[0]; string 0 is the empty string and is never sent. */
  firstString: number
  strings: string[]
}
/** Takes a chunk. When it returns true it has copied what it needs, and the recorder writes over `words` again. */
export type TraceSink = (chunk: TraceChunk) => boolean | void

export class Recorder {
  /** True when events are written: level 'full'. */
  on = false
  /** True when emit has any effect: level 'counters' or 'full'. */
  active = false
  /** Who and where, written into every record; set by the core as it moves. */
  op = 0
  mm = 0
  ctx: number = CTX.boot

  /** The running CPU as records have it: its number << 8. */
  protected lane = 0
  /** Events by CPU and kind (kind | cpu << 8), in 'counters' and 'full'. */
  protected counts = new Float64Array(KINDS)
  private words: Uint32Array
  private pos = 0
  private flushed = 0
  private nextString = 1
  private pending: string[] = []
  private readonly interned: string[] = new Array<string>(INTERNED).fill('')
  private readonly numbers = new Int32Array(INTERNED)
  private readonly sink: TraceSink
  private current: TraceLevel = 'off'

  constructor(level: TraceLevel = 'full', sink: TraceSink = () => {}) {
    this.sink = sink
    this.words = new Uint32Array(level === 'full' ? CHUNK_WORDS : 0)
    this.level = level
  }

  get level(): TraceLevel {
    return this.current
  }

  set level(level: TraceLevel) {
    this.current = level
    this.on = level === 'full'
    this.active = level !== 'off'
    if (this.on && this.words.length === 0) this.words = new Uint32Array(CHUNK_WORDS)
  }

  get cpu(): number {
    return this.lane >>> 8
  }

  set cpu(cpu: number) {
    this.lane = cpu << 8
    if (this.lane < this.counts.length) return
    const longer = new Float64Array(2 * this.lane)
    longer.set(this.counts)
    this.counts = longer
  }

  /** Records written so far; the next event gets this number. */
  get records(): number {
    return this.flushed + this.pos / WORDS
  }

  /** Events counted so far (payload records are not events). */
  get events(): number {
    return this.counts.reduce((sum, n) => sum + n, 0)
  }

  /** Events of a kind so far. */
  count(kind: number): number {
    let sum = 0
    for (let at = kind; at < this.counts.length; at += KINDS) sum += this.counts[at]
    return sum
  }

  /** Of them those on one CPU. */
  countOn(cpu: number, kind: number): number {
    return this.counts[kind | (cpu << 8)] ?? 0
  }

  /** Writes one record; the meaning of index, flags and a–e depends on the kind (schema.ts). */
  emit(
    kind: number,
    index: number,
    flags: number,
    a: number,
    b: number,
    c: number,
    d: number,
    e: number,
  ): void {
    if (!this.active) return
    const { lane } = this
    this.counts[kind | lane]++
    if (!this.on) return
    const words = this.words
    const at = this.pos
    words[at] = kind | lane | (index << 16)
    words[at + 1] = this.mm | (this.ctx << 20) | (flags << 24)
    words[at + 2] = this.op
    words[at + 3] = a
    words[at + 4] = b
    words[at + 5] = c
    words[at + 6] = d
    words[at + 7] = e
    this.pos = at + WORDS
    if (this.pos === CHUNK_WORDS) this.flush()
  }

  /** An event followed by a bit mask of `maskWords` words in CONT records. */
  emitMask(
    kind: number,
    index: number,
    flags: number,
    a: number,
    b: number,
    c: number,
    d: number,
    e: number,
    mask: Uint32Array,
    maskWords: number,
  ): void {
    const payload = Math.ceil(maskWords / CONT_WORDS)
    if (this.on && this.pos + (payload + 1) * WORDS >= CHUNK_WORDS) this.flush()
    this.emit(kind, index, flags, a, b, c, d, e)
    if (!this.on) return
    for (let i = 0; i < payload; i++) this.cont(mask, i * CONT_WORDS, maskWords)
  }

  private cont(mask: Uint32Array, from: number, end: number): void {
    const at = this.pos
    this.words[at] = KIND.CONT | this.lane
    for (let i = 0; i < CONT_WORDS; i++) this.words[at + 1 + i] = from + i < end ? mask[from + i] : 0
    this.pos = at + WORDS
  }

  /** Number of a text for use in records; 0 for the empty text and when nothing is written. */
  string(text: string): number {
    if (!this.on || text === '') return 0
    const last = text.length - 1
    const place =
      (Math.imul(text.length, 37) + text.charCodeAt(last) + 211 * text.charCodeAt(last >> 1)) % INTERNED
    if (this.interned[place] === text) return this.numbers[place]
    const number = this.nextString++
    this.interned[place] = text
    this.numbers[place] = number
    this.pending.push(text)
    return number
  }

  /** Hands what has been written so far to the sink. Callable at any time between events. */
  flush(): void {
    if (this.pos === 0 && this.pending.length === 0) return
    const full = this.pos === CHUNK_WORDS
    const chunk: TraceChunk = {
      words: full ? this.words : this.words.slice(0, this.pos),
      records: this.pos / WORDS,
      firstRecord: this.flushed,
      firstString: this.nextString - this.pending.length,
      strings: this.pending,
    }
    this.flushed += chunk.records
    this.pos = 0
    this.pending = []
    const copied = this.sink(chunk) === true
    if (full && !copied) this.words = new Uint32Array(CHUNK_WORDS)
  }
}
