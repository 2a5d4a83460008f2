/**
 * powerpc hash MMU: one page size per slice of the address space (arch/powerpc/mm/book3s64/slice.c, 6.12): 256 MiB below
 * 4 GiB, 1 TiB above. A slice takes another page size only while nothing is mapped in it.
 */
import { VM } from '../trace/schema.ts'
import type { Kernel } from './kernel.ts'
import type { VmaSet } from './vmaSet.ts'

const LOW_BYTES = 2 ** 28
const LOW_TOP_BYTES = 2 ** 32
const HIGH_BYTES = 2 ** 40

/** Whether [from, to) may hold pages of the asked kind: slice_get_unmapped_area for MAP_FIXED. */
export function slicesAllow(
  kernel: Kernel,
  set: VmaSet,
  from: number,
  to: number,
  hugetlb: boolean,
): boolean {
  const { variant, pageSize } = kernel.arch
  if (!variant.habits.includes('hash-page-table') || variant.hugetlb.length === 0) return true
  for (let at = from; at < to;) {
    const isLow = at * pageSize < LOW_TOP_BYTES
    const size = (isLow ? LOW_BYTES : HIGH_BYTES) / pageSize
    const start = Math.floor(at / size) * size
    const end = start + size
    if (holdsOther(set, start, end, from, to, hugetlb)) return false
    at = end
  }
  return true
}

/** A mapping of the other page size in the slice, outside the range that MAP_FIXED is about to replace. */
function holdsOther(
  set: VmaSet,
  start: number,
  end: number,
  from: number,
  to: number,
  hugetlb: boolean,
): boolean {
  let found = false
  set.forEach(
    (vma) => {
      const inside = vma.start >= from && vma.end <= to
      if (!inside && ((vma.flags & VM.HUGETLB) !== 0) !== hugetlb) found = true
    },
    start,
    end,
  )
  return found
}
