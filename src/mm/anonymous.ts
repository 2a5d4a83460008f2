/**
 * do_anonymous_page (mm/memory.c, 6.12; DIGEST G.2.1).
 */
import { FRAME_EXCLUSIVE, FRAME_REFERENCED } from '../hw/frames.ts'
import { ACCESS_WRITE } from '../hw/walker.ts'
import { POINT } from '../hw/yieldPoints.ts'
import { MM } from '../pgtable/fields.ts'
import { FAULT, PAGE, VM } from '../trace/schema.ts'
import { vmfAnonPrepare } from './vmFault.ts'
import { hasAnonFolios, mapAnonFolio } from './anonFolio.ts'
import { done } from './faultEnd.ts'
import type { Kernel } from './kernel.ts'
import { lockPte } from './lockPte.ts'
import { OOM } from './signals.ts'

export function doAnonymousPage(kernel: Kernel): number {
  return kernel.vmf.access === ACCESS_WRITE ? writeFault(kernel) : readFault(kernel)
}

/** The shared zero page: no reference, no rss, no anon_vma. */
function readFault(kernel: Kernel): number {
  const { memory, vmf } = kernel
  const { pte } = kernel.arch
  if (!lockPte(kernel)) return done(kernel, FAULT.spurious, 0, 0)
  let lo = pte.mk(memory.zeroFrame, vmf.vma.prot)
  lo = pte.mkspecial(lo, pte.hi)
  memory.tables.set(vmf.table, vmf.index, lo, pte.hi, 0)
  return done(kernel, FAULT.zeroPage, memory.zeroFrame, 0)
}

function writeFault(kernel: Kernel): number {
  const { memory, vmf } = kernel
  if (vmf.vma.anonVma === null) vmfAnonPrepare(kernel)
  if (hasAnonFolios(kernel)) {
    const mapped = mapAnonFolio(kernel)
    if (mapped >= 0) return mapped
  }
  kernel.points.reach(POINT.allocation)
  const frame = memory.allocPages(0, PAGE.anon)
  if (frame < 0) return OOM
  if (!lockPte(kernel)) return release(kernel, frame)
  vmf.process.mm.add(MM.rss_anon, 1)
  mapNewAnon(kernel, frame, (vmf.vma.flags & VM.WRITE) !== 0)
  return done(kernel, FAULT.anon, frame, 0)
}

/** Another CPU was faster: its page stays, this one's goes. */
export function release(kernel: Kernel, frame: number): number {
  kernel.memory.freePages(frame, 0)
  return done(kernel, FAULT.spurious, 0, 0)
}

/** Maps a fresh anonymous page at the fault: folio_add_new_anon_rmap and set_pte_at. */
export function mapNewAnon(kernel: Kernel, frame: number, dirty: boolean): void {
  const { memory, vmf } = kernel
  const { pte } = kernel.arch
  memory.frames.mapcount[frame] = 1
  memory.frames.flags[frame] = FRAME_EXCLUSIVE | (kernel.behaviour.faultsReference ? FRAME_REFERENCED : 0)
  const lo = pte.mkfresh(frame, vmf.vma.prot, dirty, (vmf.vma.flags & VM.WRITE) !== 0)
  memory.tables.set(vmf.table, vmf.index, lo, pte.hi, 0)
}
