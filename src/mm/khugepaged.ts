/**
 * khugepaged as a verb: one scan of an address space with the default limits (khugepaged_scan_mm_slot, mm/khugepaged.c, 6.12).
 */
import { CTX, VM } from '../trace/schema.ts'
import { collapsePmd, KHUGEPAGED } from './collapse.ts'
import { collapseFileRange } from './collapseFile.ts'
import { FileObject } from './file.ts'
import { suitsPmd } from './filePmd.ts'
import { hugeEnabled } from './hugePolicy.ts'
import { isHuge } from './hugeSplit.ts'
import type { Kernel } from './kernel.ts'
import type { MmStruct } from './mmStruct.ts'
import { high, low } from './pages.ts'
import { indexOf } from '../hw/walker.ts'
import { shmemIsHuge } from './shmemHuge.ts'
import type { Vma } from './vma.ts'

/** Scans the whole address space; returns how many pmd ranges became huge pages. */
export function scanMm(kernel: Kernel, mm: MmStruct): number {
  const { trace, arch } = kernel
  if (arch.hpageOrder === 0) return 0
  const context = trace.ctx
  trace.ctx = CTX.kthread
  const pages = arch.hpagePmdNr
  let collapsed = 0
  for (const vma of mm.vmas.range())
    for (let at = Math.ceil(vma.start / pages) * pages; at + pages <= vma.end; at += pages)
      if (scanPmd(kernel, mm, vma, at)) collapsed++
  trace.ctx = context
  return collapsed
}

function scanPmd(kernel: Kernel, mm: MmStruct, vma: Vma, first: number): boolean {
  if (isMappedHuge(kernel, mm, first)) return false
  const { file } = vma
  if (file === null)
    return (
      vma.anonVma !== null &&
      hugeEnabled(kernel, vma, first) &&
      collapsePmd(kernel, mm, vma, first, KHUGEPAGED) === 0
    )
  if (!(file instanceof FileObject) || !suitsPmd(kernel, vma, first)) return false
  const index = vma.pgoff + (first - vma.start)
  return (
    (vma.flags & VM.UFFD_WP) === 0 &&
    shmemIsHuge(kernel, file, index, vma.flags) &&
    !isAlreadyDone(kernel, mm, file, index, first) &&
    collapseFileRange(kernel, mm, vma, first, false) === 0
  )
}

/** Nothing maps the range, and the file has its huge page: there is nothing to do. */
function isAlreadyDone(
  kernel: Kernel,
  mm: MmStruct,
  file: FileObject,
  index: number,
  first: number,
): boolean {
  const { pt } = kernel
  const holder = pt.tableFor(mm, pt.last - 1, low(first), high(first))
  const table = holder === 0 ? 0 : pt.child(holder, indexOf(pt.levels[pt.last - 1], low(first), high(first)))
  return table === 0 && file.isHugeAt(index)
}

function isMappedHuge(kernel: Kernel, mm: MmStruct, first: number): boolean {
  const { pt } = kernel
  const holder = pt.tableFor(mm, pt.last - 1, low(first), high(first))
  return holder !== 0 && isHuge(kernel, holder, indexOf(pt.levels[pt.last - 1], low(first), high(first)))
}
