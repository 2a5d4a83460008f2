/**
 * The page allocator: a binary buddy system behind a small per-CPU-like cache of single pages.
 * Deterministic: the same sequence of calls hands out the same frames.
 */
import type { Frames } from './frames.ts'

/** MAX_PAGE_ORDER; more where a huge page needs more (CONFIG_ARCH_FORCE_MAX_ORDER). */
export const MAX_ORDER = 10
const CACHE_LIMIT = 1024
const CACHE_ORDER = 6

export class PageAllocator {
  free: number
  /** Pages there are to hand out (totalram_pages). */
  readonly total: number
  private readonly cache = new Int32Array(CACHE_LIMIT)
  private cached = 0
  /** Heads of the doubly linked free lists, −1 when empty. */
  private readonly heads: Int32Array
  private readonly maxOrder: number
  private next = new Int32Array(0)
  private prev = new Int32Array(0)
  /** Order + 1 of the free block that starts at a frame, 0 when none does. */
  private freeOrder = new Uint8Array(0)
  private bump: number
  private readonly end: number
  private failAt = 0
  /** The last allocation was made to fail; memory is not out. */
  injected = false

  private readonly frames: Frames

  /** Hands out frames in [first, end). */
  constructor(frames: Frames, first: number, end: number, maxOrder = MAX_ORDER) {
    this.frames = frames
    this.maxOrder = maxOrder
    this.heads = new Int32Array(maxOrder + 1).fill(-1)
    this.bump = first
    this.end = end
    this.free = end - first
    this.total = this.free
  }

  /** No frame from here on was ever handed out. */
  get touched(): number {
    return this.bump
  }

  /** Makes the n-th allocation from now fail (1 = the next). */
  failAfter(n: number): void {
    this.failAt = n
  }

  /** Allocations until one is made to fail, 0 when none is. */
  get failsIn(): number {
    return this.failAt
  }

  /** A block of 2^order pages, aligned to its size, or −1 when there is none. */
  alloc(order: number): number {
    if (this.failAt !== 0 && --this.failAt === 0) {
      this.injected = true
      return -1
    }
    if (order === 0) return this.allocPage()
    const frame = this.takeBlock(order)
    if (frame >= 0) this.free -= 1 << order
    return frame
  }

  release(frame: number, order: number): void {
    this.free += 1 << order
    if (order !== 0) return this.giveBlock(frame, order)
    if (this.cached === CACHE_LIMIT) this.drain()
    this.cache[this.cached++] = frame
  }

  private allocPage(): number {
    if (this.cached === 0 && !this.refill()) return -1
    this.free--
    return this.cache[--this.cached]
  }

  private refill(): boolean {
    for (let order = CACHE_ORDER; order >= 0; order--) {
      const first = this.takeBlock(order)
      if (first < 0) continue
      for (let i = (1 << order) - 1; i >= 0; i--) this.cache[this.cached++] = first + i
      return true
    }
    return false
  }

  /** Returns the colder half of the cache to the buddy lists. */
  private drain(): void {
    const half = CACHE_LIMIT >> 1
    for (let i = 0; i < half; i++) this.giveBlock(this.cache[i], 0)
    this.cache.copyWithin(0, half, this.cached)
    this.cached -= half
  }

  private takeBlock(order: number): number {
    for (let at = order; at <= this.maxOrder; at++) {
      const frame = this.heads[at]
      if (frame < 0) continue
      this.unlink(frame, at)
      return this.split(frame, at, order)
    }
    return this.fresh(order)
  }

  /** Memory that was never handed out: blocks of the highest order, smaller ones at the edges. */
  private fresh(order: number): number {
    let bump = this.bump
    let size = this.maxOrder
    while (size > 0 && (bump % (1 << size) !== 0 || bump + (1 << size) > this.end)) size--
    while (size < order && bump < this.end) {
      this.bump = bump + (1 << size)
      this.grow()
      this.giveBlock(bump, size)
      bump = this.bump
      size = this.maxOrder
      while (size > 0 && (bump % (1 << size) !== 0 || bump + (1 << size) > this.end)) size--
    }
    if (bump + (1 << order) > this.end) return -1
    this.bump = bump + (1 << size)
    this.grow()
    return this.split(bump, size, order)
  }

  private split(frame: number, from: number, to: number): number {
    for (let order = from - 1; order >= to; order--) this.link(frame + (1 << order), order)
    return frame
  }

  private giveBlock(frame: number, order: number): void {
    while (order < this.maxOrder) {
      const buddy = frame ^ (1 << order)
      if (this.freeOrder[buddy] !== order + 1) break
      this.unlink(buddy, order)
      frame = Math.min(frame, buddy)
      order++
    }
    this.link(frame, order)
  }

  private link(frame: number, order: number): void {
    const head = this.heads[order]
    this.next[frame] = head
    this.prev[frame] = -1
    if (head >= 0) this.prev[head] = frame
    this.heads[order] = frame
    this.freeOrder[frame] = order + 1
  }

  private unlink(frame: number, order: number): void {
    const next = this.next[frame]
    const prev = this.prev[frame]
    if (next >= 0) this.prev[next] = prev
    if (prev >= 0) this.next[prev] = next
    else this.heads[order] = next
    this.freeOrder[frame] = 0
  }

  private grow(): void {
    this.frames.ensure(this.bump)
    if (this.next.length >= this.bump) return
    const size = this.frames.length
    const next = new Int32Array(size)
    next.set(this.next)
    const prev = new Int32Array(size)
    prev.set(this.prev)
    const freeOrder = new Uint8Array(size)
    freeOrder.set(this.freeOrder)
    this.next = next
    this.prev = prev
    this.freeOrder = freeOrder
  }
}
