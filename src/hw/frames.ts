/**
 * What the kernel's struct page / struct ptdesc array says about each physical page frame, indexed by page frame number.
 * Grows with the highest frame ever handed out, so a machine costs what it touches, not what it has.
 */
import { PG } from '../trace/schema.ts'

export const FRAME_EXCLUSIVE = PG.exclusive
export const FRAME_ACTIVE = PG.active
export const FRAME_LAZYFREE = PG.lazyfree
/** First page of a folio of several, and the others. */
export const FRAME_HEAD = PG.head
export const FRAME_TAIL = PG.tail
/** PG_dirty, PG_referenced; and page-cache pages that fallocate made and nobody initialised yet (not PG_uptodate). */
export const FRAME_DIRTY = PG.dirty
export const FRAME_REFERENCED = PG.referenced
export const FRAME_FALLOCATED = PG.fallocated
/** Of anonymous folios: on the deferred-split list, for only part of it is mapped. */
export const FRAME_DEFERRED = PG.fallocated
/** Of hugetlb pages: in the page cache of a file, not anonymous. */
export const FRAME_PAGECACHE = PG.lazyfree
/** Of hugetlb pages: when it is freed, a page is reserved again (HPageRestoreReserve). */
export const FRAME_RESTORE = PG.referenced

/** Untouched arrays cost address space only, growing ones a copy: room for 4 GiB of small pages from the start. */
export const INITIAL_FRAMES = 1 << 20

export class Frames {
  /** PAGE kind of schema.ts. */
  kind = new Uint8Array(0)
  flags = new Uint8Array(0)
  refcount = new Int32Array(0)
  /** Entries of the last level that map the page (page->_mapcount). */
  mapcount = new Int32Array(0)
  /** Huge entries that map the folio that begins here (folio->_entire_mapcount). */
  entireMapcount = new Int32Array(0)
  /** Where page tables are found by address: see TableStore. */
  table = new Int32Array(0)
  /** For file pages: id of the file and page index in it; for compound tails: distance to the head. */
  owner = new Int32Array(0)
  index = new Float64Array(0)
  /** log2 pages of the folio that begins here; meaningful with FRAME_HEAD. */
  order = new Uint8Array(0)
  /** Number of the free (PhysicalMemory.frees) that gave the frame back last; 0: never. */
  freedAt = new Uint32Array(0)
  /** Frames whose flags changed since they were put into the trace last; null while nobody wants to know. */
  changed: number[] | null = null
  private capacity = 0
  private readonly room: number

  /** Page frames of the machine. */
  readonly pages: number

  /** `room`: frames that the arrays hold at first. */
  constructor(pages: number, room = INITIAL_FRAMES) {
    this.pages = pages
    this.room = room
    this.ensure(Math.min(pages, room))
  }

  /** Sets flags that /proc shows; the trace learns of it at the end of the call. */
  setFlags(frame: number, flags: number): void {
    if (this.flags[frame] === flags) return
    this.flags[frame] = flags
    this.changed?.push(frame)
  }

  /** Frames that there is room for. */
  get length(): number {
    return this.capacity
  }

  /** Makes room for frames below `end`. */
  ensure(end: number): void {
    if (end <= this.capacity) return
    let capacity = Math.max(this.capacity, this.room)
    while (capacity < end) capacity *= 2
    this.kind = grown(this.kind, new Uint8Array(capacity))
    this.flags = grown(this.flags, new Uint8Array(capacity))
    this.refcount = grown(this.refcount, new Int32Array(capacity))
    this.mapcount = grown(this.mapcount, new Int32Array(capacity))
    this.entireMapcount = grown(this.entireMapcount, new Int32Array(capacity))
    this.table = grown(this.table, new Int32Array(capacity))
    this.owner = grown(this.owner, new Int32Array(capacity))
    this.order = grown(this.order, new Uint8Array(capacity))
    this.freedAt = grown(this.freedAt, new Uint32Array(capacity))
    this.index = grown(this.index, new Float64Array(capacity))
    this.capacity = capacity
  }
}

function grown<T extends { set(from: T): void }>(from: T, to: T): T {
  to.set(from)
  return to
}
