/**
 * mremap (mm/mremap.c, 6.12; DIGEST G.6): grow in place, shrink, or move with the tables.
 */
import { VM } from '../trace/schema.ts'
import { ERRNO } from './errno.ts'
import type { Kernel } from './kernel.ts'
import { accountLocked } from './locked.ts'
import { growAddressSpace } from './mmap.ts'
import type { MmStruct } from './mmStruct.ts'
import { moveVma } from './moveVma.ts'
import { mremapMany } from './mremapMany.ts'
import { doMunmap } from './munmap.ts'
import { getUnmappedArea, type PlacementRequest } from './placement.ts'
import { mmPopulate } from './populate.ts'
import type { Process } from './process.ts'
import type { Vma } from './vma.ts'
import { vmaExtend } from './vmaModify.ts'
import { accountPages } from './vmaRecord.ts'

/** Page numbers and counts. */
export interface MremapRequest {
  page: number
  oldPages: number
  newPages: number
  /** MREMAP_MAYMOVE, MREMAP_FIXED (to `newPage`), MREMAP_DONTUNMAP */
  mayMove: boolean
  fixed: boolean
  dontUnmap: boolean
  newPage: number
}

/** First page of the mapping as it is now, or a negative errno. */
export function doMremap(kernel: Kernel, process: Process, request: MremapRequest): number {
  const { mayMove, fixed, dontUnmap } = request
  if (fixed && !mayMove) return -ERRNO.EINVAL
  if (dontUnmap && (!mayMove || request.oldPages !== request.newPages)) return -ERRNO.EINVAL
  if (request.newPages === 0) return -ERRNO.EINVAL
  const vma = process.mm.vmas.containing(request.page)
  if (vma === null) return -ERRNO.EFAULT
  if ((vma.flags & VM.HUGETLB) === 0) return remap(kernel, process, vma, request)
  const whole = inHugePages(kernel, request)
  return whole === null ? -ERRNO.EINVAL : remap(kernel, process, vma, whole)
}

function remap(kernel: Kernel, process: Process, vma: Vma, request: MremapRequest): number {
  const { oldPages, newPages, fixed, dontUnmap } = request
  if (fixed || dontUnmap) {
    if (!kernel.behaviour.mremapManyVmas || oldPages !== newPages) return mremapTo(kernel, process, request)
    return mremapMany(process.mm, request, (part) => mremapTo(kernel, process, part))
  }
  if (oldPages >= newPages) return shrink(kernel, process.mm, request)
  return grow(kernel, process, vma, request)
}

/** Huge pages move and shrink as a whole, and reservations cannot grow: null then. */
function inHugePages(kernel: Kernel, request: MremapRequest): MremapRequest | null {
  const size = 2 ** kernel.behaviour.hugetlbOrder
  const oldPages = Math.ceil(request.oldPages / size) * size
  const newPages = Math.ceil(request.newPages / size) * size
  if (request.page % size !== 0 || request.newPage % size !== 0 || newPages > oldPages) return null
  return { ...request, oldPages, newPages }
}

function shrink(kernel: Kernel, mm: MmStruct, { page, oldPages, newPages }: MremapRequest): number {
  if (oldPages === newPages) return page
  const result = doMunmap(kernel, mm, page + newPages, page + oldPages)
  return result < 0 ? result : page
}

function grow(kernel: Kernel, process: Process, vma: Vma, request: MremapRequest): number {
  const { mm } = process
  const { page, oldPages, newPages } = request
  const refused = resizable(vma, page, oldPages, newPages, false)
  if (refused < 0) return refused
  if (oldPages === vma.end - page && isExpandable(kernel, mm, vma, newPages - oldPages))
    return growInPlace(kernel, process, vma, request)
  if (!request.mayMove) return -ERRNO.ENOMEM
  const target = place(kernel, mm, vma, request, 0, false)
  return target < 0 ? target : move(kernel, process, vma, request, oldPages, target)
}

function growInPlace(kernel: Kernel, process: Process, vma: Vma, request: MremapRequest): number {
  const { mm } = process
  const { page, oldPages, newPages } = request
  const grown = vmaExtend(mm.context, vma, newPages - oldPages)
  if (grown === null) return -ERRNO.ENOMEM
  accountPages(mm, grown.flags, newPages - oldPages)
  accountLocked(mm, grown.flags, newPages - oldPages)
  if (grown.flags & VM.LOCKED) mmPopulate(kernel, process, page + oldPages, page + newPages, true)
  return page
}

/** vma_expandable: nothing above, and still inside user space. */
function isExpandable(kernel: Kernel, mm: MmStruct, vma: Vma, pages: number): boolean {
  const end = vma.end + pages
  return end <= kernel.behaviour.layout.taskPages && mm.vmas.intersection(vma.end, end) === null
}

/** vma_to_resize: 0, or why this part of the VMA may not change its size. */
function resizable(vma: Vma, page: number, oldPages: number, newPages: number, dontUnmap: boolean): number {
  const fixedSize = (vma.flags & (VM.DONTEXPAND | VM.PFNMAP)) !== 0
  if (oldPages === 0 && (vma.flags & (VM.SHARED | VM.MAYSHARE)) === 0) return -ERRNO.EINVAL
  if (dontUnmap && fixedSize) return -ERRNO.EINVAL
  if (oldPages > vma.end - page) return -ERRNO.EFAULT
  return newPages !== oldPages && fixedSize ? -ERRNO.EFAULT : 0
}

/** mremap_to: to a place of the caller's, or anywhere with DONTUNMAP. */
function mremapTo(kernel: Kernel, process: Process, request: MremapRequest): number {
  const { mm } = process
  const { page, newPages, newPage, fixed, dontUnmap } = request
  let { oldPages } = request
  const { taskPages } = kernel.behaviour.layout
  if (newPages > taskPages || newPage > taskPages - newPages) return -ERRNO.EINVAL
  if (page + oldPages > newPage && newPage + newPages > page) return -ERRNO.EINVAL
  // Both ends may be split in three later on.
  if (mm.vmas.count + 2 >= kernel.behaviour.vmaRules.maxMapCount - 3) return -ERRNO.ENOMEM
  if (fixed) {
    const cleared = doMunmap(kernel, mm, newPage, newPage + newPages)
    if (cleared < 0) return cleared
  }
  if (oldPages > newPages) {
    const cut = doMunmap(kernel, mm, page + newPages, page + oldPages)
    if (cut < 0) return cut
    oldPages = newPages
  }
  const vma = mm.vmas.containing(page)
  if (vma === null) return -ERRNO.EFAULT
  const refused = resizable(vma, page, oldPages, newPages, dontUnmap)
  if (refused < 0) return refused
  const target = place(kernel, mm, vma, request, newPage, fixed)
  return target < 0 ? target : move(kernel, process, vma, request, oldPages, target)
}

function place(
  kernel: Kernel,
  mm: MmStruct,
  vma: Vma,
  request: MremapRequest,
  hintPage: number,
  fixed: boolean,
): number {
  const at = getUnmappedArea(mm.vmas, kernel.behaviour.layout, {
    hintPage,
    pages: request.newPages,
    fixed,
    noReplace: false,
    kind: placementKind(vma),
    pgoff: vma.file === null ? 0 : vma.pgoff + (request.page - vma.start),
    alignPages: vma.flags & VM.HUGETLB ? 2 ** kernel.behaviour.hugetlbOrder : 1,
  })
  if (at < 0) return at
  return growAddressSpace(kernel, mm, at + request.newPages) ? at : -ERRNO.ENOMEM
}

function placementKind(vma: Vma): PlacementRequest['kind'] {
  if (vma.flags & VM.HUGETLB) return 'hugetlb'
  if (vma.file === null) return vma.flags & VM.MAYSHARE ? 'shmem' : 'anonymous'
  return vma.file.onDisk ? 'thp-file' : 'shmem'
}

function move(
  kernel: Kernel,
  process: Process,
  vma: Vma,
  { page, newPages, dontUnmap }: MremapRequest,
  oldPages: number,
  target: number,
): number {
  const locked = (vma.flags & VM.LOCKED) !== 0
  const at = moveVma(kernel, process.mm, vma, { page, oldPages, newPages, target, dontUnmap })
  if (at >= 0 && locked && newPages > oldPages)
    mmPopulate(kernel, process, at + oldPages, at + newPages, true)
  return at
}
