/**
 * hugetlb: faults on huge pages of the pool, private and shared (hugetlb_fault, mm/hugetlb.c, 6.12). They are counted neither in
 * rss nor, but for the tables above, in pgtables_bytes.
 */
import { addHugeMap } from '../hw/folio.ts'
import { FRAME_EXCLUSIVE, FRAME_PAGECACHE } from '../hw/frames.ts'
import { ACCESS_WRITE, indexOf } from '../hw/walker.ts'
import { MM } from '../pgtable/fields.ts'
import { FAULT, VM } from '../trace/schema.ts'
import { done } from './faultEnd.ts'
import { hugeIndex, HugetlbFile } from './hugetlbFile.ts'
import { dropHugePage, unmapHugePage } from './hugetlbRange.ts'
import type { Kernel } from './kernel.ts'
import { hugePteAlloc } from './pmdSharing.ts'
import { BUS_ADRERR, OOM } from './signals.ts'
import { vmfAnonPrepare } from './vmFault.ts'
import type { Vma } from './vma.ts'

/** hugetlb_fault */
export function hugetlbFault(kernel: Kernel): number {
  const { vmf, pt } = kernel
  const { file } = vmf.vma
  if (!(file instanceof HugetlbFile)) return BUS_ADRERR
  const holder = hugePteAlloc(kernel, vmf.process.mm, vmf.vma, vmf.vpn)
  if (holder === 0) return OOM
  vmf.pmdTable = holder
  vmf.pmdIndex = indexOf(pt.levels[pt.last - 1], vmf.vpnLo, vmf.vpnHi)
  readEntry(kernel)
  const level = pt.levels[pt.last - 1]
  if (level.table!.isNone(vmf.lo, vmf.hi)) return noPage(kernel, file)
  if (vmf.access === ACCESS_WRITE && !level.leaf!.isWrite(vmf.lo, vmf.hi)) return writeProtected(kernel, file)
  let lo = level.leaf!.mkyoung(vmf.lo, vmf.hi)
  if (vmf.access === ACCESS_WRITE) lo = level.leaf!.mkdirty(lo, level.leaf!.hi)
  kernel.memory.tables.set(holder, vmf.pmdIndex, lo, level.leaf!.hi, 0)
  return done(kernel, FAULT.accessFlag, 0, 0)
}

function readEntry({ vmf, memory }: Kernel): void {
  const at = memory.tables.at(vmf.pmdTable, vmf.pmdIndex)
  vmf.lo = memory.tables.words[at]
  vmf.hi = memory.tables.words[at + 1]
}

/** hugetlb_no_page: the file's page, or one of the process's own, which reads of a private mapping get too. */
function noPage(kernel: Kernel, file: HugetlbFile): number {
  const { vma, vpn, process, access } = kernel.vmf
  const index = hugeIndex(file, vma, vpn)
  if (vma.robbed || index >= file.length) return BUS_ADRERR
  const shared = (vma.flags & VM.MAYSHARE) !== 0
  let frame = file.at(index)
  if (frame < 0 && shared) frame = file.insert(index)
  const cached = frame >= 0
  if (!cached && !shared) frame = ownPage(kernel, vma, index)
  if (frame < 0) return BUS_ADRERR
  if (cached) kernel.memory.frames.refcount[frame]++
  mapPage(kernel, frame, shared ? (vma.flags & VM.WRITE) !== 0 : !cached && access === ACCESS_WRITE)
  process.mm.add(MM.hugetlb_usage, file.unit)
  if (shared || !cached || access !== ACCESS_WRITE) return done(kernel, FAULT.hugetlb, frame, 0)
  readEntry(kernel)
  return writeProtected(kernel, file)
}

/** A page for a private mapping, by the reservation it has for this place. −1: none to be had. */
function ownPage(kernel: Kernel, vma: Vma, index: number): number {
  if (vma.anonVma === null) vmfAnonPrepare(kernel)
  const frame = kernel.hugetlb.take(vma.reserved?.has(index) === true)
  if (frame < 0) return -1
  vma.reserved?.delete(index)
  kernel.memory.frames.flags[frame] |= FRAME_EXCLUSIVE
  return frame
}

/** make_huge_pte */
function mapPage(kernel: Kernel, frame: number, writable: boolean): void {
  const { vmf, memory } = kernel
  const leaf = kernel.pt.levels[kernel.pt.last - 1].leaf!
  addHugeMap(memory.frames, frame, 1)
  let lo = leaf.mk(frame, vmf.vma.prot)
  lo = leaf.wrprotect(lo, leaf.hi)
  lo = leaf.mkyoung(lo, leaf.hi)
  lo = leaf.mkhuge(lo, leaf.hi)
  if (writable) {
    lo = leaf.mkdirty(lo, leaf.hi)
    lo = leaf.mkwrite(lo, leaf.hi)
  }
  memory.tables.set(vmf.pmdTable, vmf.pmdIndex, lo, leaf.hi, 0)
}

/** hugetlb_wp: a shared page becomes writable, an anonymous one of ours alone is reused, anything else copied. */
function writeProtected(kernel: Kernel, file: HugetlbFile): number {
  const { vmf } = kernel
  const { frames } = kernel.memory
  const leaf = kernel.pt.levels[kernel.pt.last - 1].leaf!
  const old = leaf.pfn(vmf.lo, vmf.hi)
  if (vmf.vma.flags & VM.MAYSHARE) return reuse(kernel, old)
  const anonymous = (frames.flags[old] & FRAME_PAGECACHE) === 0
  if (anonymous && frames.entireMapcount[old] === 1) {
    frames.flags[old] |= FRAME_EXCLUSIVE
    return reuse(kernel, old)
  }
  return copy(kernel, file, old, anonymous)
}

function reuse(kernel: Kernel, frame: number): number {
  const { vmf, memory } = kernel
  const leaf = kernel.pt.levels[kernel.pt.last - 1].leaf!
  let lo = leaf.mkdirty(vmf.lo, vmf.hi)
  lo = leaf.mkwrite(lo, leaf.hi)
  memory.tables.set(vmf.pmdTable, vmf.pmdIndex, lo, leaf.hi, 0)
  return done(kernel, FAULT.cowReuse, frame, 0)
}

function copy(kernel: Kernel, file: HugetlbFile, old: number, anonymous: boolean): number {
  const { vmf, memory, pt } = kernel
  const { vma } = vmf
  const level = pt.levels[pt.last - 1]
  // The reservation of an anonymous page is used up: whoever made it needs one beyond all reservations.
  const owner = anonymous && vma.reserved !== null
  const frame = owner ? kernel.hugetlb.take(false) : ownPage(kernel, vma, hugeIndex(file, vma, vmf.vpn))
  if (frame < 0) return owner ? rob(kernel, file, old) : BUS_ADRERR
  if (vma.anonVma === null) vmfAnonPrepare(kernel)
  memory.frames.flags[frame] |= FRAME_EXCLUSIVE
  if (!memory.data.empty) for (let i = 0; i < file.unit; i++) memory.data.copy(old + i, frame + i)
  const first = Math.floor(vmf.vpn / file.unit) * file.unit
  memory.tables.set(vmf.pmdTable, vmf.pmdIndex, level.noneLo, level.noneHi, 0)
  kernel.flush.range(vmf.process.mm, first, first + file.unit, level.pageShift, false)
  mapPage(kernel, frame, true)
  dropHugePage(kernel, old)
  return done(kernel, FAULT.cowCopy, frame, old)
}

/** unmap_ref_private: the mapping that reserved the page gets it, and children that share it lose it for good. */
function rob(kernel: Kernel, file: HugetlbFile, page: number): number {
  const { vmf } = kernel
  const index = hugeIndex(file, vmf.vma, vmf.vpn)
  for (const [vma, mm] of file.mappings) {
    if (vma === vmf.vma || vma.flags & VM.MAYSHARE || vma.reserved !== null) continue
    const vpn = vma.start + index * file.unit - vma.pgoff
    if (vpn >= vma.start && vpn < vma.end && unmapHugePage(kernel, mm, vma, vpn, page)) vma.robbed = true
  }
  const { frames } = kernel.memory
  if (frames.entireMapcount[page] !== 1) return BUS_ADRERR
  frames.flags[page] |= FRAME_EXCLUSIVE
  return reuse(kernel, page)
}

/** Whether a border at `page` is allowed in this VMA. */
export function hugetlbAligned(kernel: Kernel, vma: Vma, page: number): boolean {
  return (vma.flags & VM.HUGETLB) === 0 || page % 2 ** kernel.behaviour.hugetlbOrder === 0
}
