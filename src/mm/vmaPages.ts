/** What smaps sums up for one VMA of a running machine; the sums themselves are in src/trace/proc/smaps.ts. */
import { account, accountHugetlb, noPages, type VmaPages } from '../trace/proc/smaps.ts'
import { VM } from '../trace/schema.ts'
import { eachEntry } from './eachEntry.ts'
import type { Kernel } from './kernel.ts'
import type { MmStruct } from './mmStruct.ts'
import { FramePages } from './pageFacts.ts'
import type { Vma } from './vma.ts'

export type { VmaPages } from '../trace/proc/smaps.ts'

export function vmaPages(kernel: Kernel, mm: MmStruct, vma: Vma): VmaPages {
  const sums = noPages()
  const { frames, tables } = kernel.memory
  const facts = new FramePages(frames)
  const isHugetlb = (vma.flags & VM.HUGETLB) !== 0
  eachEntry(kernel, mm, vma, vma.start, vma.end, (holder, _index, ops, lo, hi, page) => {
    if (page < 0) return
    const { pages } = kernel.pt.levels[tables.depth[holder]]
    if (isHugetlb) accountHugetlb(facts, sums, page, pages, kernel.sharedPmds.count(holder) > 0)
    else account(facts, sums, page, pages, ops.isYoung(lo, hi), ops.isDirty(lo, hi))
  })
  if (vma.flags & VM.LOCKED) sums.locked = sums.proportional
  return sums
}
