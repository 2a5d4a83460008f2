/**
 * A file as mappings see it, with its page cache (struct address_space, 6.12).
 * tmpfs, memfd and shared anonymous memory are shmem; regular files are what a disk file system has.
 */
import { headOf } from '../hw/folio.ts'
import { FRAME_FALLOCATED, FRAME_HEAD, FRAME_REFERENCED } from '../hw/frames.ts'
import { FILE, MACHINE } from '../pgtable/fields.ts'
import { Inode } from './inode.ts'
import type { Kernel } from './kernel.ts'
import { PageCache } from './pageCache.ts'
import { markAccessed, markDirty } from './pageFlags.ts'
import { shmemIsHuge } from './shmemHuge.ts'
import { unmapMappingRange } from './unmapMapping.ts'

/** read_ahead_kb of a disk */
const READ_AHEAD_BYTES = 128 * 1024

/** The kernel's own tmpfs is the first unnamed device, and this machine's disk sda1. */
const SHMEM_DEVICE = 1
const DISK_DEVICE = (8 << 20) | 1

export interface FileOptions {
  /** As /proc/PID/maps shows it: '/memfd:name (deleted)'. */
  name: string
  /** Bytes. */
  size: number
  kind: 'shmem' | 'regular'
  /** Opened without write permission. */
  readOnly?: boolean
}

export class FileObject extends Inode {
  readonly isShmem: boolean
  readonly readOnly: boolean
  /** vm_ops->map_pages */
  readonly mapsAround = true
  private readonly cache: PageCache

  constructor(kernel: Kernel, { name, size, kind, readOnly }: FileOptions) {
    super(kernel, name, kind === 'shmem' ? SHMEM_DEVICE : DISK_DEVICE, size)
    this.isShmem = kind === 'shmem'
    this.readOnly = readOnly === true
    this.cache = new PageCache(kernel, this.id, this.isShmem)
  }

  get onDisk(): boolean {
    return !this.isShmem
  }

  /** Whether the first write to a clean page of a shared mapping must be noticed (vm_ops->page_mkwrite). */
  get wantsWriteNotify(): boolean {
    return !this.isShmem
  }

  /** Pages in the page cache. */
  get resident(): number {
    return this.cache.count
  }

  /** Frame of a page that is in the page cache, initialised or not, or −1. */
  cached(index: number): number {
    return this.cache.at(index)
  }

  /** Frame of a page that can be mapped as it is, or −1 (next_uptodate_folio). */
  residentAt(index: number): number {
    const frame = this.cache.at(index)
    const { frames } = this.kernel.memory
    return frame < 0 || frames.flags[headOf(frames, frame)] & FRAME_FALLOCATED ? -1 : frame
  }

  /** What vm_ops->fault brings: the page, made or read in if it was missing. −1 when memory is out. */
  frameAt(_memory: unknown, index: number, vmFlags = 0): number {
    const { kernel } = this
    let frame = this.cache.at(index)
    if (frame < 0 && this.onDisk) frame = this.readAround(index)
    if (frame < 0) {
      frame = this.newPage(index, vmFlags)
      this.settle()
      if (frame < 0) return -1
      if (kernel.behaviour.faultsReference) this.mark(frame, FRAME_REFERENCED, 0)
    }
    this.mark(frame, 0, FRAME_FALLOCATED)
    return frame
  }

  /** shmem_alloc_and_add_folio: a huge page where that is wanted and nothing is in its way. */
  private newPage(index: number, vmFlags: number): number {
    const { kernel, cache } = this
    if (!shmemIsHuge(kernel, this, index, vmFlags)) return cache.insert(index)
    const pages = kernel.arch.hpagePmdNr
    const first = index - (index % pages)
    if (cache.holds(first, first + pages)) return cache.insert(index)
    const head = cache.insertFolio(first, kernel.arch.hpageOrder)
    kernel.vmstat.add(head < 0 ? MACHINE.thp_file_fallback : MACHINE.thp_file_alloc, 1)
    return head < 0 ? cache.insert(index) : head + (index - first)
  }

  /** Flags of a page are those of its folio. */
  private mark(frame: number, set: number, clear: number): void {
    const { frames } = this.kernel.memory
    const head = headOf(frames, frame)
    frames.setFlags(head, (frames.flags[head] | set) & ~clear)
  }

  /** do_sync_mmap_readahead: reads the window of read_ahead_kb around a page. Returns the page's frame or −1. */
  private readAround(index: number): number {
    const pages = READ_AHEAD_BYTES / this.kernel.arch.pageSize
    const first = Math.max(0, index - Math.floor(pages / 2))
    this.readIn(first, first + pages)
    return this.cache.at(index)
  }

  /** Brings pages [from, to), as far as the file goes and memory lasts, from the disk into the page cache. */
  readIn(from: number, to: number): void {
    const end = Math.min(to, Math.ceil(this.size / this.kernel.arch.pageSize))
    for (let index = from; index < end; index++)
      if (this.cache.at(index) < 0 && this.cache.insert(index) < 0) break
    this.settle()
  }

  /** Page for write(2): made if missing, dirty and recently used. −1 when memory is out. Callers settle. */
  pageForWrite(index: number): number {
    const known = this.cached(index)
    const frame = known >= 0 ? known : this.newPage(index, 0)
    if (frame < 0) return -1
    this.mark(frame, 0, FRAME_FALLOCATED)
    markAccessed(this.kernel, frame)
    markDirty(this.kernel.memory.frames, frame)
    return frame
  }

  /** Page for fallocate(2): a new one is not initialised. −1 when memory is out. Callers settle. */
  pageForAllocate(index: number): number {
    let frame = this.cached(index)
    if (frame < 0) {
      frame = this.newPage(index, 0)
      if (frame < 0) return -1
      this.mark(frame, FRAME_FALLOCATED, 0)
    }
    markDirty(this.kernel.memory.frames, frame)
    return frame
  }

  /** Drops the cached pages [from, to), unmapped already; folios that lie in the range only in part are split. */
  drop(from: number, to: number): void {
    this.splitAt(from)
    this.splitAt(to)
    this.cache.drop(from, to)
    this.settle()
  }

  /** truncate_inode_partial_folio: no folio may reach over the border before page `index`. */
  private splitAt(index: number): void {
    const { frames } = this.kernel.memory
    const frame = this.cached(index)
    if (frame < 0 || headOf(frames, frame) === frame) return
    const first = index - (frame - headOf(frames, frame))
    unmapMappingRange(this.kernel, this, first, first + 2 ** frames.order[headOf(frames, frame)], false)
    this.cache.split(index)
  }

  /** Whether page `index` is the first of a huge page. */
  isHugeAt(index: number): boolean {
    const { frames } = this.kernel.memory
    const frame = this.cached(index)
    return (
      frame >= 0 &&
      (frames.flags[frame] & FRAME_HEAD) !== 0 &&
      frames.order[frame] === this.kernel.arch.hpageOrder
    )
  }

  /** Pages [index, index + pages) are those of the folio `head` from now on; nobody maps the old ones. */
  replace(index: number, pages: number, head: number): void {
    for (let i = index; i < index + pages; i++) this.cache.forget(i)
    this.cache.adopt(index, head, pages)
    this.settle()
  }

  /** Counts the pages that came and went since the last time. */
  settle(): void {
    const difference = this.cache.settle()
    if (difference !== 0) this.set(FILE.nrpages, this.get(FILE.nrpages) + difference)
  }
}
