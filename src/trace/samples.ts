/**
 * Counters along the whole trace for the timeline. Samples are taken every `stride` records; when there are too many,
 * every other one is dropped and the stride doubles, so that memory is constant whatever the length.
 */
import { FIELDS, KIND, OBJ } from './schema.ts'
import { TableBytes } from './tableBytes.ts'
import type { CounterSeries } from './views.ts'

const LIMIT = 8192
const COUNTERS = [
  { name: 'page tables', unit: 'bytes' },
  { name: 'pgtables_bytes', unit: 'bytes' },
  { name: 'tables', unit: 'tables' },
  { name: 'rss', unit: 'pages' },
  { name: 'faults', unit: 'faults' },
  { name: 'vmas', unit: 'VMAs' },
  { name: 'tlb flushes', unit: 'flushes' },
  { name: 'IPIs', unit: 'IPIs' },
] as const
const TABLE_BYTES = 0
const COUNTED = 1
const TABLES = 2
const RSS = 3
const FAULTS = 4
const VMAS = 5
const FLUSHES = 6
const IPIS = 7
const WIDTH = COUNTERS.length

/** Which sum a field of mm_struct enters; -1: none. */
const FIELD_SUM = FIELDS.mm.map((name) => {
  if (name === 'pgtables_bytes') return COUNTED
  return name === 'rss_anon' || name === 'rss_file' || name === 'rss_shmem' ? RSS : -1
})

export class Samples {
  private readonly now = new Float64Array(WIDTH)
  private readonly values = new Float64Array(LIMIT * WIDTH)
  private taken = 0
  private stride = 1
  private nextK = 0
  private readonly tables = new TableBytes()
  /** What each mm contributes to COUNTED and RSS, so that it can be taken out when the mm goes. */
  private readonly perMm = new Map<number, Float64Array>()

  /** Takes note of event k. A sample holds the counters after the last event before its k. */
  add(kind: number, words: Uint32Array, at: number, k: number): void {
    if (k >= this.nextK) this.sample(k)
    switch (kind) {
      case KIND.PT_ALLOC:
        this.tables.alloc(words[at + 3], words[at + 7])
        return this.noteTables()
      case KIND.PT_FREE:
        this.tables.free(words[at + 3])
        return this.noteTables()
      case KIND.FIELD:
        return this.field(words, at)
      case KIND.PAGE_FAULT_USER:
      case KIND.PAGE_FAULT_KERNEL:
        this.now[FAULTS]++
        return
      case KIND.TLB_FLUSH:
        this.now[FLUSHES]++
        return
      case KIND.TLB_IPI:
        this.now[IPIS]++
        return
      case KIND.OBJ_NEW:
        if (words[at + 1] >>> 24 === OBJ.vma) this.now[VMAS]++
        return
      case KIND.OBJ_FREE:
        return this.objectFree(words[at + 1] >>> 24, words[at + 3])
    }
  }

  get faults(): number {
    return this.now[FAULTS]
  }

  /** At most `points` samples of every counter; the last one is the state at the end (`length` records). */
  series(points: number, length: number): CounterSeries[] {
    const every = Math.max(1, Math.ceil(this.taken / Math.max(1, points - 1)))
    return COUNTERS.map(({ name, unit }, column) => {
      const line: [number, number][] = []
      for (let i = 0; i < this.taken; i += every)
        line.push([i * this.stride - 1, this.values[i * WIDTH + column]])
      if (length > 0) line.push([length - 1, this.now[column]])
      return { name, unit, points: line }
    })
  }

  private sample(k: number): void {
    while (this.nextK <= k) {
      if (this.taken === LIMIT) this.halve()
      this.values.set(this.now, this.taken * WIDTH)
      this.taken++
      this.nextK += this.stride
    }
  }

  private halve(): void {
    for (let i = 1; i < LIMIT / 2; i++) this.values.copyWithin(i * WIDTH, 2 * i * WIDTH, (2 * i + 1) * WIDTH)
    this.taken = LIMIT / 2
    this.stride *= 2
    this.nextK = this.taken * this.stride
  }

  private noteTables(): void {
    this.now[TABLE_BYTES] = this.tables.bytes
    this.now[TABLES] = this.tables.count
  }

  private field(words: Uint32Array, at: number): void {
    if (words[at + 1] >>> 24 !== OBJ.mm) return
    const sum = FIELD_SUM[words[at] >>> 16] ?? -1
    if (sum < 0) return
    const delta = signed(words[at + 6], words[at + 7]) - signed(words[at + 4], words[at + 5])
    this.now[sum] += delta
    this.mm(words[at + 3])[sum] += delta
  }

  private objectFree(obj: number, id: number): void {
    if (obj === OBJ.vma) this.now[VMAS]--
    if (obj !== OBJ.mm) return
    const own = this.mm(id)
    this.now[COUNTED] -= own[COUNTED]
    this.now[RSS] -= own[RSS]
    this.perMm.delete(id)
  }

  private mm(id: number): Float64Array {
    const known = this.perMm.get(id)
    if (known) return known
    const fresh = new Float64Array(WIDTH)
    this.perMm.set(id, fresh)
    return fresh
  }
}

/** A two's complement 64-bit value as a number (exact below 2^53). */
export function signed(lo: number, hi: number): number {
  return (hi | 0) * 0x1_0000_0000 + lo
}
