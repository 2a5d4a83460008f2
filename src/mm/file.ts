/**
 * A file as mappings see it: struct inode with its page cache and the VMAs that map it (struct address_space, 6.12).
 * tmpfs, memfd and shared anonymous memory are shmem; regular files are what a disk file system has.
 */
import { FRAME_FALLOCATED, FRAME_REFERENCED } from '../hw/frames.ts'
import { FILE, MACHINE } from '../pgtable/fields.ts'
import { Fields } from '../pgtable/record.ts'
import { FIELDS, KIND, OBJ, PAGE } from '../trace/schema.ts'
import type { Kernel } from './kernel.ts'
import type { MmStruct } from './mmStruct.ts'
import { markAccessed, markDirty } from './pageFlags.ts'
import type { MmFile, Vma } from './vma.ts'

/** read_ahead_kb of a disk */
const READ_AHEAD_BYTES = 128 * 1024

export interface FileOptions {
  /** As /proc/PID/maps shows it: '/memfd:name (deleted)'. */
  name: string
  /** Bytes. */
  size: number
  kind: 'shmem' | 'regular'
  /** Opened without write permission. */
  readOnly?: boolean
}

export class FileObject extends Fields implements MmFile {
  readonly name: string
  readonly isShmem: boolean
  readonly readOnly: boolean
  /** vm_ops->map_pages */
  readonly mapsAround = true
  /** VMAs that map the file, private ones too, with their mm (i_mmap). */
  readonly mappings = new Map<Vma, MmStruct>()
  private readonly kernel: Kernel
  private readonly pages = new Map<number, number>()
  private descriptors = 0

  constructor(kernel: Kernel, options: FileOptions) {
    const id = kernel.newFileId()
    super(kernel.trace, OBJ.file, id, FIELDS.file.length)
    this.kernel = kernel
    this.name = options.name
    this.isShmem = options.kind === 'shmem'
    this.readOnly = options.readOnly === true
    this.trace.emit(KIND.OBJ_NEW, 0, OBJ.file, id, this.trace.string(options.name), 0, 0, 0)
    this.set(FILE.ino, id)
    this.set(FILE.size, options.size)
  }

  /** i_size */
  get size(): number {
    return this.get(FILE.size)
  }

  set size(bytes: number) {
    this.set(FILE.size, bytes)
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
    return this.pages.size
  }

  /** Frame of a page that is in the page cache, initialised or not, or −1. */
  cached(index: number): number {
    return this.pages.get(index) ?? -1
  }

  /** Frame of a page that can be mapped as it is, or −1 (next_uptodate_folio). */
  residentAt(index: number): number {
    const frame = this.pages.get(index)
    if (frame === undefined) return -1
    return this.kernel.memory.frames.flags[frame] & FRAME_FALLOCATED ? -1 : frame
  }

  /** What vm_ops->fault brings: the page, made or read in if it was missing. −1 when memory is out. */
  frameAt(_memory: unknown, index: number): number {
    if (this.onDisk && !this.pages.has(index)) this.readAround(index)
    const { frames } = this.kernel.memory
    const known = this.pages.get(index)
    if (known !== undefined) {
      frames.flags[known] &= ~FRAME_FALLOCATED
      return known
    }
    const frame = this.insert(index)
    if (frame >= 0 && this.kernel.behaviour.faultsReference) frames.flags[frame] |= FRAME_REFERENCED
    return frame
  }

  /** do_sync_mmap_readahead: the window of read_ahead_kb around the page. */
  private readAround(index: number): void {
    const pages = READ_AHEAD_BYTES / this.kernel.arch.pageSize
    const first = Math.max(0, index - Math.floor(pages / 2))
    this.readIn(first, first + pages)
  }

  /** Brings pages [from, to), as far as the file goes, from the disk into the page cache. */
  readIn(from: number, to: number): void {
    const end = Math.min(to, Math.ceil(this.size / this.kernel.arch.pageSize))
    for (let index = from; index < end; index++) if (!this.pages.has(index) && this.insert(index) < 0) return
  }

  /** A new clean page in the cache. −1 when memory is out. */
  insert(index: number): number {
    const { memory } = this.kernel
    const frame = memory.allocPages(0, this.isShmem ? PAGE.shmem : PAGE.file)
    if (frame < 0) return -1
    memory.frames.owner[frame] = this.id
    memory.frames.index[frame] = index
    this.pages.set(index, frame)
    this.count(1)
    return frame
  }

  /** Page for write(2): made if missing, dirty and recently used. −1 when memory is out. */
  pageForWrite(index: number): number {
    const frame = this.pages.get(index) ?? this.insert(index)
    if (frame < 0) return -1
    this.kernel.memory.frames.flags[frame] &= ~FRAME_FALLOCATED
    markAccessed(this.kernel, frame)
    markDirty(this.kernel.memory.frames, frame)
    return frame
  }

  /** Drops the cached pages [from, to); mappings of them are gone already. */
  drop(from: number, to: number): void {
    for (const index of this.cachedIn(from, to)) this.remove(index)
  }

  /** Indexes of cached pages in [from, to), ascending. */
  private cachedIn(from: number, to: number): number[] {
    const found: number[] = []
    if (to - from < this.pages.size) {
      for (let index = from; index < to; index++) if (this.pages.has(index)) found.push(index)
      return found
    }
    for (const index of this.pages.keys()) if (index >= from && index < to) found.push(index)
    return found.sort((a, b) => a - b)
  }

  private remove(index: number): void {
    const frame = this.pages.get(index)
    if (frame === undefined) return
    this.pages.delete(index)
    this.count(-1)
    const { memory } = this.kernel
    if (--memory.frames.refcount[frame] === 0) memory.freePages(frame, 0)
  }

  private count(delta: number): void {
    const { vmstat } = this.kernel
    this.set(FILE.nrpages, this.get(FILE.nrpages) + delta)
    vmstat.add(MACHINE.nr_file_pages, delta)
    if (this.isShmem) vmstat.add(MACHINE.nr_shmem, delta)
  }

  /** A VMA that maps the file is in its mm. */
  mapped(vma: Vma, mm: MmStruct): void {
    this.mappings.set(vma, mm)
  }

  /** A VMA that mapped the file has left its mm, and its pages are unmapped. */
  unmapped(vma: Vma): void {
    this.mappings.delete(vma)
    this.evictUnused()
  }

  get isOpen(): boolean {
    return this.descriptors > 0
  }

  /** One more open descriptor. */
  open(): void {
    this.descriptors++
  }

  /** close(2) */
  close(): void {
    this.descriptors--
    this.evictUnused()
  }

  /** evict_inode: no name is left, so the last user takes the pages along. */
  private evictUnused(): void {
    if (this.descriptors > 0 || this.mappings.size > 0) return
    this.drop(0, Infinity)
    this.trace.emit(KIND.OBJ_FREE, 0, OBJ.file, this.id, 0, 0, 0, 0)
  }
}
