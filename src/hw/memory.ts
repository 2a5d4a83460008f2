/**
 * Physical memory of one machine: frames, who hands them out, the tables and data words they hold.
 */
import type { Arch } from '../arch/arch.ts'
import { KIND, PAGE } from '../trace/schema.ts'
import type { Recorder } from '../trace/recorder.ts'
import { MAX_ORDER, PageAllocator } from './allocator.ts'
import { DataWords } from './dataWords.ts'
import { headOf } from './folio.ts'
import { FRAME_HEAD, Frames } from './frames.ts'
import { TableStore } from './tables.ts'
import { YieldPoints } from './yieldPoints.ts'

/** Room that a small machine begins with. */
const SMALL_FRAMES = 10 * 1024
const SMALL_BLOCKS = 1 << 8

/** Bytes at the bottom that the kernel image and firmware keep for themselves. */
const RESERVED_BYTES = 32 * 1024 * 1024
/** Larger blocks are done without rather than killed for (include/linux/mmzone.h). */
const PAGE_ALLOC_COSTLY_ORDER = 3

export class PhysicalMemory {
  readonly frames: Frames
  readonly allocator: PageAllocator
  readonly tables: TableStore
  readonly data = new DataWords()
  /** Where other CPUs may run in the middle of what happens to this memory. */
  readonly points = new YieldPoints()
  /** Frees so far: what was looked up before a frame's last one must not be used any more. */
  frees = 0
  /** empty_zero_page */
  readonly zeroFrame: number

  /** Pages of anonymous memory, NR_ANON_MAPPED but for parts of folios that nobody maps any more. */
  anonPages = 0

  /** Flags that a fault gives a fresh anonymous page. */
  bornFlags = 0
  /** Memory is out: true when something was freed, so that it is worth trying again. */
  exhausted: ((order: number, kind: number) => boolean) | null = null

  readonly arch: Arch
  readonly trace: Recorder

  /** `small`: little is going to be used, and many machines are made. */
  constructor(arch: Arch, pages: number, trace: Recorder, small = false) {
    this.arch = arch
    this.trace = trace
    const reserved = Math.max(16, Math.min(RESERVED_BYTES / arch.pageSize, pages >> 3))
    this.frames = small ? new Frames(pages, SMALL_FRAMES) : new Frames(pages)
    this.allocator = new PageAllocator(this.frames, reserved, pages, Math.max(MAX_ORDER, arch.hpageOrder))
    this.tables = small
      ? new TableStore(arch, this.frames, trace, SMALL_BLOCKS)
      : new TableStore(arch, this.frames, trace)
    this.zeroFrame = reserved - 1
    this.frames.ensure(reserved)
    this.frames.kind.fill(PAGE.reserved, 0, reserved)
    this.frames.kind[this.zeroFrame] = PAGE.zero
    this.frames.refcount[this.zeroFrame] = 1
  }

  /** A block of 2^order pages of the given PAGE kind with one reference, or −1. */
  allocPages(order: number, kind: number): number {
    let frame = this.allocator.alloc(order)
    if (frame < 0) frame = this.slowPath(order, kind)
    if (frame < 0) return -1
    const { frames } = this
    frames.kind[frame] = kind
    frames.refcount[frame] = 1
    frames.mapcount[frame] = 0
    frames.flags[frame] = 0
    if (kind === PAGE.anon) this.anonPages += 1 << order
    if (order !== 0) this.markTails(frame, order, kind)
    if (this.trace.active)
      this.trace.emit(
        KIND.MM_PAGE_ALLOC,
        order,
        kind,
        frame,
        kind === PAGE.anon ? this.bornFlags : 0,
        0,
        0,
        0,
      )
    return frame
  }

  /** __alloc_pages_may_oom: tries again as long as somebody is killed for it. */
  private slowPath(order: number, kind: number): number {
    const { allocator } = this
    if (allocator.injected) {
      allocator.injected = false
      return -1
    }
    if (order > PAGE_ALLOC_COSTLY_ORDER || (order > 0 && kind !== PAGE.table)) return -1
    while (this.exhausted?.(order, kind) === true) {
      const frame = allocator.alloc(order)
      if (frame >= 0) return frame
    }
    return -1
  }

  freePages(frame: number, order: number): void {
    this.releaseSilently(frame, order)
    if (this.trace.active) this.trace.emit(KIND.MM_PAGE_FREE, order, 0, frame, 1, 0, 0, 0)
  }

  /** put_page: drops one reference of the folio that a page belongs to. */
  putPage(page: number): void {
    const { frames } = this
    const head = headOf(frames, page)
    if (--frames.refcount[head] === 0)
      this.freePages(head, frames.flags[head] & FRAME_HEAD ? frames.order[head] : 0)
  }

  /** Frees folios given by their first page, recording runs of consecutive frames as one event. */
  freeBatch(list: Int32Array, count: number): void {
    let i = 0
    while (i < count) {
      const first = list[i]
      if (this.frames.flags[first] & FRAME_HEAD) {
        this.freePages(first, this.frames.order[first])
        i++
        continue
      }
      let run = 1
      while (
        i + run < count &&
        list[i + run] === first + run &&
        (this.frames.flags[first + run] & FRAME_HEAD) === 0
      )
        run++
      for (let frame = first; frame < first + run; frame++) this.releaseSilently(frame, 0)
      if (this.trace.active) this.trace.emit(KIND.MM_PAGE_FREE, 0, 0, first, run, 0, 0, 0)
      i += run
    }
  }

  private releaseSilently(frame: number, order: number): void {
    const { frames } = this
    const end = frame + (1 << order)
    const now = ++this.frees
    if (frames.kind[frame] === PAGE.anon) this.anonPages -= 1 << order
    for (let f = frame; f < end; f++) {
      frames.kind[f] = PAGE.free
      frames.freedAt[f] = now
      frames.refcount[f] = 0
      frames.flags[f] = 0
      if (!this.data.empty) this.data.clear(f)
    }
    this.allocator.release(frame, order)
  }

  private markTails(frame: number, order: number, kind: number): void {
    const { frames } = this
    for (let f = frame + 1; f < frame + (1 << order); f++) {
      frames.kind[f] = kind
      frames.mapcount[f] = 0
      frames.refcount[f] = 0
      frames.flags[f] = 0
    }
  }
}
