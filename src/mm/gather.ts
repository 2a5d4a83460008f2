/**
 * struct mmu_gather (mm/mmu_gather.c, 6.12): unhook, invalidate, then free. Pages and tables wait here until every TLB
 * has been told; a full batch forces a flush in between.
 */
import { MM } from '../pgtable/fields.ts'
import type { TableGather } from '../pgtable/freeRange.ts'
import { KIND } from '../trace/schema.ts'
import type { Kernel } from './kernel.ts'
import type { MmStruct } from './mmStruct.ts'

/** 7 entries of the local bundle and 509 of each of 19 batches. */
export const MAX_GATHER_PAGES = 7 + 19 * 509

export class MmuGather implements TableGather {
  private mm: MmStruct | null = null
  private fullMm = false
  private freedTables = false
  private start = Infinity
  private end = -Infinity
  private stride = Infinity
  private readonly pages = new Int32Array(MAX_GATHER_PAGES)
  private pageCount = 0
  private tables = new Int32Array(256)
  private tableCount = 0

  private readonly kernel: Kernel

  constructor(kernel: Kernel) {
    this.kernel = kernel
  }

  get open(): boolean {
    return this.mm !== null
  }

  /** tlb_gather_mmu / tlb_gather_mmu_fullmm */
  begin(mm: MmStruct, fullMm: boolean): void {
    if (this.mm !== null) throw new Error('mmu_gather begun twice')
    this.mm = mm
    this.fullMm = fullMm
    mm.add(MM.tlb_flush_pending, 1)
    this.kernel.trace.emit(KIND.GATHER_BEGIN, fullMm ? 1 : 0, 0, 0, 0, 0, 0, 0)
  }

  /** tlb_remove_tlb_entry: translations of [from, to) in entries of 2^stride pages are gone from the tables. */
  range(from: number, to: number, stride: number): void {
    if (from < this.start) this.start = from
    if (to > this.end) this.end = to
    if (stride < this.stride) this.stride = stride
  }

  /** tlb_remove_page: a page to free after the flush. */
  addPage(frame: number): void {
    this.pages[this.pageCount++] = frame
    if (this.pageCount === MAX_GATHER_PAGES) this.flush()
  }

  addTable(id: number): void {
    if (this.tableCount === this.tables.length) {
      const tables = new Int32Array(this.tables.length * 2)
      tables.set(this.tables)
      this.tables = tables
    }
    this.tables[this.tableCount++] = id
    this.freedTables = true
  }

  /** tlb_flush_mmu */
  flush(): void {
    const { mm, kernel } = this
    if (mm === null) throw new Error('mmu_gather flushed before it was begun')
    if (this.freedTables || this.end > this.start) {
      kernel.trace.emit(
        KIND.GATHER_FLUSH,
        this.freedTables ? 1 : 0,
        0,
        this.pageCount,
        this.tableCount,
        0,
        0,
        0,
      )
      if (this.fullMm || this.end <= this.start) kernel.flush.mm(mm, this.freedTables)
      else kernel.flush.range(mm, this.start, this.end, this.stride, this.freedTables)
    }
    kernel.memory.freeBatch(this.pages, this.pageCount)
    for (let i = 0; i < this.tableCount; i++) kernel.pt.freeTable(this.tables[i])
    this.pageCount = 0
    this.tableCount = 0
    this.freedTables = false
    this.start = Infinity
    this.end = -Infinity
    this.stride = Infinity
  }

  /** tlb_finish_mmu */
  finish(): void {
    const { mm } = this
    if (mm === null) throw new Error('mmu_gather finished before it was begun')
    this.flush()
    this.kernel.trace.emit(KIND.GATHER_END, 0, 0, 0, 0, 0, 0, 0)
    mm.add(MM.tlb_flush_pending, -1)
    this.mm = null
  }
}
