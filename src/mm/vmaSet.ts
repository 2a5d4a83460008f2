/**
 * The VMAs of one mm in address order (mm->mm_mt). Chunks keep insertion cheap with a hundred thousand VMAs; each chunk
 * knows an upper bound of the free gaps in front of its VMAs, so that searching for room skips what is full.
 */
import { CHUNK_MAX, gapBefore, newChunk, tightenGap } from './vmaChunk.ts'
import type { Chunk } from './vmaChunk.ts'
import { highestGap, lowestGap } from './vmaGaps.ts'
import { startGap } from './vma.ts'
import type { Vma } from './vma.ts'

export class VmaSet {
  readonly chunks: Chunk[] = []
  /** mm->map_count */
  count = 0
  /** Result of `locate`: chunk and position in it. */
  private chunkAt = 0
  private indexAt = 0
  /** VMA that the last successful lookup found. */
  private hit: Vma | null = null

  /** find_vma(): the first VMA that ends above `page`. */
  find(page: number): Vma | null {
    const hit = this.hit
    if (hit !== null && hit.start <= page && page < hit.end) return hit
    this.locate(page)
    if (this.chunkAt === this.chunks.length) return null
    const vma = this.chunks[this.chunkAt].vmas[this.indexAt]
    this.hit = vma
    return vma
  }

  /** vma_lookup(): the VMA that holds `page`. */
  containing(page: number): Vma | null {
    const vma = this.find(page)
    return vma !== null && vma.start <= page ? vma : null
  }

  /** find_vma_intersection(): the first VMA that has a page in [from, to). */
  intersection(from: number, to: number): Vma | null {
    const vma = this.find(from)
    return vma !== null && vma.start < to ? vma : null
  }

  /** The last VMA that ends at or below `page`. */
  before(page: number): Vma | null {
    this.locate(page)
    return this.atPrevious()
  }

  first(): Vma | null {
    return this.count === 0 ? null : this.chunks[0].vmas[0]
  }

  last(): Vma | null {
    return this.count === 0 ? null : lastOf(this.chunks[this.chunks.length - 1])
  }

  prev(vma: Vma): Vma | null {
    this.locate(vma.start)
    return this.atPrevious()
  }

  next(vma: Vma): Vma | null {
    this.locate(vma.start)
    const { vmas } = this.chunks[this.chunkAt]
    if (this.indexAt + 1 < vmas.length) return vmas[this.indexAt + 1]
    return this.chunkAt + 1 < this.chunks.length ? this.chunks[this.chunkAt + 1].vmas[0] : null
  }

  /** Throws when the VMA overlaps one in the set: a caller forgot to unmap. */
  insert(vma: Vma): void {
    this.locate(vma.start)
    const at = this.chunkAt
    const next = at < this.chunks.length ? this.chunks[at].vmas[this.indexAt] : null
    if (vma.start >= vma.end || (next !== null && next.start < vma.end)) {
      throw new Error(`VMA ${vma.start}–${vma.end} is empty or overlaps ${next?.start}–${next?.end}`)
    }
    this.count++
    if (next === null) return this.append(vma)
    const chunk = this.chunks[at]
    chunk.vmas.splice(this.indexAt, 0, vma)
    this.noteGap(at, this.indexAt)
    if (chunk.vmas.length > CHUNK_MAX) this.split(at, cutFor(chunk, this.indexAt))
  }

  remove(vma: Vma): void {
    const { chunk, at, index } = this.place(vma)
    chunk.vmas.splice(index, 1)
    this.count--
    if (this.hit === vma) this.hit = null
    if (chunk.vmas.length === 0) this.chunks.splice(at, 1)
    this.noteGap(at, index)
  }

  /** Moves the borders of a VMA in the set. It may not pass its neighbours. */
  setRange(vma: Vma, start: number, end: number): void {
    const { at, index } = this.place(vma)
    vma.start = start
    vma.end = end
    this.noteGap(at, index)
    this.noteGap(at, index + 1)
  }

  /** Every VMA with a page in [from, to), in order. The callback may change or remove the VMA it is given. */
  forEach(visit: (vma: Vma) => void, from = 0, to = Infinity): void {
    for (let vma = this.find(from); vma !== null && vma.start < to;) {
      const { end } = vma
      visit(vma)
      vma = this.find(end)
    }
  }

  /** The VMAs with a page in [from, to), in order. */
  range(from = 0, to = Infinity): Vma[] {
    const found: Vma[] = []
    this.forEach((vma) => found.push(vma), from, to)
    return found
  }

  /**
   * unmapped_area_topdown(): start of the highest free `pages` in [low, high), or -1. The result is `alignOffset` modulo
   * `alignPages`; the stack guard gap below VM_GROWSDOWN neighbours stays free.
   */
  highestGap(low: number, high: number, pages: number, alignPages = 1, alignOffset = 0): number {
    return highestGap(this, low, high, pages, alignPages, alignOffset)
  }

  /** unmapped_area(): as highestGap, but the lowest. */
  lowestGap(low: number, high: number, pages: number, alignPages = 1, alignOffset = 0): number {
    return lowestGap(this, low, high, pages, alignPages, alignOffset)
  }

  /** Whether [page, page + pages) is free, the guard gap of the stack above included. */
  hasRoom(page: number, pages: number): boolean {
    const next = this.find(page)
    return next === null || page + pages <= startGap(next)
  }

  /** Sets chunkAt, indexAt to the first VMA with end > page; chunkAt = chunks.length when there is none. */
  private locate(page: number): void {
    const { chunks } = this
    let low = 0
    let high = chunks.length
    while (low < high) {
      const middle = (low + high) >> 1
      if (lastOf(chunks[middle]).end > page) high = middle
      else low = middle + 1
    }
    this.chunkAt = low
    this.indexAt = 0
    if (low < chunks.length) this.indexAt = firstEndingAbove(chunks[low].vmas, page)
  }

  private atPrevious(): Vma | null {
    if (this.indexAt > 0) return this.chunks[this.chunkAt].vmas[this.indexAt - 1]
    return this.chunkAt > 0 ? lastOf(this.chunks[this.chunkAt - 1]) : null
  }

  private place(vma: Vma): { chunk: Chunk; at: number; index: number } {
    this.locate(vma.start)
    const chunk = this.chunks[this.chunkAt]
    if (chunk?.vmas[this.indexAt] !== vma) throw new Error(`VMA ${vma.id} is not in this mm`)
    return { chunk, at: this.chunkAt, index: this.indexAt }
  }

  private append(vma: Vma): void {
    const { chunks } = this
    if (chunks.length === 0 || chunks[chunks.length - 1].vmas.length >= CHUNK_MAX) chunks.push(newChunk([]))
    const at = chunks.length - 1
    chunks[at].vmas.push(vma)
    this.noteGap(at, chunks[at].vmas.length - 1)
  }

  private split(at: number, cut: number): void {
    const upper = newChunk(this.chunks[at].vmas.splice(cut))
    this.chunks.splice(at + 1, 0, upper)
    tightenGap(this.chunks, at)
    tightenGap(this.chunks, at + 1)
  }

  /** The gap in front of VMA `index` of chunk `at` (or of the first of the next chunk) may have grown. */
  private noteGap(at: number, index: number): void {
    const { chunks } = this
    if (at < chunks.length && index >= chunks[at].vmas.length) {
      at++
      index = 0
    }
    if (at >= chunks.length) return
    const gap = gapBefore(chunks, at, index)
    if (gap > chunks[at].maxGap) chunks[at].maxGap = gap
  }
}

function lastOf(chunk: Chunk): Vma {
  return chunk.vmas[chunk.vmas.length - 1]
}

/** Where to cut a full chunk: beside an insertion near its end, so that ascending or descending insertion leaves full chunks. */
function cutFor(chunk: Chunk, index: number): number {
  const size = chunk.vmas.length
  if (index < size >> 2) return index + 1
  return index > size - (size >> 2) ? index : size >> 1
}

function firstEndingAbove(vmas: Vma[], page: number): number {
  let low = 0
  let high = vmas.length
  while (low < high) {
    const middle = (low + high) >> 1
    if (vmas[middle].end > page) high = middle
    else low = middle + 1
  }
  return low
}
