/**
 * The pages of one file that are in memory (address_space.i_pages, 6.12). The cache owns one reference of each.
 */
import { headOf, makeFolio } from '../hw/folio.ts'
import { FRAME_HEAD } from '../hw/frames.ts'
import { MACHINE } from '../pgtable/fields.ts'
import { PAGE } from '../trace/schema.ts'
import { splitFolio } from './folioSplit.ts'
import type { Kernel } from './kernel.ts'

export class PageCache {
  private readonly kernel: Kernel
  private readonly owner: number
  private readonly isShmem: boolean
  private readonly frames = new Map<number, number>()
  /** Pages come and gone since the counters were told. */
  private uncounted = 0

  /** `owner`: id of the file. */
  constructor(kernel: Kernel, owner: number, isShmem: boolean) {
    this.kernel = kernel
    this.owner = owner
    this.isShmem = isShmem
  }

  get count(): number {
    return this.frames.size
  }

  /** Frame of a page, or −1. */
  at(index: number): number {
    return this.frames.get(index) ?? -1
  }

  /** A new clean page. −1 when memory is out. */
  insert(index: number): number {
    const { memory } = this.kernel
    const frame = memory.allocPages(0, this.isShmem ? PAGE.shmem : PAGE.file)
    if (frame < 0) return -1
    memory.frames.owner[frame] = this.owner
    memory.frames.index[frame] = index
    this.frames.set(index, frame)
    this.uncounted++
    return frame
  }

  /** A new folio of 2^order pages from page `index` on, none of which is there yet. −1 when memory is out. */
  insertFolio(index: number, order: number): number {
    const { memory } = this.kernel
    const head = memory.allocPages(order, this.isShmem ? PAGE.shmem : PAGE.file)
    if (head < 0) return -1
    makeFolio(memory.frames, head, order)
    this.adopt(index, head, 2 ** order)
    return head
  }

  /** The pages from `index` on are those of a folio from now on, with a reference for each. */
  adopt(index: number, head: number, pages: number): void {
    const { frames } = this.kernel.memory
    frames.owner[head] = this.owner
    frames.index[head] = index
    frames.refcount[head] = pages
    this.countHuge(head, 1)
    for (let i = 0; i < pages; i++) {
      if (!this.frames.has(index + i)) this.uncounted++
      this.frames.set(index + i, head + i)
    }
  }

  /** NR_SHMEM_THPS, in huge pages as /proc/vmstat shows it. */
  private countHuge(frame: number, delta: number): void {
    const { memory, arch, vmstat } = this.kernel
    const { flags, order } = memory.frames
    if (this.isShmem && flags[frame] & FRAME_HEAD && order[frame] === arch.hpageOrder)
      vmstat.add(MACHINE.nr_shmem_hugepages, delta)
  }

  /** The folio of a page becomes single pages; nobody maps it. */
  split(index: number): void {
    const { memory } = this.kernel
    const head = headOf(memory.frames, this.at(index))
    this.countHuge(head, -1)
    if (!splitFolio(this.kernel, head)) throw new Error(`page ${head} of a file is mapped while it is split`)
  }

  /** Whether any page of [from, to) is there. */
  holds(from: number, to: number): boolean {
    for (let index = from; index < to; index++) if (this.frames.has(index)) return true
    return false
  }

  /** A page is replaced by another one: its reference goes, and it itself when that was the last. */
  forget(index: number): void {
    const frame = this.at(index)
    if (frame < 0) return
    this.frames.delete(index)
    this.uncounted--
    this.kernel.memory.putPage(frame)
  }

  /** Drops pages [from, to); mappings of them are gone already. Folios lie in the range whole. */
  drop(from: number, to: number): void {
    const { memory } = this.kernel
    const indexes = this.within(from, to)
    const free = new Int32Array(indexes.length)
    let count = 0
    for (const index of indexes) {
      const frame = this.at(index)
      this.frames.delete(index)
      const head = headOf(memory.frames, frame)
      if (--memory.frames.refcount[head] > 0) continue
      this.countHuge(head, -1)
      free[count++] = head
    }
    this.uncounted -= indexes.length
    memory.freeBatch(free, count)
  }

  /** Indexes of the pages in [from, to), ascending. */
  private within(from: number, to: number): number[] {
    const found: number[] = []
    if (to - from < this.frames.size) {
      for (let index = from; index < to; index++) if (this.frames.has(index)) found.push(index)
      return found
    }
    for (const index of this.frames.keys()) if (index >= from && index < to) found.push(index)
    return found.sort((a, b) => a - b)
  }

  /** Tells NR_FILE_PAGES and NR_SHMEM of what came and went. Returns the difference. */
  settle(): number {
    const { vmstat } = this.kernel
    const difference = this.uncounted
    this.uncounted = 0
    if (difference === 0) return 0
    vmstat.add(MACHINE.nr_file_pages, difference)
    if (this.isShmem) vmstat.add(MACHINE.nr_shmem, difference)
    return difference
  }
}
