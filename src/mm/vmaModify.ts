/**
 * Splitting VMAs and giving part of one new flags (mm/vma.c, 6.12: __split_vma, vma_modify_flags, vma_expand, vma_shrink).
 * Results below zero are negative errno values.
 */
import { ERRNO } from './errno.ts'
import type { UserfaultContext } from './userfault.ts'
import type { Vma } from './vma.ts'
import type { VmaContext } from './vmaContext.ts'
import { duplicate, freeVma, setFlags, setRange } from './vmaFields.ts'
import { vmaMergeExisting, vmaMergeNewRange } from './vmaMerge.ts'

/**
 * __split_vma(): cuts `vma` at `page`. With `newBelow` the new VMA is the lower part, else the upper; `vma` keeps the rest.
 * Returns the new VMA. max_map_count is the caller's to check (mayAddVma).
 */
export function splitVma(context: VmaContext, vma: Vma, page: number, newBelow: boolean): Vma {
  const { start, end, pgoff } = vma
  if (page <= start || page >= end) throw new Error(`cannot split VMA ${start}–${end} at ${page}`)
  context.splitHuge(vma, page)
  const fresh = newBelow ? duplicate(context, vma, start, page) : duplicate(context, vma, page, end)
  if (newBelow) setRange(context, vma, page, end, pgoff + (page - start))
  else setRange(context, vma, start, page, pgoff)
  context.set.insert(fresh)
  context.observer.vmaNew(fresh)
  return fresh
}

/** What split_vma() checks before it splits. */
export function mayAddVma(context: VmaContext): boolean {
  return context.set.count < context.rules.maxMapCount
}

/**
 * vma_modify_flags(): [start, end) of `vma` as a VMA of its own with the new flags, or merged with the neighbours that have
 * them. Sets the flags; callers leave VMAs alone that have them already. Returns the VMA that now holds the range, or -ENOMEM.
 */
export function vmaModifyFlags(
  context: VmaContext,
  vma: Vma,
  start: number,
  end: number,
  flags: number,
  userfault: UserfaultContext | null = vma.userfault,
): Vma | number {
  const merged = vmaMergeExisting(context, vma, start, end, flags, userfault)
  if (merged !== null) {
    const sticky = context.rules.stickySoftDirty ? merged.flags : 0
    setFlags(context, merged, flags | sticky)
    return merged
  }
  const cut = isolate(context, vma, start, end)
  if (cut < 0) return cut
  setFlags(context, vma, flags)
  return vma
}

/** Splits so that `vma` is exactly [start, end): the lower part first. 0 or -ENOMEM; the first split stays made. */
function isolate(context: VmaContext, vma: Vma, start: number, end: number): number {
  if (vma.start < start) {
    if (!mayAddVma(context)) return -ERRNO.ENOMEM
    splitVma(context, vma, start, true)
  }
  if (vma.end > end) {
    if (!mayAddVma(context)) return -ERRNO.ENOMEM
    splitVma(context, vma, end, false)
  }
  return 0
}

/**
 * vms_gather_munmap_vmas(): splits at both ends of [start, end) where a VMA reaches over them, and collects the VMAs in
 * between into `found` (emptied first), in order. They stay in the set until freeVma. 0 or -ENOMEM.
 */
export function gatherVmas(context: VmaContext, start: number, end: number, found: Vma[]): number {
  found.length = 0
  const first = context.set.intersection(start, end)
  if (first === null) return 0
  if (first.start < start) {
    if (first.end > end && !mayAddVma(context)) return -ERRNO.ENOMEM
    splitVma(context, first, start, true)
  }
  const last = context.set.containing(end)
  if (last !== null && last.start < end) splitVma(context, last, end, false)
  context.set.forEach((vma) => found.push(vma), start, end)
  return 0
}

/** Frees what gatherVmas found. */
export function freeVmas(context: VmaContext, found: readonly Vma[]): void {
  for (const vma of found) freeVma(context, vma)
}

/** vma_expand() over free pages at either end, without a merge; pgoff follows the start. */
export function expandVma(context: VmaContext, vma: Vma, start: number, end: number): void {
  setRange(context, vma, start, end, vma.pgoff + (start - vma.start))
}

/** vma_shrink() */
export function shrinkVma(context: VmaContext, vma: Vma, start: number, end: number): void {
  setRange(context, vma, start, end, vma.pgoff + (start - vma.start))
}

/** vma_merge_extend(): mremap grows `vma` in place; the result may swallow the VMA above. Null: no room to merge. */
export function vmaExtend(context: VmaContext, vma: Vma, pages: number): Vma | null {
  const { end, flags, file, anonVma, name, userfault } = vma
  const pgoff = vma.pgoff + vma.pages
  return vmaMergeNewRange(context, end, end + pages, flags, pgoff, file, anonVma, name, userfault)
}
