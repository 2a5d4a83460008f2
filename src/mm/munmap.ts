/**
 * munmap (do_vmi_munmap, mm/vma.c, 6.12): VMAs, entries, tables, in the order the kernel takes them away.
 */
import { ERRNO } from './errno.ts'
import { freePgtables } from './freePgtables.ts'
import { hugetlbAligned } from './hugetlb.ts'
import { updateHiwaterRss, updateHiwaterVm } from './hiwater.ts'
import type { Kernel } from './kernel.ts'
import { drainLazyFree } from './lazyFree.ts'
import { accountLocked } from './locked.ts'
import type { MmStruct } from './mmStruct.ts'
import type { Vma } from './vma.ts'
import { freeVmas, gatherVmas, mayAddVma } from './vmaModify.ts'
import { accountPages } from './vmaRecord.ts'
import { zapRange } from './zap.ts'

/**
 * Unmaps pages [from, to). 0 or a negative errno. With `downgrade` faults elsewhere go on as soon as the VMAs are gone
 * (mmap_write_downgrade, since 4.20).
 */
export function doMunmap(kernel: Kernel, mm: MmStruct, from: number, to: number, downgrade = false): number {
  const { taskPages } = kernel.behaviour.layout
  if (from > taskPages || to - from > taskPages - from || to <= from) return -ERRNO.EINVAL
  const first = mm.vmas.intersection(from, to)
  if (first === null) return 0
  const last = mm.vmas.containing(to)
  if (!hugetlbAligned(kernel, first, Math.max(from, first.start))) return -ERRNO.EINVAL
  if (last !== null && last.start < to && !hugetlbAligned(kernel, last, to)) return -ERRNO.EINVAL
  if (first.start < from && first.end > to && !mayAddVma(mm.context)) return -ERRNO.ENOMEM
  const found: Vma[] = []
  const gathered = gatherVmas(mm.context, from, to, found)
  if (gathered < 0) return gathered
  unmapRegion(kernel, mm, found, downgrade)
  updateHiwaterVm(mm)
  for (const vma of found) {
    accountPages(mm, vma.flags, -vma.pages)
    accountLocked(mm, vma.flags, -vma.pages)
  }
  freeVmas(mm.context, found)
  return 0
}

/** unmap_region: between the neighbours that stay. */
function unmapRegion(kernel: Kernel, mm: MmStruct, found: Vma[], downgrade: boolean): void {
  const floor = mm.vmas.prev(found[0])?.end ?? kernel.arch.firstUserPage
  const ceiling = mm.vmas.next(found[found.length - 1])?.start ?? Infinity
  const detached = downgrade && kernel.points.stepping
  if (detached) detach(mm, found)
  updateHiwaterRss(mm)
  drainLazyFree(kernel)
  kernel.gather.begin(mm, false)
  for (const vma of found) zapRange(kernel, mm, vma, vma.start, vma.end)
  freePgtables(kernel, mm, found, floor, ceiling)
  kernel.gather.finish()
  if (detached) for (const vma of found) mm.vmas.insert(vma)
}

/** The tree forgets the VMAs before anybody else may look at it (vms_complete_munmap_vmas); they are freed at the end. */
function detach(mm: MmStruct, found: readonly Vma[]): void {
  for (const vma of found) mm.vmas.remove(vma)
  mm.mmapLock.downgrade()
}
