/**
 * Faults on pages of files: do_read_fault with its fault-around, and do_cow_fault (mm/memory.c, 6.12; DIGEST G.2.2, G.2.3).
 */
import { ACCESS_WRITE } from '../hw/walker.ts'
import { MM } from '../pgtable/fields.ts'
import { FAULT, PAGE } from '../trace/schema.ts'
import { mapNewAnon } from './anonymous.ts'
import { done } from './faultEnd.ts'
import type { Kernel } from './kernel.ts'
import { BUS_ADRERR, OOM } from './signals.ts'
import type { MmFile } from './vma.ts'
import { vmfAnonPrepare } from './vmFault.ts'

/** fault_around_bytes */
const AROUND_BYTES = 65536

export function doFileFault(kernel: Kernel, file: MmFile): number {
  const { vmf, memory } = kernel
  if (file.frameAt === undefined) return BUS_ADRERR
  const { vma } = vmf
  const frame = file.frameAt(memory, vma.pgoff + (vmf.vpn - vma.start))
  if (frame < 0) return OOM
  return vmf.access === ACCESS_WRITE ? cowFault(kernel, frame) : readFault(kernel, file, frame)
}

/** do_cow_fault: a private copy at once, the file's page is never mapped. */
function cowFault(kernel: Kernel, from: number): number {
  const { memory, vmf } = kernel
  if (vmf.vma.anonVma === null) vmfAnonPrepare(kernel)
  const frame = memory.allocPages(0, PAGE.anon)
  if (frame < 0) return OOM
  if (!memory.data.empty) memory.data.copy(from, frame)
  vmf.process.mm.add(MM.rss_anon, 1)
  mapNewAnon(kernel, frame, true)
  return done(kernel, FAULT.cowCopy, frame, from)
}

function readFault(kernel: Kernel, file: MmFile, frame: number): number {
  const { vmf } = kernel
  if (file.mapsAround !== true) {
    mapPage(kernel, vmf.index, frame)
    return done(kernel, FAULT.file, frame, 0)
  }
  mapAround(kernel, file)
  return done(kernel, FAULT.fileAround, frame, 0)
}

/** do_fault_around: the resident pages of the aligned window, clamped to the VMA and to the pte table. */
function mapAround(kernel: Kernel, file: MmFile): void {
  const { vmf, memory, arch } = kernel
  const { vma, index, table } = vmf
  const level = kernel.pt.levels[kernel.pt.last]
  const window = Math.max(1, AROUND_BYTES / arch.pageSize)
  const fromStart = vmf.vpn - vma.start
  const first = Math.max(index - (index % window), index - Math.min(index, fromStart))
  const end = Math.min(first + window, level.entries, index + vma.pages - fromStart)
  for (let i = first; i < end; i++) {
    const at = memory.tables.at(table, i)
    if (!arch.pte.isNone(memory.tables.words[at], memory.tables.words[at + 1])) continue
    const frame = file.frameAt?.(memory, vma.pgoff + fromStart + (i - index)) ?? -1
    if (frame >= 0) mapPage(kernel, i, frame)
  }
}

/** set_pte_range for a read. */
function mapPage(kernel: Kernel, index: number, frame: number): void {
  const { memory, vmf, arch } = kernel
  const { pte } = arch
  const { frames } = memory
  frames.mapcount[frame]++
  frames.refcount[frame]++
  vmf.process.mm.add(frames.kind[frame] === PAGE.shmem ? MM.rss_shmem : MM.rss_file, 1)
  let lo = pte.mk(frame, vmf.vma.prot)
  lo = pte.swMkyoung(lo, pte.hi)
  memory.tables.set(vmf.table, index, lo, pte.hi, 0)
}
