/**
 * free_pgtables (mm/memory.c, 6.12): tables of a run of unmapped VMAs, between the neighbours that stay.
 */
import { freePgdRange } from '../pgtable/freeRange.ts'
import { VM } from '../trace/schema.ts'
import type { Kernel } from './kernel.ts'
import type { MmStruct } from './mmStruct.ts'
import type { Vma } from './vma.ts'

/** `vmas` in address order; floor and ceiling are page numbers, ceiling Infinity for "top". */
export function freePgtables(
  kernel: Kernel,
  mm: MmStruct,
  vmas: Vma[],
  floor: number,
  ceiling: number,
): void {
  const { pt, gather } = kernel
  const pmd = pt.levels[pt.last - 1].pages
  for (let i = 0; i < vmas.length;) {
    let last = i
    while (last + 1 < vmas.length && joins(vmas[last], vmas[last + 1], pmd)) last++
    const next = last + 1 < vmas.length ? vmas[last + 1].start : ceiling
    freePgdRange(pt, mm, gather, vmas[i].start, vmas[last].end, floor, next)
    i = last + 1
  }
}

/** Neighbours at most one pmd apart are handled in one call. */
function joins(vma: Vma, next: Vma, pmd: number): boolean {
  return next.start <= vma.end + pmd && ((vma.flags | next.flags) & VM.HUGETLB) === 0
}
