/**
 * When neighbouring VMAs become one, and which of them survives (mm/vma.c, 6.12: vma_merge_new_range,
 * vma_merge_existing_range). Same results as vma_merge of 6.1.
 */
import { VM } from '../trace/schema.ts'
import type { UserfaultContext } from './userfault.ts'
import type { AnonVma, MmFile, Vma } from './vma.ts'
import type { VmaContext } from './vmaContext.ts'
import { adoptAnonVma, freeVma, setFlags, setRange } from './vmaFields.ts'

/** VM_SPECIAL: mappings that must keep their borders. */
export const VM_SPECIAL = VM.IO | VM.DONTEXPAND | VM.PFNMAP | VM.MIXEDMAP

/** What is to be merged: the range as it would be, and the existing VMA it is part of (`middle`), if any. */
interface Wanted {
  start: number
  end: number
  flags: number
  pgoff: number
  file: MmFile | null
  anonVma: AnonVma | null
  middle: Vma | null
  /** vm_userfaultfd_ctx */
  userfault: UserfaultContext | null
}

/**
 * vma_merge_new_range(): free pages [start, end) become part of a neighbour that allows it, and two neighbours that
 * allow it become one. Null: nothing merged, the caller makes a VMA.
 */
export function vmaMergeNewRange(
  context: VmaContext,
  start: number,
  end: number,
  flags: number,
  pgoff: number,
  file: MmFile | null,
  anonVma: AnonVma | null = null,
  name = '',
  userfault: UserfaultContext | null = null,
): Vma | null {
  if (flags & VM_SPECIAL) return null
  const wanted: Wanted = { start, end, flags, pgoff, file, anonVma, middle: null, userfault }
  const next = context.set.find(end)
  const prev = context.set.before(start)
  const left = prev !== null && canMergeAfter(context, prev, wanted) && named(prev, name) ? prev : null
  const right = next !== null && canMergeBefore(context, next, wanted) && named(next, name) ? next : null
  if (left !== null && right !== null && joinable(left, right)) return join(context, left, right)
  if (left !== null) {
    setRange(context, left, left.start, end, left.pgoff)
    keepSoftDirty(context, left, flags)
    return left
  }
  if (right === null) return null
  setRange(context, right, start, right.end, pgoff)
  keepSoftDirty(context, right, flags)
  return right
}

/**
 * vma_merge_existing_range(): [start, end) of `vma` takes new flags and thereby becomes like a neighbour. The result has the
 * neighbour's flags. Null: nothing merged.
 */
export function vmaMergeExisting(
  context: VmaContext,
  vma: Vma,
  start: number,
  end: number,
  flags: number,
  userfault: UserfaultContext | null = vma.userfault,
): Vma | null {
  const leftSide = start === vma.start
  const rightSide = end === vma.end
  if (flags & VM_SPECIAL || (!leftSide && !rightSide)) return null
  const pgoff = vma.pgoff + (start - vma.start)
  const wanted: Wanted = {
    start,
    end,
    flags,
    pgoff,
    file: vma.file,
    anonVma: vma.anonVma,
    middle: vma,
    userfault,
  }
  const prev = leftSide ? context.set.prev(vma) : null
  const next = rightSide ? context.set.next(vma) : null
  const left = prev !== null && canMergeAfter(context, prev, wanted) && named(prev, vma.name) ? prev : null
  let right = next !== null && canMergeBefore(context, next, wanted) && named(next, vma.name) ? next : null
  if (left !== null && right !== null && !joinable(left, right)) right = null
  if (left !== null && right !== null) return mergeBoth(context, left, vma, right)
  if (left !== null) return mergeLeft(context, left, vma, end)
  return right === null ? null : mergeRight(context, vma, right, start)
}

/** Whether two neighbours of a range that both could merge with it may also merge with each other. */
function joinable(left: Vma, right: Vma): boolean {
  return left.anonVma === null || right.anonVma === null || left.anonVma === right.anonVma
}

function join(context: VmaContext, left: Vma, right: Vma): Vma {
  const { end, flags } = right
  adoptAnonVma(context, left, right)
  freeVma(context, right)
  setRange(context, left, left.start, end, left.pgoff)
  keepSoftDirty(context, left, flags)
  return left
}

function mergeBoth(context: VmaContext, left: Vma, vma: Vma, right: Vma): Vma {
  const { end } = right
  const flags = vma.flags | right.flags
  adoptAnonVma(context, left, right.anonVma === null ? vma : right)
  freeVma(context, vma)
  freeVma(context, right)
  setRange(context, left, left.start, end, left.pgoff)
  keepSoftDirty(context, left, flags)
  return left
}

function mergeLeft(context: VmaContext, left: Vma, vma: Vma, end: number): Vma {
  adoptAnonVma(context, left, vma)
  if (end === vma.end) freeVma(context, vma)
  else {
    context.splitHuge(vma, end)
    setRange(context, vma, end, vma.end, vma.pgoff + (end - vma.start))
  }
  setRange(context, left, left.start, end, left.pgoff)
  keepSoftDirty(context, left, vma.flags)
  return left
}

function mergeRight(context: VmaContext, vma: Vma, right: Vma, start: number): Vma {
  const pgoff = right.pgoff - (right.start - start)
  adoptAnonVma(context, right, vma)
  if (start === vma.start) freeVma(context, vma)
  else {
    context.splitHuge(vma, start)
    setRange(context, vma, vma.start, start, vma.pgoff)
  }
  setRange(context, right, start, right.end, pgoff)
  keepSoftDirty(context, right, vma.flags)
  return right
}

function keepSoftDirty(context: VmaContext, vma: Vma, flags: number): void {
  if (context.rules.stickySoftDirty) setFlags(context, vma, vma.flags | (flags & VM.SOFTDIRTY))
}

/** can_vma_merge_after(): `vma` could grow upwards over the range. */
function canMergeAfter(context: VmaContext, vma: Vma, wanted: Wanted): boolean {
  return vma.end === wanted.start && vma.pgoff + vma.pages === wanted.pgoff && mergeable(context, vma, wanted)
}

/** can_vma_merge_before(): `vma` could grow downwards over the range. */
function canMergeBefore(context: VmaContext, vma: Vma, wanted: Wanted): boolean {
  const pages = wanted.end - wanted.start
  return vma.start === wanted.end && wanted.pgoff + pages === vma.pgoff && mergeable(context, vma, wanted)
}

/** is_mergeable_vma() and is_mergeable_anon_vma() */
function mergeable(context: VmaContext, vma: Vma, wanted: Wanted): boolean {
  if ((vma.flags ^ wanted.flags) & ~VM.SOFTDIRTY || vma.file !== wanted.file) return false
  if (vma.userfault !== wanted.userfault) return false
  if (vma.anonVma === wanted.anonVma) return true
  if (vma.anonVma !== null && wanted.anonVma !== null) return false
  if (vma.anonVma !== null) return isSingular(vma)
  // An empty chain isn't singular either: until 6.16 a VMA that has faulted never merged into one that has not.
  return context.rules.mergeIntoUnfaulted && (wanted.middle === null || isSingular(wanted.middle))
}

/** list_is_singular(&vma->anon_vma_chain): false in a forked child, whose pages hang off its ancestors too. */
function isSingular(vma: Vma): boolean {
  return vma.chain.length === 1
}

/** Special mappings keep their names; the heap and the mapping beside it differ only in what maps calls them. */
function named(vma: Vma, name: string): boolean {
  return vma.name === name || (isPlain(vma.name) && isPlain(name))
}

function isPlain(name: string): boolean {
  return name === '' || name === '[heap]' || name === '[stack]'
}
