/**
 * PG_dirty and PG_referenced of page-cache pages, which smaps counts beside the bits of the entries (mm/swap.c,
 * mm/page-writeback.c, 6.12).
 */
import { headOf } from '../hw/folio.ts'
import { FRAME_ACTIVE, FRAME_DIRTY, FRAME_REFERENCED, FRAME_TAIL, type Frames } from '../hw/frames.ts'
import { KIND, PAGE } from '../trace/schema.ts'
import type { Kernel } from './kernel.ts'

/** folio_mark_dirty */
export function markDirty(frames: Frames, frame: number): void {
  const head = headOf(frames, frame)
  frames.setFlags(head, frames.flags[head] | FRAME_DIRTY)
}

/** folio_mark_accessed: without MGLRU the second use of an inactive page makes it active and forgets the first. */
export function markAccessed(kernel: Kernel, frame: number): void {
  const { frames } = kernel.memory
  const head = headOf(frames, frame)
  const flags = frames.flags[head]
  if ((flags & FRAME_REFERENCED) === 0) frames.setFlags(head, flags | FRAME_REFERENCED)
  else if (!kernel.behaviour.lruGen && (flags & FRAME_ACTIVE) === 0)
    frames.setFlags(head, (flags | FRAME_ACTIVE) & ~FRAME_REFERENCED)
}

export function isDirtyPage(frames: Frames, frame: number): boolean {
  return (frames.flags[frame] & FRAME_DIRTY) !== 0
}

export function isReferencedPage(frames: Frames, frame: number): boolean {
  return (frames.flags[frame] & FRAME_REFERENCED) !== 0
}

/** Puts the flags that a call changed into the trace, runs of neighbours as one event. */
export function recordPageFlags(kernel: Kernel): void {
  const { frames } = kernel.memory
  const { changed } = frames
  if (changed === null || changed.length === 0) return
  const heads = [...new Set(changed)].filter((frame) => isShown(frames, frame)).sort((x, y) => x - y)
  changed.length = 0
  for (let i = 0; i < heads.length;) {
    const first = heads[i]
    let count = 1
    while (
      i + count < heads.length &&
      heads[i + count] === first + count &&
      alike(frames, first, first + count)
    )
      count++
    kernel.trace.emit(KIND.PAGE_STATE, frames.flags[first], frames.kind[first], first, count, 0, 0, 0)
    i += count
  }
}

function isShown(frames: Frames, frame: number): boolean {
  return frames.kind[frame] !== PAGE.free && (frames.flags[frame] & FRAME_TAIL) === 0
}

function alike(frames: Frames, one: number, other: number): boolean {
  return frames.kind[one] === frames.kind[other] && frames.flags[one] === frames.flags[other]
}
