/**
 * Blocks of several pages that are counted as one (struct folio): the reference count lives in the first page.
 */
import { FRAME_HEAD, FRAME_TAIL, type Frames } from './frames.ts'

/** First page of the folio that a page belongs to. */
export function headOf(frames: Frames, page: number): number {
  return frames.flags[page] & FRAME_TAIL ? page - frames.owner[page] : page
}

/** Makes 2^order pages from `head` one folio. */
export function makeFolio(frames: Frames, head: number, order: number): void {
  frames.flags[head] = FRAME_HEAD
  frames.order[head] = order
  frames.owner[head] = 0
  frames.entireMapcount[head] = 0
  for (let i = 1; i < 1 << order; i++) {
    frames.flags[head + i] = FRAME_TAIL
    frames.owner[head + i] = i
  }
}

/** Counts huge entries that map the whole folio; returns how many there are now. */
export function addHugeMap(frames: Frames, head: number, delta: number): number {
  return (frames.entireMapcount[head] += delta)
}

/** How often a page is mapped: by small entries, and by huge ones of its folio. */
export function mapcountOf(frames: Frames, page: number): number {
  const small = frames.mapcount[page]
  if ((frames.flags[page] & (FRAME_HEAD | FRAME_TAIL)) === 0) return small
  return small + frames.entireMapcount[headOf(frames, page)]
}

/** Adds to the map count of each of `count` pages. */
export function addMaps(frames: Frames, first: number, count: number, delta: number): void {
  for (let page = first; page < first + count; page++) frames.mapcount[page] += delta
}
