/**
 * PG_dirty and PG_referenced of page-cache pages, which smaps counts beside the bits of the entries (mm/swap.c,
 * mm/page-writeback.c, 6.12).
 */
import { FRAME_ACTIVE, FRAME_DIRTY, FRAME_REFERENCED, type Frames } from '../hw/frames.ts'
import type { Kernel } from './kernel.ts'

/** folio_mark_dirty */
export function markDirty(frames: Frames, frame: number): void {
  frames.flags[frame] |= FRAME_DIRTY
}

/** folio_mark_accessed: without MGLRU the second use of an inactive page makes it active and forgets the first. */
export function markAccessed(kernel: Kernel, frame: number): void {
  const { frames } = kernel.memory
  const flags = frames.flags[frame]
  if ((flags & FRAME_REFERENCED) === 0) frames.flags[frame] = flags | FRAME_REFERENCED
  else if (!kernel.behaviour.lruGen && (flags & FRAME_ACTIVE) === 0)
    frames.flags[frame] = (flags | FRAME_ACTIVE) & ~FRAME_REFERENCED
}

export function isDirtyPage(frames: Frames, frame: number): boolean {
  return (frames.flags[frame] & FRAME_DIRTY) !== 0
}

export function isReferencedPage(frames: Frames, frame: number): boolean {
  return (frames.flags[frame] & FRAME_REFERENCED) !== 0
}
