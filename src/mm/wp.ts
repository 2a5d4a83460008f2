/**
 * do_wp_page: reuse or copy (mm/memory.c, 6.12; DIGEST G.2.4).
 */
import { headOf } from '../hw/folio.ts'
import { FRAME_EXCLUSIVE, FRAME_HEAD, FRAME_TAIL } from '../hw/frames.ts'
import { POINT } from '../hw/yieldPoints.ts'
import { MACHINE, MM } from '../pgtable/fields.ts'
import { FAULT, PAGE, VM } from '../trace/schema.ts'
import { mapNewAnon, release } from './anonymous.ts'
import { vmfAnonPrepare } from './vmFault.ts'
import { done } from './faultEnd.ts'
import { unfold } from './contpte.ts'
import type { Kernel } from './kernel.ts'
import { drainLazyFree } from './lazyFree.ts'
import { lockPte } from './lockPte.ts'
import { vmNormalPage } from './normalPage.ts'
import { markDirty } from './pageFlags.ts'
import { OOM, USERFAULT } from './signals.ts'
import { isProtected } from './uffdWp.ts'

export function doWpPage(kernel: Kernel): number {
  const { vmf } = kernel
  if (isProtected(vmf.vma, kernel.arch.pte, vmf.lo, vmf.hi)) return USERFAULT
  const page = vmNormalPage(kernel, vmf.vma, vmf.vpn, vmf.lo, vmf.hi)
  if (vmf.vma.flags & (VM.SHARED | VM.MAYSHARE)) return wpShared(kernel, page)
  return page >= 0 && mayReuse(kernel, page) ? reuse(kernel, page) : copy(kernel, page)
}

/** wp_can_reuse_anon_folio: nobody else has, or can get, a reference. */
function mayReuse(kernel: Kernel, page: number): boolean {
  const { frames } = kernel.memory
  if (frames.kind[page] !== PAGE.anon) return false
  if (frames.flags[page] & FRAME_EXCLUSIVE) return true
  if (frames.flags[page] & (FRAME_HEAD | FRAME_TAIL)) return mayReuseLarge(kernel, page)
  return frames.refcount[page] === 1
}

/** __wp_can_reuse_large_anon_folio (since 6.15): every reference is a mapping of this mm. */
function mayReuseLarge(kernel: Kernel, page: number): boolean {
  if (!kernel.behaviour.reusesLargeFolios) return false
  const { memory, arch, vmf } = kernel
  const { frames, tables } = memory
  const head = headOf(frames, page)
  const end = head + 2 ** frames.order[head]
  let own = 0
  for (let index = 0; index < kernel.pt.levels[kernel.pt.last].entries; index++) {
    if (tables.untouched(vmf.table, index)) {
      index |= 31
      continue
    }
    const at = tables.at(vmf.table, index)
    const lo = tables.words[at]
    const hi = tables.words[at + 1]
    if (!arch.pte.isPresent(lo, hi)) continue
    const frame = arch.pte.pfn(lo, hi)
    if (frame >= head && frame < end) own++
  }
  return own > 1 && own === frames.refcount[head]
}

/** wp_page_shared and wp_pfn_shared: the file is told of the write, the page stays. */
function wpShared(kernel: Kernel, page: number): number {
  if (page >= 0) markDirty(kernel.memory.frames, page)
  return makeWritable(kernel, page)
}

function reuse(kernel: Kernel, page: number): number {
  kernel.memory.frames.flags[page] |= FRAME_EXCLUSIVE
  return makeWritable(kernel, page)
}

/** wp_page_reuse: no copy and no flush. */
function makeWritable(kernel: Kernel, page: number): number {
  const { memory, vmf } = kernel
  const { pte } = kernel.arch
  kernel.vmstat.add(MACHINE.pgreuse, 1)
  const wasFolded = unfold(kernel, vmf.table, vmf.index)
  let lo = pte.mkyoung(vmf.lo, vmf.hi)
  if (wasFolded) lo = pte.mknoncont(lo, pte.hi)
  lo = pte.mkdirty(lo, pte.hi)
  if (vmf.vma.flags & VM.WRITE) lo = pte.mkwrite(lo, pte.hi)
  memory.tables.set(vmf.table, vmf.index, lo, pte.hi, 0)
  return done(kernel, FAULT.cowReuse, Math.max(page, 0), 0)
}

/** wp_page_copy: the old translation is gone everywhere before the new one appears. */
function copy(kernel: Kernel, oldPage: number): number {
  const { memory, arch, vmf } = kernel
  if (kernel.lazyFreeBatch.length > 0) drainLazyFree(kernel)
  if (vmf.vma.anonVma === null) vmfAnonPrepare(kernel)
  kernel.points.reach(POINT.allocation)
  const frame = memory.allocPages(0, PAGE.anon)
  if (frame < 0) return OOM
  const from = arch.pte.pfn(vmf.lo, vmf.hi)
  if (!memory.data.empty) memory.data.copy(from, frame)
  if (!lockPte(kernel)) return release(kernel, frame)
  const level = arch.levels[arch.levels.length - 1]
  unfold(kernel, vmf.table, vmf.index)
  memory.tables.set(vmf.table, vmf.index, level.noneLo, level.noneHi, 0)
  kernel.flush.page(vmf.process.mm, vmf.vpn)
  account(kernel, oldPage)
  mapNewAnon(kernel, frame, true)
  if (oldPage >= 0) dropPage(kernel, oldPage)
  return done(kernel, FAULT.cowCopy, frame, from)
}

/** An anonymous page replaces a file page, nothing (zero or raw page), or another anonymous page. */
function account(kernel: Kernel, oldPage: number): void {
  const { mm } = kernel.vmf.process
  if (oldPage >= 0 && kernel.memory.frames.kind[oldPage] === PAGE.anon) return
  if (oldPage >= 0) mm.add(kernel.memory.frames.kind[oldPage] === PAGE.shmem ? MM.rss_shmem : MM.rss_file, -1)
  mm.add(MM.rss_anon, 1)
}

function dropPage(kernel: Kernel, page: number): void {
  const { frames } = kernel.memory
  frames.mapcount[page]--
  kernel.unmapBatch.add(kernel, page, false)
  kernel.unmapBatch.end(kernel)
  kernel.memory.putPage(page)
}
