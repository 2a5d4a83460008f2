/**
 * hugetlb: pages of one pmd from a pool set aside at boot, reserved at mmap (mm/hugetlb.c, 6.12). Private mappings only;
 * counted neither in rss nor, but for the tables above, in pgtables_bytes.
 */
import { addHugeMap, makeFolio } from '../hw/folio.ts'
import { FRAME_EXCLUSIVE } from '../hw/frames.ts'
import { ACCESS_WRITE, indexOf } from '../hw/walker.ts'
import { MM } from '../pgtable/fields.ts'
import { FAULT, KIND, OBJ, PAGE, VM } from '../trace/schema.ts'
import { done } from './faultEnd.ts'
import type { Kernel } from './kernel.ts'
import type { MmStruct } from './mmStruct.ts'
import { walkRange } from './rangeWalk.ts'
import { BUS_ADRERR, OOM } from './signals.ts'
import { vmfAnonPrepare } from './vmFault.ts'
import type { MmFile, Vma } from './vma.ts'

export const HUGETLB_NAME = '/anon_hugepage (deleted)'

export class HugetlbPool {
  private readonly frames: number[] = []
  private readonly kernel: Kernel
  /** HugePages_Total and HugePages_Rsvd */
  readonly total: number
  reserved = 0

  /** `count` pages that one pmd entry maps (hugepages= on the command line); fewer when memory is short. */
  constructor(kernel: Kernel, count: number) {
    this.kernel = kernel
    const { hugetlbOrder } = kernel.behaviour
    for (let i = 0; i < count && hugetlbOrder > 0; i++) {
      const frame = kernel.memory.allocPages(hugetlbOrder, PAGE.hugetlb)
      if (frame < 0) break
      this.frames.push(frame)
    }
    this.total = this.frames.length
  }

  /** HugePages_Free */
  get free(): number {
    return this.frames.length
  }

  /** hugetlb_reserve_pages: false when the pool cannot promise so many. */
  reserve(pages: number): boolean {
    if (this.free - this.reserved < pages) return false
    this.reserved += pages
    return true
  }

  /** A page for a mapping that `owns` a reservation or not; −1 when there is none to be had. */
  take(owns: boolean): number {
    if (!owns && this.free - this.reserved < 1) return -1
    const frame = this.frames.pop()
    if (frame === undefined) return -1
    if (owns) this.reserved--
    makeFolio(this.kernel.memory.frames, frame, this.kernel.behaviour.hugetlbOrder)
    this.kernel.memory.frames.refcount[frame] = 1
    return frame
  }

  give(frame: number): void {
    this.kernel.memory.frames.refcount[frame] = 0
    this.frames.push(frame)
  }
}

/** The file behind MAP_HUGETLB memory; counts which of its reservations are still unused. */
export class HugetlbFile implements MmFile {
  readonly id: number
  readonly name = HUGETLB_NAME
  readonly size: number
  /** Offsets (in huge pages) reserved and not yet faulted in. */
  readonly promised = new Set<number>()

  constructor(id: number, size: number) {
    this.id = id
    this.size = size
  }
}

/** hugetlb_file_setup: what the trace knows of it is its name. */
export function newHugetlbFile(kernel: Kernel, size: number): HugetlbFile {
  const file = new HugetlbFile(kernel.newFileId(), size)
  const { trace } = kernel
  if (trace.active) trace.emit(KIND.OBJ_NEW, 0, OBJ.file, file.id, trace.string(file.name), 0, 0, 0)
  return file
}

/** hugetlb_fault */
export function hugetlbFault(kernel: Kernel): number {
  const { vmf, pt } = kernel
  const holder = pt.pmdAlloc(vmf.process.mm, vmf.vpnLo, vmf.vpnHi)
  if (holder === 0) return OOM
  vmf.pmdTable = holder
  vmf.pmdIndex = indexOf(pt.levels[pt.last - 1], vmf.vpnLo, vmf.vpnHi)
  const { tables } = kernel.memory
  const at = tables.at(holder, vmf.pmdIndex)
  vmf.lo = tables.words[at]
  vmf.hi = tables.words[at + 1]
  const level = pt.levels[pt.last - 1]
  if (level.table!.isNone(vmf.lo, vmf.hi)) return noPage(kernel)
  if (vmf.access === ACCESS_WRITE && !level.leaf!.isWrite(vmf.lo, vmf.hi)) return writeProtected(kernel)
  let lo = level.leaf!.mkyoung(vmf.lo, vmf.hi)
  if (vmf.access === ACCESS_WRITE) lo = level.leaf!.mkdirty(lo, level.leaf!.hi)
  tables.set(holder, vmf.pmdIndex, lo, level.leaf!.hi, 0)
  return done(kernel, FAULT.accessFlag, 0, 0)
}

/** hugetlb_no_page: reads of a private mapping get a page of their own too, without write permission. */
function noPage(kernel: Kernel): number {
  const { vmf } = kernel
  if (vmf.vma.anonVma === null) vmfAnonPrepare(kernel)
  const frame = kernel.hugetlb.take(usePromise(kernel))
  if (frame < 0) return BUS_ADRERR
  mapPage(kernel, frame)
  vmf.process.mm.add(MM.hugetlb_usage, 2 ** kernel.behaviour.hugetlbOrder)
  return done(kernel, FAULT.hugetlb, frame, 0)
}

/** Whether this page of the mapping was reserved at mmap and not used yet. */
function usePromise(kernel: Kernel): boolean {
  const { vma, vpn } = kernel.vmf
  const order = 2 ** kernel.behaviour.hugetlbOrder
  return (
    vma.file instanceof HugetlbFile &&
    vma.file.promised.delete(Math.floor((vpn - vma.start) / order) + Math.floor(vma.pgoff / order))
  )
}

/** make_huge_pte, made writable at once by a write (hugetlb_wp on the fresh page). */
function mapPage(kernel: Kernel, frame: number): void {
  const { vmf, memory } = kernel
  const leaf = kernel.pt.levels[kernel.pt.last - 1].leaf!
  memory.frames.flags[frame] |= FRAME_EXCLUSIVE
  addHugeMap(memory.frames, frame, 1)
  let lo = leaf.mk(frame, vmf.vma.prot)
  lo = leaf.wrprotect(lo, leaf.hi)
  lo = leaf.mkyoung(lo, leaf.hi)
  lo = leaf.mkhuge(lo, leaf.hi)
  if (vmf.access === ACCESS_WRITE) {
    lo = leaf.mkdirty(lo, leaf.hi)
    lo = leaf.mkwrite(lo, leaf.hi)
  }
  memory.tables.set(vmf.pmdTable, vmf.pmdIndex, lo, leaf.hi, 0)
}

/** hugetlb_wp: reuse what is ours alone, else copy. */
function writeProtected(kernel: Kernel): number {
  const { vmf, memory, pt } = kernel
  const level = pt.levels[pt.last - 1]
  const leaf = level.leaf!
  const { frames } = memory
  const old = leaf.pfn(vmf.lo, vmf.hi)
  if (frames.flags[old] & FRAME_EXCLUSIVE || frames.refcount[old] === 1) {
    frames.flags[old] |= FRAME_EXCLUSIVE
    let lo = leaf.mkdirty(vmf.lo, vmf.hi)
    lo = leaf.mkwrite(lo, leaf.hi)
    memory.tables.set(vmf.pmdTable, vmf.pmdIndex, lo, leaf.hi, 0)
    return done(kernel, FAULT.cowReuse, old, 0)
  }
  const frame = kernel.hugetlb.take(usePromise(kernel))
  if (frame < 0) return BUS_ADRERR
  const pages = 2 ** kernel.behaviour.hugetlbOrder
  const first = Math.floor(vmf.vpn / pages) * pages
  memory.tables.set(vmf.pmdTable, vmf.pmdIndex, level.noneLo, level.noneHi, 0)
  kernel.flush.range(vmf.process.mm, first, first + pages, level.pageShift, false)
  mapPage(kernel, frame)
  dropPage(kernel, old)
  return done(kernel, FAULT.cowCopy, frame, old)
}

function dropPage(kernel: Kernel, frame: number): void {
  const { frames } = kernel.memory
  addHugeMap(frames, frame, -1)
  if (--frames.refcount[frame] === 0) kernel.hugetlb.give(frame)
}

/** __unmap_hugepage_range */
export function zapHugetlb(kernel: Kernel, mm: MmStruct, from: number, to: number): void {
  const level = kernel.pt.levels[kernel.pt.last - 1]
  const { tables } = kernel.memory
  walkRange(kernel, mm, from, to, {
    ptes: () => {},
    huge: (holder, index, at) => {
      const entry = tables.at(holder, index)
      const frame = level.leaf!.pfn(tables.words[entry], tables.words[entry + 1])
      tables.set(holder, index, level.noneLo, level.noneHi, 0)
      kernel.gather.range(at, at + 2 ** level.pageShift, level.pageShift)
      mm.add(MM.hugetlb_usage, -(2 ** level.pageShift))
      dropPage(kernel, frame)
    },
  })
}

/** Gives back what a mapping that goes had reserved and never used (hugetlb_vm_op_close). */
export function unreserve(kernel: Kernel, vma: Vma): void {
  if (!(vma.file instanceof HugetlbFile)) return
  const order = 2 ** kernel.behaviour.hugetlbOrder
  for (let page = vma.pgoff / order; page < (vma.pgoff + vma.pages) / order; page++) {
    if (vma.file.promised.delete(page)) kernel.hugetlb.reserved--
  }
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
  mm.add(MM.hugetlb_usage, 2 ** level.pageShift)
}

/** Whether a border at `page` is allowed in this VMA. */
export function hugetlbAligned(kernel: Kernel, vma: Vma, page: number): boolean {
  return (vma.flags & VM.HUGETLB) === 0 || page % 2 ** kernel.behaviour.hugetlbOrder === 0
}
