/**
 * remap_move (mm/mremap.c, since 6.17): one mremap moves all mappings of a range, with the gaps between them. Before, the
 * range had to lie in one VMA.
 */
import { VM } from '../trace/schema.ts'
import { ERRNO } from './errno.ts'
import type { MmStruct } from './mmStruct.ts'
import type { MremapRequest } from './mremap.ts'

/** `moveOne`: mremap_to for a part of one VMA. The first page of the new place, or a negative errno. */
export function mremapMany(
  mm: MmStruct,
  request: MremapRequest,
  moveOne: (request: MremapRequest) => number,
): number {
  const { page, oldPages, newPage } = request
  const end = page + oldPages
  if (end > newPage && newPage + oldPages > page) return -ERRNO.EINVAL
  let first = -1
  let target = newPage
  let lastEnd = page
  for (let at = page; at < end; at = lastEnd) {
    const vma = mm.vmas.intersection(at, end)
    if (vma === null) break
    const from = Math.max(vma.start, page)
    if (first < 0 && from > page) return -ERRNO.EFAULT
    const alone = (vma.flags & VM.HUGETLB) !== 0
    if (alone && (first >= 0 || vma.end < end)) return -ERRNO.EFAULT
    if (first >= 0) target += vma.start - lastEnd
    lastEnd = vma.end
    const pages = Math.min(end, lastEnd) - from
    const moved = moveOne({ ...request, page: from, oldPages: pages, newPages: pages, newPage: target })
    if (moved < 0) return moved
    if (first < 0) first = moved
    target = moved + pages
  }
  return first
}
