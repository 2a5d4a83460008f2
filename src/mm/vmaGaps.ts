/** Search for free address space: unmapped_area and unmapped_area_topdown (mm/vma.c, 6.12). */
import { gapBefore, tightenGap } from './vmaChunk.ts'
import { startGap } from './vma.ts'
import type { VmaSet } from './vmaSet.ts'

export function highestGap(
  set: VmaSet,
  low: number,
  high: number,
  pages: number,
  align: number,
  offset: number,
): number {
  const { chunks } = set
  const length = pages + align - 1
  const last = set.last()
  if (last === null) return fitTop(low, high, length, pages, align, offset)
  const above = fitTop(Math.max(low, last.end), high, length, pages, align, offset)
  if (above >= 0) return above
  for (let at = chunks.length - 1; at >= 0; at--) {
    const { vmas, maxGap } = chunks[at]
    if (vmas[vmas.length - 1].end <= low) return -1
    if (maxGap < length || (at > 0 && chunks[at - 1].vmas[chunks[at - 1].vmas.length - 1].end >= high))
      continue
    for (let i = vmas.length - 1; i >= 0; i--) {
      const gap = gapBefore(chunks, at, i)
      if (gap < length) continue
      const bottom = Math.max(low, vmas[i].start - gap)
      const found = fitTop(bottom, Math.min(high, startGap(vmas[i])), length, pages, align, offset)
      if (found >= 0) return found
    }
    tightenGap(chunks, at)
  }
  return -1
}

export function lowestGap(
  set: VmaSet,
  low: number,
  high: number,
  pages: number,
  align: number,
  offset: number,
): number {
  const { chunks } = set
  const length = pages + align - 1
  for (let at = 0; at < chunks.length; at++) {
    const { vmas, maxGap } = chunks[at]
    if (maxGap < length || vmas[vmas.length - 1].start < low) continue
    for (let i = 0; i < vmas.length; i++) {
      const gap = gapBefore(chunks, at, i)
      if (gap < length) continue
      const bottom = Math.max(low, vmas[i].start - gap)
      if (bottom >= high) return -1
      const found = fitBottom(bottom, Math.min(high, startGap(vmas[i])), length, align, offset)
      if (found >= 0) return found
    }
    tightenGap(chunks, at)
  }
  const last = set.last()
  return fitBottom(last === null ? low : Math.max(low, last.end), high, length, align, offset)
}

/** Highest aligned place in the free [bottom, top). The search asks for the padding even where it isn't needed. */
function fitTop(
  bottom: number,
  top: number,
  length: number,
  pages: number,
  align: number,
  offset: number,
): number {
  if (top - bottom < length) return -1
  const at = top - pages
  return at - modulo(at - offset, align)
}

function fitBottom(bottom: number, top: number, length: number, align: number, offset: number): number {
  if (top - bottom < length) return -1
  return bottom + modulo(offset - bottom, align)
}

function modulo(value: number, by: number): number {
  return by === 1 ? 0 : ((value % by) + by) % by
}
