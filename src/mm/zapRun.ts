/**
 * Neighbouring entries that map consecutive pages of one folio are given to the gather as one item (folio_pte_batch,
 * __tlb_remove_folio_pages, mm/memory.c, since 6.9).
 */
import type { MmuGather } from './gather.ts'

export class ZapRun {
  private gather: MmuGather | null = null
  private page = 0
  private index = 0
  private count = 0
  private full = false
  private readonly joins: boolean

  constructor(joins: boolean) {
    this.joins = joins
  }

  begin(gather: MmuGather): this {
    this.gather = gather
    this.count = 0
    this.full = false
    return this
  }

  /** A page that is no part of a folio of several. */
  single(page: number): void {
    if (this.count > 0) this.give()
    if (this.gather?.remove(page, 1) === true) this.full = true
  }

  /** The page of entry `index`; `tail`: it belongs to the folio of the page before it. */
  add(page: number, index: number, tail: boolean): void {
    const { count } = this
    if (tail && this.joins && count > 0 && page === this.page + count && index === this.index + count) {
      this.count++
      return
    }
    this.give()
    this.page = page
    this.index = index
    this.count = 1
  }

  /** Whether the gather is full. */
  end(): boolean {
    this.give()
    return this.full
  }

  private give(): void {
    if (this.count > 0 && this.gather?.remove(this.page, this.count)) this.full = true
    this.count = 0
  }
}
