/**
 * One flush on behalf of an mm (struct flush_tlb_info, arch/x86/include/asm/tlbflush.h, 6.12). Page numbers and counts are
 * of base pages.
 */
import type { FlushSpec } from '../../arch/flush.ts'
import type { MmStruct } from '../mmStruct.ts'

export interface FlushRequest {
  readonly mm: MmStruct
  readonly from: number
  /** Infinity: all of the mm. */
  readonly pages: number
  /** log2 pages from one entry to the next. */
  readonly stride: number
  readonly freedTables: boolean
  /** Asked for by an mmu_gather: what was emptied entry by entry is known to be flushed already. */
  readonly gathered: boolean
  /** context.tlb_gen that this flush made; 0 where there are no generations. */
  gen: number
}

/** A flush of just these pages, outside a gather. */
export function exactly(mm: MmStruct, from: number, pages: number, stride: number): FlushRequest {
  return { mm, from, pages, stride, freedTables: false, gathered: false, gen: 0 }
}

export function isWhole(request: FlushRequest): boolean {
  return request.pages === Infinity
}

/** What the ceiling counts in this range. */
export function unitsOf(spec: FlushSpec, from: number, pages: number, stride: number): number {
  if (spec.unit === 'stride') return Math.ceil(pages / 2 ** stride)
  if (spec.unit === 'page') return pages
  const size = spec.unit === 'pair' ? 2 : 16
  return Math.ceil((from + pages) / size) - Math.floor(from / size)
}

/** A range that is too large to go through piece by piece becomes the whole mm. */
export function exceeds(ceiling: number | null, units: number): boolean {
  return ceiling !== null && units > ceiling
}
