/**
 * Walks over ranges of hugetlb mappings: __unmap_hugepage_range, hugetlb_change_protection, copy_hugetlb_page_range
 * (mm/hugetlb.c, 6.12). A pmd table that is shared with other mms is taken off whole; its pages stay in the file.
 */
import { addHugeMap } from '../hw/folio.ts'
import { FRAME_EXCLUSIVE, FRAME_PAGECACHE, FRAME_RESTORE } from '../hw/frames.ts'
import { indexOf } from '../hw/walker.ts'
import { MM } from '../pgtable/fields.ts'
import { hugeIndex, HugetlbFile } from './hugetlbFile.ts'
import { isHuge } from './hugeSplit.ts'
import type { Kernel } from './kernel.ts'
import type { MmStruct } from './mmStruct.ts'
import { high, low } from './pages.ts'
import { unshare } from './pmdSharing.ts'
import type { Vma } from './vma.ts'

/** Every huge entry of [from, to) that is not in a shared table; shared tables are unshared. The gather has begun. */
function eachHuge(
  kernel: Kernel,
  mm: MmStruct,
  from: number,
  to: number,
  visit: (holder: number, index: number, vpn: number) => void,
): void {
  const { pt } = kernel
  const unit = pt.levels[pt.last - 1].pages
  const size = unit * pt.levels[pt.last - 1].entries
  for (let at = from; at < to;) {
    const end = Math.min(to, (Math.floor(at / size) + 1) * size)
    const table = pt.tableFor(mm, pt.last - 1, low(at), high(at))
    if (table !== 0 && !unshare(kernel, mm, at, table)) {
      for (let vpn = at; vpn < end; vpn += unit) {
        const index = indexOf(pt.levels[pt.last - 1], low(vpn), high(vpn))
        if (isHuge(kernel, table, index)) visit(table, index, vpn)
      }
    }
    at = end
  }
}

/** __unmap_hugepage_range: whole huge pages of [from, to). */
export function zapHugetlb(kernel: Kernel, mm: MmStruct, vma: Vma, from: number, to: number): void {
  eachHuge(kernel, mm, from, to, (holder, index, vpn) => zapOne(kernel, mm, vma, holder, index, vpn))
}

function zapOne(kernel: Kernel, mm: MmStruct, vma: Vma, holder: number, index: number, vpn: number): void {
  const level = kernel.pt.levels[kernel.pt.last - 1]
  const frame = frameAt(kernel, holder, index)
  kernel.memory.tables.set(holder, index, level.noneLo, level.noneHi, 0)
  kernel.gather.range(vpn, vpn + level.pages, level.pageShift)
  mm.add(MM.hugetlb_usage, -level.pages)
  addHugeMap(kernel.memory.frames, frame, -1)
  restoreReserve(kernel, vma, frame, vpn)
  if (kernel.gather.remove(frame)) kernel.gather.flushHeld()
}

/** vma_add_reservation: nobody else may have the page that the owner of the mapping gives up. */
function restoreReserve(kernel: Kernel, vma: Vma, frame: number, vpn: number): void {
  const { frames } = kernel.memory
  if (!kernel.behaviour.restoresReserve || vma.reserved === null || !(vma.file instanceof HugetlbFile)) return
  if (frames.flags[frame] & FRAME_PAGECACHE || frames.refcount[frame] > 1) return
  frames.flags[frame] |= FRAME_RESTORE
  vma.reserved.add(hugeIndex(vma.file, vma, vpn))
}

/** unmap_hugepage_range of one page, if it is the one that is mapped there. */
export function unmapHugePage(kernel: Kernel, mm: MmStruct, vma: Vma, vpn: number, page: number): boolean {
  const { pt, gather, trace } = kernel
  const table = pt.tableFor(mm, pt.last - 1, low(vpn), high(vpn))
  const index = indexOf(pt.levels[pt.last - 1], low(vpn), high(vpn))
  if (table === 0 || !isHuge(kernel, table, index) || frameAt(kernel, table, index) !== page) return false
  const running = trace.mm
  trace.mm = mm.id
  gather.begin(mm, false)
  zapOne(kernel, mm, vma, table, index, vpn)
  gather.finish()
  trace.mm = running
  return true
}

function frameAt(kernel: Kernel, holder: number, index: number): number {
  const { tables } = kernel.memory
  const at = tables.at(holder, index)
  return kernel.pt.levels[kernel.pt.last - 1].leaf!.pfn(tables.words[at], tables.words[at + 1])
}

/** hugetlb_remove_rmap and put_page */
export function dropHugePage(kernel: Kernel, frame: number): void {
  addHugeMap(kernel.memory.frames, frame, -1)
  kernel.hugetlb.put(frame)
}

/** hugetlb_change_protection: no page becomes writable by it, the next write's fault does that. */
export function changeHugetlb(kernel: Kernel, mm: MmStruct, vma: Vma, from: number, to: number): void {
  const { tables } = kernel.memory
  const level = kernel.pt.levels[kernel.pt.last - 1]
  const leaf = level.leaf!
  eachHuge(kernel, mm, from, to, (holder, index, vpn) => {
    const at = tables.at(holder, index)
    const lo = leaf.modify(tables.words[at], tables.words[at + 1], vma.prot)
    if (((lo ^ tables.words[at]) | (leaf.hi ^ tables.words[at + 1])) === 0) return
    tables.set(holder, index, lo, leaf.hi, 0)
    kernel.gather.range(vpn, vpn + level.pages, level.pageShift)
  })
}

/** copy_hugetlb_page_range: parent and child share the page without write permission. */
export function copyHugetlb(
  kernel: Kernel,
  source: number,
  index: number,
  mm: MmStruct,
  target: number,
): void {
  const { tables, frames } = kernel.memory
  const level = kernel.pt.levels[kernel.pt.last - 1]
  const leaf = level.leaf!
  const at = tables.at(source, index)
  const frame = leaf.pfn(tables.words[at], tables.words[at + 1])
  const lo = leaf.wrprotect(tables.words[at], tables.words[at + 1])
  const { hi } = leaf
  tables.set(source, index, lo, hi, 0)
  tables.set(target, index, lo, hi, 0)
  frames.flags[frame] &= ~FRAME_EXCLUSIVE
  frames.refcount[frame]++
  addHugeMap(frames, frame, 1)
  mm.add(MM.hugetlb_usage, level.pages)
}
