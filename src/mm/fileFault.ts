/**
 * do_fault: faults on pages of files (mm/memory.c, 6.12; DIGEST G.2.2, G.2.3).
 */
import { ACCESS_WRITE, indexOf } from '../hw/walker.ts'
import { POINT } from '../hw/yieldPoints.ts'
import { MM } from '../pgtable/fields.ts'
import { FAULT, PAGE, VM } from '../trace/schema.ts'
import { mapNewAnon } from './anonymous.ts'
import { bring, FILE_END, faultAround, HUGE } from './faultAround.ts'
import { done } from './faultEnd.ts'
import { mapFilePmd } from './filePmd.ts'
import { countFilePages, installTable, mapFilePage } from './filePte.ts'
import type { Kernel } from './kernel.ts'
import { isUnchanged } from './lockPte.ts'
import { markDirty } from './pageFlags.ts'
import { BUS_ADRERR, OOM } from './signals.ts'
import type { MmFile } from './vma.ts'
import { vmfAnonPrepare } from './vmFault.ts'

/** The entry is none, or there is no pte table (vmf.table 0). A table made in advance and not used goes back uncounted. */
export function doFault(kernel: Kernel, file: MmFile): number {
  const { vmf, pt } = kernel
  vmf.index = indexOf(pt.levels[pt.last], vmf.vpnLo, vmf.vpnHi)
  // Table and page are allocated, and the entry is set, in one go: the only point lies before.
  kernel.points.reach(POINT.allocation)
  if (kernel.points.stepping && !isUnchanged(kernel)) return done(kernel, FAULT.spurious, 0, 0)
  const ending = resolve(kernel, file)
  if (vmf.prealloc !== 0) {
    pt.freeTable(vmf.prealloc)
    vmf.prealloc = 0
  }
  return ending
}

function resolve(kernel: Kernel, file: MmFile): number {
  const { vmf } = kernel
  if (vmf.access !== ACCESS_WRITE) return readFault(kernel, file)
  return vmf.vma.flags & VM.SHARED ? sharedFault(kernel, file) : cowFault(kernel, file)
}

/** do_read_fault: first what is in memory around the page, then the page itself. */
function readFault(kernel: Kernel, file: MmFile): number {
  const { vmf } = kernel
  if (file.mapsAround === true) {
    const around = faultAround(kernel, file)
    if (around < 0) return OOM
    if (around === HUGE) return done(kernel, FAULT.thp, kernel.arch.pte.pfn(vmf.lo, vmf.hi), 0)
    if (around > 0) return done(kernel, FAULT.fileAround, kernel.arch.pte.pfn(vmf.lo, vmf.hi), 0)
  }
  const frame = bring(kernel, file)
  if (frame < 0) return ending(frame)
  if (mapFilePmd(kernel, frame, false)) return done(kernel, FAULT.thp, frame, 0)
  mapFilePage(kernel, vmf.index, frame, false, false)
  countFilePages(kernel, frame, 1)
  return done(kernel, kindOf(kernel, frame), frame, 0)
}

/** do_shared_fault: the page of the file itself becomes writable and dirty. */
function sharedFault(kernel: Kernel, file: MmFile): number {
  const frame = bring(kernel, file)
  if (frame < 0) return ending(frame)
  markDirty(kernel.memory.frames, frame)
  if (mapFilePmd(kernel, frame, true)) return done(kernel, FAULT.thp, frame, 0)
  mapFilePage(kernel, kernel.vmf.index, frame, true, false)
  countFilePages(kernel, frame, 1)
  return done(kernel, kindOf(kernel, frame), frame, 0)
}

/** do_cow_fault: a private copy at once, the file's page is never mapped. */
function cowFault(kernel: Kernel, file: MmFile): number {
  const { memory, vmf } = kernel
  if (vmf.vma.anonVma === null) vmfAnonPrepare(kernel)
  const frame = memory.allocPages(0, PAGE.anon)
  if (frame < 0) return OOM
  const from = bring(kernel, file)
  if (from < 0) {
    memory.freePages(frame, 0)
    return ending(from)
  }
  if (!memory.data.empty) memory.data.copy(from, frame)
  installTable(kernel)
  vmf.process.mm.add(MM.rss_anon, 1)
  mapNewAnon(kernel, frame, true)
  return done(kernel, FAULT.cowCopy, frame, from)
}

function ending(failure: number): number {
  return failure === FILE_END ? BUS_ADRERR : OOM
}

function kindOf(kernel: Kernel, frame: number): number {
  return kernel.memory.frames.kind[frame] === PAGE.shmem ? FAULT.shmem : FAULT.file
}
