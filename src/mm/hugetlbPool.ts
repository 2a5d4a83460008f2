/**
 * The pool of huge pages set aside at boot: struct hstate with its free list and reservations (mm/hugetlb.c, 6.12).
 */
import { makeFolio } from '../hw/folio.ts'
import { FRAME_EXCLUSIVE, FRAME_PAGECACHE, FRAME_RESTORE } from '../hw/frames.ts'
import { PAGE } from '../trace/schema.ts'
import type { Kernel } from './kernel.ts'

export class HugetlbPool {
  private readonly frames: number[] = []
  private readonly kernel: Kernel
  /** HugePages_Total and HugePages_Rsvd */
  readonly total: number
  reserved = 0

  /** `count` pages that one pmd entry maps (hugepages= on the command line); fewer when memory is short. */
  constructor(kernel: Kernel, count: number) {
    this.kernel = kernel
    const { hugetlbOrder } = kernel.behaviour
    for (let i = 0; i < count && hugetlbOrder > 0; i++) {
      const frame = kernel.memory.allocPages(hugetlbOrder, PAGE.hugetlb)
      if (frame < 0) break
      this.frames.push(frame)
    }
    this.total = this.frames.length
  }

  /** HugePages_Free */
  get free(): number {
    return this.frames.length
  }

  /** hugetlb_acct_memory: false when the pool cannot promise so many. */
  reserve(pages: number): boolean {
    if (this.free - this.reserved < pages) return false
    this.reserved += pages
    return true
  }

  /** dequeue_hugetlb_folio: a page that uses up a reservation or not, with one reference; −1 when there is none to be had. */
  take(reserved: boolean): number {
    if (!reserved && this.free - this.reserved < 1) return -1
    const frame = this.frames.pop()
    if (frame === undefined) return -1
    if (reserved) this.reserved--
    const { memory, behaviour } = this.kernel
    makeFolio(memory.frames, frame, behaviour.hugetlbOrder)
    memory.frames.refcount[frame] = 1
    return frame
  }

  /** free_huge_folio. The next user finds it cleared. */
  give(frame: number): void {
    const { memory, behaviour } = this.kernel
    memory.frames.refcount[frame] = 0
    if (memory.frames.flags[frame] & FRAME_RESTORE) this.reserved++
    memory.frames.setFlags(
      frame,
      memory.frames.flags[frame] & ~(FRAME_EXCLUSIVE | FRAME_PAGECACHE | FRAME_RESTORE),
    )
    if (!memory.data.empty) for (let i = 0; i < 2 ** behaviour.hugetlbOrder; i++) memory.data.clear(frame + i)
    this.frames.push(frame)
  }

  /** put_page of a folio of the pool. */
  put(frame: number): void {
    if (--this.kernel.memory.frames.refcount[frame] === 0) this.give(frame)
  }
}
