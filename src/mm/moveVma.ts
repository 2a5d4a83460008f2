/**
 * move_vma and copy_vma (mm/mremap.c, mm/vma.c, 6.12).
 */
import { MM, VMA } from '../pgtable/fields.ts'
import { VM } from '../trace/schema.ts'
import { unlinkAnonVmas } from './anonVmas.ts'
import { ERRNO } from './errno.ts'
import type { Kernel } from './kernel.ts'
import { accountLocked, VM_LOCKED_MASK } from './locked.ts'
import type { MmStruct } from './mmStruct.ts'
import { keepingReservations } from './moveHugetlb.ts'
import { movePageTables } from './moveTables.ts'
import { doMunmap } from './munmap.ts'
import { forgetUserfault } from './userfault.ts'
import type { Vma } from './vma.ts'
import { adoptAnonVma, duplicate, setFlags, setRange } from './vmaFields.ts'
import { vmaMergeNewRange } from './vmaMerge.ts'
import { splitVma } from './vmaModify.ts'
import { accountPages } from './vmaRecord.ts'

export interface VmaMove {
  page: number
  oldPages: number
  newPages: number
  target: number
  dontUnmap: boolean
}

/** Moves part of `vma` to free pages from `target` on. Its first page there, or a negative errno. */
export function moveVma(kernel: Kernel, mm: MmStruct, vma: Vma, move: VmaMove): number {
  if (mm.vmas.count >= kernel.behaviour.vmaRules.maxMapCount - 3) return -ERRNO.ENOMEM
  if (move.dontUnmap && vma.flags & VM.LOCKED) isolate(mm, vma, move)
  const { flags } = vma
  const copied = copyVma(kernel, mm, vma, move)
  const source = copied.start <= vma.start && vma.start < copied.end ? copied : vma
  const { page, oldPages, newPages, target } = move
  const moved = movePageTables(kernel, mm, source, copied, page, target, oldPages)
  accountPages(mm, flags, newPages)
  if (moved < oldPages) return moveBack(kernel, mm, source, copied, move, moved)
  forgetUserfault(mm, copied)
  if (move.dontUnmap) return leave(mm, source, copied, move)
  // For a moment both places count: no peak.
  const peak = mm.get(MM.hiwater_vm)
  if (oldPages > 0) keepingReservations(source, () => doMunmap(kernel, mm, page, page + oldPages))
  mm.set(MM.hiwater_vm, peak)
  accountLocked(mm, flags, newPages)
  return target
}

/** A locked VMA is cut to size first, so that only what moves is unlocked. */
function isolate({ context }: MmStruct, vma: Vma, { page, oldPages }: VmaMove): void {
  if (vma.start < page) splitVma(context, vma, page, true)
  if (vma.end > page + oldPages) splitVma(context, vma, page + oldPages, false)
}

/** copy_vma: the VMA at the new place, or the one there that takes the range in. */
function copyVma(kernel: Kernel, { context }: MmStruct, vma: Vma, move: VmaMove): Vma {
  const { target, newPages, page } = move
  // Anonymous memory that never faulted is numbered by its place.
  const fresh = vma.file === null && vma.anonVma === null
  const pgoff = fresh ? target : vma.pgoff + (page - vma.start)
  const end = target + newPages
  // With DONTUNMAP the source stays a VMA of its own: it must not take in what lies beside it.
  const besideItself = fresh && move.dontUnmap && (target === vma.end || end === vma.start)
  const merged = besideItself
    ? null
    : vmaMergeNewRange(context, target, end, vma.flags, pgoff, vma.file, vma.anonVma, vma.name, vma.userfault)
  if (merged !== null) {
    adoptAnonVma(context, merged, vma)
    return merged
  }
  const copy = duplicate(context, vma, target, end)
  copy.pgoff = pgoff
  context.set.insert(copy)
  context.observer.vmaNew(copy)
  return copy
}

/** No memory for a table: what went over comes back, and the new place goes. */
function moveBack(
  kernel: Kernel,
  mm: MmStruct,
  source: Vma,
  copied: Vma,
  { page, newPages, target }: VmaMove,
  moved: number,
): number {
  movePageTables(kernel, mm, copied, source, target, page, moved)
  accountLocked(mm, copied.flags, newPages)
  keepingReservations(copied, () => doMunmap(kernel, mm, target, target + newPages))
  return -ERRNO.ENOMEM
}

/** MREMAP_DONTUNMAP: the old VMA stays, empty and unlocked; one that gave everything away is as if it had never faulted. */
function leave(
  mm: MmStruct,
  source: Vma,
  copied: Vma,
  { page, oldPages, newPages, target }: VmaMove,
): number {
  const { context } = mm
  accountLocked(mm, source.flags, newPages - oldPages)
  setFlags(context, source, source.flags & ~VM_LOCKED_MASK)
  if (source !== copied && source.start === page && source.end === page + oldPages) forget(mm, source)
  return target
}

function forget({ context }: MmStruct, vma: Vma): void {
  const old = vma.anonVma?.id ?? 0
  unlinkAnonVmas(vma)
  if (old !== 0) context.observer.vmaField(vma, VMA.anon_vma, old, 0)
  if (vma.file === null) setRange(context, vma, vma.start, vma.end, vma.start)
}
