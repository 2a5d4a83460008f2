/**
 * struct mmu_gather (mm/mmu_gather.c, include/asm-generic/tlb.h, 6.12): unhook, invalidate, then free. Pages and tables
 * wait here until every TLB has been told; what no longer fits forces a flush in between.
 */
import { gatherBatches } from '../arch/flush.ts'
import { POINT } from '../hw/yieldPoints.ts'
import { MM } from '../pgtable/fields.ts'
import type { TableGather } from '../pgtable/freeRange.ts'
import { KIND } from '../trace/schema.ts'
import { freeGathered } from './freeGathered.ts'
import { GatherPages } from './gatherPages.ts'
import type { Kernel } from './kernel.ts'
import type { MmStruct } from './mmStruct.ts'

const TWO32 = 4294967296
/** Flags of GATHER_FLUSH. */
const TABLES = 1
const TLB_ONLY = 2
const NESTED = 4

export class MmuGather implements TableGather {
  private mm: MmStruct | null = null
  private fullMm = false
  private freedTables = false
  private nested = false
  private start = Infinity
  private end = -Infinity
  private stride = Infinity
  private pageStride = -1
  private pages: GatherPages
  private tables: number[] = []
  /** Pages whose map counts go down after the flush. */
  private delayed: number[] = []

  private readonly kernel: Kernel
  /** Options of the architecture: MMU_GATHER_NO_GATHER, _PAGE_SIZE, _MERGE_VMAS, _RCU_TABLE_FREE. */
  private readonly noGather: boolean
  private readonly onePageSize: boolean
  private readonly mergesVmas: boolean
  private readonly byRcu: boolean
  /** MAX_TABLE_BATCH */
  private readonly maxTables: number

  constructor(kernel: Kernel) {
    this.kernel = kernel
    const { arch } = kernel
    const options: readonly string[] = arch.variant.tlb.flush.gather
    this.noGather = options.includes('NO_GATHER')
    this.onePageSize = options.includes('PAGE_SIZE')
    this.mergesVmas = options.includes('MERGE_VMAS')
    this.byRcu = options.includes('RCU_TABLE_FREE')
    this.maxTables = gatherBatches(arch.pageSize, arch.bits).tables
    this.pages = this.newPages()
  }

  /** tlb_gather_mmu / tlb_gather_mmu_fullmm */
  begin(mm: MmStruct, fullMm: boolean): void {
    if (this.mm !== null) throw new Error('mmu_gather begun twice')
    this.mm = mm
    this.fullMm = fullMm
    this.pageStride = -1
    this.resetRange()
    mm.add(MM.tlb_flush_pending, 1)
    this.kernel.trace.emit(KIND.GATHER_BEGIN, 0, fullMm ? 1 : 0, 0, 0, 0, 0, 0)
  }

  /** Whether it has begun. */
  get open(): boolean {
    return this.mm !== null
  }

  /** tlb_flush_p?d_range: translations of [from, to) in entries of 2^stride pages are gone from the tables. */
  range(from: number, to: number, stride: number): void {
    this.changePageSize(stride)
    this.span(from, to, stride)
    if (!this.kernel.flush.perEntry) return
    for (let at = from; at < to; at += 2 ** stride) this.entry(at, stride)
  }

  /** As `range`, where the caller reports each entry by `entry`. */
  span(from: number, to: number, stride: number): void {
    if (from < this.start) this.start = from
    if (to > this.end) this.end = to
    if (stride < this.stride) this.stride = stride
  }

  /** One entry is gone: architectures that flush or note it at once do so. */
  entry(vpn: number, stride: number): void {
    this.kernel.flush.entry(this.current(), vpn, stride, this.fullMm)
  }

  /** tlb_change_page_size: where one flush knows one page size only. */
  changePageSize(stride: number): void {
    if (!this.onePageSize) return
    if (this.pageStride >= 0 && this.pageStride !== stride && !this.fullMm) this.flush()
    this.pageStride = stride
  }

  /**
   * tlb_remove_page: `count` references to the folio of `page` are given up after the flush. True when the caller must call
   * `flush` before it goes on.
   */
  remove(page: number, count = 1): boolean {
    const { kernel } = this
    if (!this.noGather) return this.pages.add(page, count)
    // s390: the entry was invalidated when it was emptied
    this.pages.add(page, count)
    freeGathered(kernel, this.pages, [], false)
    this.pages.clear()
    return false
  }

  /** Entries that may be emptied before `remove` says that it is full. */
  room(delayed: boolean): number {
    return this.noGather ? Infinity : this.pages.room(delayed || this.pages.delayed)
  }

  /** tlb_delay_rmap: a page that other CPUs may still make dirty is removed from its map after they were told. */
  delayRmap(page: number): boolean {
    if (this.noGather) return false
    this.pages.delayed = true
    this.delayed.push(page)
    return true
  }

  /** pte_free_tlb … : a table that was taken off its parent, which covers `vpn` and what follows. */
  addTable(id: number, vpn: number): void {
    const { pt, rcu } = this.kernel
    this.span(vpn, vpn + 1, pt.levels[pt.memory.tables.depth[id] - 1].pageShift)
    this.freedTables = true
    if (!this.byRcu) {
      this.tables.push(id)
      if (this.pages.take(1)) this.flushHeld()
      return this.note()
    }
    if (this.tables.length === 0 && !rcu.mayBatch()) return this.removeOne(id)
    this.tables.push(id)
    if (this.tables.length === this.maxTables) this.flushTables()
    this.note()
  }

  /** tlb_end_vma: unless the architecture merges them, each VMA has a flush of its own. */
  endVma(): void {
    if (!this.fullMm && !this.mergesVmas) this.flushTlb()
  }

  /** What waits now, for the trace. */
  note(): void {
    const { trace } = this.kernel
    if (trace.active) trace.emit(KIND.GATHER_ADD, 0, 0, this.pages.length, this.tables.length, 0, 0, 0)
  }

  /** tlb_flush_mmu_tlbonly, and tlb_flush_rmaps. */
  flushTlb(): void {
    if (this.isEmpty()) return
    this.record(TLB_ONLY)
    this.tellTlbs()
  }

  /** tlb_flush_mmu */
  flush(): void {
    const { kernel } = this
    if (!this.isEmpty()) {
      this.record(0)
      kernel.points.reach(POINT.flush)
      this.tellTlbs()
      kernel.points.reach(POINT.flushed)
    } else this.flushRmaps()
    const calls = kernel.flush.interrupts.sentBy(kernel.cpu)
    const { pages, tables } = this
    this.tables = []
    if (calls.length > 0 && pages.length + tables.length > 0) {
      kernel.parked.park(calls, pages, tables, this.byRcu)
      this.pages = this.newPages()
    } else {
      freeGathered(kernel, pages, tables, this.byRcu)
      pages.clear()
    }
  }

  /** tlb_finish_mmu */
  finish(): void {
    const mm = this.current()
    // Another gather is open: it may have emptied entries that this one found empty (mm_tlb_flush_nested).
    if (mm.get(MM.tlb_flush_pending) > 1) {
      this.nested = true
      this.fullMm = true
      this.freedTables = true
    }
    this.flush()
    this.nested = false
    this.kernel.trace.emit(KIND.GATHER_END, 0, 0, 0, 0, 0, 0, 0)
    mm.add(MM.tlb_flush_pending, -1)
    this.mm = null
  }

  private isEmpty(): boolean {
    return !this.freedTables && this.end <= this.start
  }

  private tellTlbs(): void {
    const { kernel, start, end, nested } = this
    const whole = this.fullMm || end <= start
    const stride = this.stride === Infinity ? 0 : this.stride
    const pages = whole ? Infinity : end - start
    const ends = this.fullMm && !nested
    const { freedTables } = this
    this.resetRange()
    kernel.flush.gather(this.current(), whole ? 0 : start, pages, stride, freedTables, ends)
    this.flushRmaps()
  }

  /** tlb_flush_rmaps */
  private flushRmaps(): void {
    const { kernel, delayed } = this
    if (delayed.length === 0) return
    for (const page of delayed) {
      kernel.memory.frames.mapcount[page]--
      kernel.unmapBatch.add(kernel, page, false)
    }
    kernel.unmapBatch.end(kernel)
    delayed.length = 0
    this.pages.delayed = false
  }

  /** tlb_table_flush: the walkers' caches first, then a grace period. */
  private flushTables(): void {
    this.flushTlb()
    const { tables } = this
    this.tables = []
    this.kernel.rcu.defer(tables, false)
  }

  /** tlb_remove_table_one: without a page for the batch, an interrupt to everybody stands in for the grace period. */
  private removeOne(id: number): void {
    const { kernel } = this
    this.flushTlb()
    kernel.flush.syncAll()
    const calls = kernel.flush.interrupts.sentBy(kernel.cpu)
    if (calls.length === 0) kernel.pt.freeTable(id)
    else kernel.parked.park(calls, this.newPages(), [id], false)
  }

  /** A flush in the middle of a table, whose lock the caller keeps. */
  flushHeld(): void {
    const { points } = this.kernel
    points.held++
    this.flush()
    points.held--
  }

  private record(flags: number): void {
    const { trace } = this.kernel
    if (!trace.active) return
    const why = flags | (this.freedTables ? TABLES : 0) | (this.nested ? NESTED : 0)
    const known = !this.fullMm && this.end > this.start
    const start = known ? this.start : 0
    trace.emit(
      KIND.GATHER_FLUSH,
      0,
      why,
      this.pages.length,
      this.tables.length,
      known ? this.end - this.start : 0,
      start >>> 0,
      Math.floor(start / TWO32),
    )
  }

  private resetRange(): void {
    this.freedTables = false
    this.start = Infinity
    this.end = -Infinity
    this.stride = Infinity
  }

  private newPages(): GatherPages {
    const { arch, behaviour } = this.kernel
    return new GatherPages(arch.pageSize, arch.bits, behaviour.batchesUnmaps)
  }

  private current(): MmStruct {
    if (this.mm === null) throw new Error('mmu_gather used before it was begun')
    return this.mm
  }
}
