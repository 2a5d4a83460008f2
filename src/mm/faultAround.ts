/**
 * What a file gives a fault: the page itself (vm_ops->fault) or what lies in memory around it (do_fault_around and
 * filemap_map_pages; mm/memory.c, mm/filemap.c, 6.12).
 */
import { PROCESS } from '../pgtable/fields.ts'
import { emitField } from '../pgtable/record.ts'
import { OBJ, VM } from '../trace/schema.ts'
import { mapFilePmd } from './filePmd.ts'
import { countFilePages, mapFilePage, preallocate } from './filePte.ts'
import type { Kernel } from './kernel.ts'
import type { MmFile } from './vma.ts'

/** fault_around_bytes */
const AROUND_BYTES = 65536
/** Results of `bring` that are no frames. */
const NO_MEMORY = -1
export const FILE_END = -2
/** Result of `faultAround`: one huge entry does. */
export const HUGE = 2

/** Page of the file at the fault. */
function pageOfFault(kernel: Kernel): number {
  const { vma, vpn } = kernel.vmf
  return vma.pgoff + (vpn - vma.start)
}

/** Pages up to i_size. */
function pagesOf(kernel: Kernel, file: MmFile): number {
  return Math.ceil(file.size / kernel.arch.pageSize)
}

/** __do_fault: frame of the page at the fault, or FILE_END past i_size, or NO_MEMORY. */
export function bring(kernel: Kernel, file: MmFile): number {
  if (!preallocate(kernel)) return NO_MEMORY
  const index = pageOfFault(kernel)
  if (file.frameAt === undefined || index >= pagesOf(kernel, file)) return FILE_END
  const missing = file.onDisk === true && file.residentAt?.(index) === -1
  const frame = file.frameAt(kernel.memory, index, kernel.vmf.vma.flags)
  if (missing && frame >= 0) countMajor(kernel)
  return frame
}

/** The page had to be read: maj_flt instead of min_flt, which the end of the fault counts by itself. */
function countMajor(kernel: Kernel): void {
  const { trace } = kernel
  const { process } = kernel.vmf
  if (trace.active)
    emitField(trace, OBJ.process, process.pid, PROCESS.maj_flt, process.majFlt, process.majFlt + 1)
  process.majFlt++
  process.minFlt--
}

/**
 * Maps the pages in memory of the aligned window, clamped to the VMA, the pte table and the file. 1 when the page at the
 * fault was among them (its entry is then in vmf.lo, vmf.hi), HUGE when a huge entry maps them, 0 when not, −1 when memory
 * is out.
 */
export function faultAround(kernel: Kernel, file: MmFile): number {
  const { vmf, arch } = kernel
  const window = AROUND_BYTES / arch.pageSize
  // uffd_disable_fault_around
  if (window <= 1 || vmf.vma.flags & VM.UFFD_WP) return 0
  if (!preallocate(kernel)) return -1
  const { vma, index } = vmf
  const fromStart = vmf.vpn - vma.start
  const first = Math.max(index - (index % window), index - Math.min(index, fromStart))
  const entries = kernel.pt.levels[kernel.pt.last].entries
  const toPage = pageOfFault(kernel) - index
  const end = Math.min(first + window, entries, index + vma.pages - fromStart, pagesOf(kernel, file) - toPage)
  if (vmf.table === 0 && mapHuge(kernel, file, toPage + first, toPage + end)) return HUGE
  let mapped = 0
  let last = 0
  let hit = 0
  for (let i = first; i < end; i++) {
    const frame = residentAt(kernel, file, toPage + i)
    if (frame < 0 || !isEmpty(kernel, i)) continue
    mapFilePage(kernel, i, frame, false, i !== index)
    mapped++
    last = frame
    if (i === index) hit = 1
  }
  if (mapped > 0) countFilePages(kernel, last, mapped)
  if (hit) readEntry(kernel)
  return hit
}

/** filemap_map_pmd: the first folio of the window decides. */
function mapHuge(kernel: Kernel, file: MmFile, from: number, to: number): boolean {
  for (let page = from; page < to; page++) {
    const frame = residentAt(kernel, file, page)
    if (frame >= 0) return mapFilePmd(kernel, frame, false)
  }
  return false
}

/** Files that never lack a page have no separate question for what is in memory. */
function residentAt(kernel: Kernel, file: MmFile, index: number): number {
  if (file.residentAt !== undefined) return file.residentAt(index)
  return file.frameAt === undefined ? -1 : file.frameAt(kernel.memory, index)
}

function isEmpty(kernel: Kernel, index: number): boolean {
  const { vmf, arch } = kernel
  if (vmf.table === 0) return true
  const { tables } = kernel.memory
  const at = tables.at(vmf.table, index)
  return arch.pte.isNone(tables.words[at], tables.words[at + 1])
}

function readEntry(kernel: Kernel): void {
  const { vmf } = kernel
  const { tables } = kernel.memory
  const at = tables.at(vmf.table, vmf.index)
  vmf.lo = tables.words[at]
  vmf.hi = tables.words[at + 1]
}
