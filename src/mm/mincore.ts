/**
 * mincore (mm/mincore.c, 6.12): which pages a touch would not have to bring in from a disk.
 */
import { ERRNO } from './errno.ts'
import type { Kernel } from './kernel.ts'
import type { MmStruct } from './mmStruct.ts'
import { high, low } from './pages.ts'
import type { Vma } from './vma.ts'

/** Fills `found` with 1 for pages in memory, 0 for others. 0, or -ENOMEM for a hole. */
export function doMincore(kernel: Kernel, mm: MmStruct, from: number, to: number, found: Uint8Array): number {
  for (let page = from; page < to; page++) {
    const vma = mm.vmas.containing(page)
    if (vma === null) return -ERRNO.ENOMEM
    found[page - from] = isInCore(kernel, mm, vma, page) ? 1 : 0
  }
  return 0
}

/** A present entry counts, the zero page too; where there is none, the page cache answers for files. */
function isInCore(kernel: Kernel, mm: MmStruct, vma: Vma, page: number): boolean {
  const { walker, arch } = kernel
  if (walker.find(mm.pgd, mm.top, low(page), high(page))) {
    const leaf = arch.levels[walker.depth].leaf!
    if (leaf.isPresent(walker.lo, walker.hi)) return true
  }
  return (vma.file?.residentAt?.(vma.pgoff + (page - vma.start)) ?? -1) >= 0
}
