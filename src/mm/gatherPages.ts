/**
 * What an mmu_gather keeps of pages until the TLBs have been told (struct mmu_gather_batch, tlb_next_batch,
 * mm/mmu_gather.c, 6.12): a bundle of 8 slots inside it, then pages full of slots. Several pages of one folio take two
 * slots; one is kept free for the second since 6.9.
 */
import { gatherBatches } from '../arch/flush.ts'

/** MMU_GATHER_BUNDLE */
const BUNDLE = 8

export class GatherPages {
  readonly page: Int32Array
  /** References to the folio of `page` that are held. */
  readonly count: Int32Array
  length = 0
  /** Pages of the map whose removal waits for the flush too (delayed_rmap). */
  delayed = false
  private readonly slotsPerBatch: number
  private readonly batches: number
  private readonly spare: number
  /** Slots of the present batch that may still be used. */
  private left: number
  private batch = 0

  constructor(pageSize: number, bits: 32 | 64, keepsOneFree: boolean) {
    const sizes = gatherBatches(pageSize, bits)
    this.slotsPerBatch = sizes.pages
    this.batches = sizes.count
    this.spare = keepsOneFree ? 1 : 0
    this.left = BUNDLE - this.spare
    const slots = BUNDLE + this.batches * this.slotsPerBatch
    this.page = new Int32Array(slots)
    this.count = new Int32Array(slots)
  }

  /** Keeps `count` references to one folio. True when no more fits: a flush must come first. */
  add(page: number, count: number): boolean {
    this.page[this.length] = page
    this.count[this.length] = count
    this.length++
    return this.take(count > 1 ? 2 : 1)
  }

  /** A table that is freed like a page takes a slot. True when no more fits. */
  take(slots: number): boolean {
    this.left -= slots
    if (this.left > 0) return false
    if (this.batch === this.batches || (this.delayed && this.batch > 0)) return true
    this.batch++
    this.left = this.slotsPerBatch - this.spare
    return false
  }

  /** Single pages that fit before `add` says that no more do; `delayed`: should some of them delay their rmap. */
  room(delayed: boolean): number {
    const { batch, batches, slotsPerBatch, spare, left } = this
    const further = !delayed ? batches - batch : batch === 0 ? 1 : 0
    return left + further * (slotsPerBatch - spare)
  }

  clear(): void {
    this.length = 0
    this.left = BUNDLE - this.spare
    this.batch = 0
    this.delayed = false
  }
}
