/**
 * The pages of one file that are in memory (address_space.i_pages, 6.12). The cache owns one reference of each.
 */
import { MACHINE } from '../pgtable/fields.ts'
import { PAGE } from '../trace/schema.ts'
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

  /** Drops pages [from, to); mappings of them are gone already. */
  drop(from: number, to: number): void {
    const { memory } = this.kernel
    const indexes = this.within(from, to)
    const free = new Int32Array(indexes.length)
    let count = 0
    for (const index of indexes) {
      const frame = this.at(index)
      this.frames.delete(index)
      if (--memory.frames.refcount[frame] === 0) free[count++] = frame
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
