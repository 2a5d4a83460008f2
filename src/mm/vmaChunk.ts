/** A run of neighbouring VMAs inside a VmaSet. Never empty while it is in a set. */
import type { Vma } from './vma.ts'

export interface Chunk {
  vmas: Vma[]
  /** No gap in front of a VMA of this chunk is larger; may be too large until tightenGap. */
  maxGap: number
}

export const CHUNK_MAX = 256

export function newChunk(vmas: Vma[]): Chunk {
  return { vmas, maxGap: 0 }
}

/** Free pages directly below VMA `index` of chunk `at`. */
export function gapBefore(chunks: readonly Chunk[], at: number, index: number): number {
  const { vmas } = chunks[at]
  if (index > 0) return vmas[index].start - vmas[index - 1].end
  if (at === 0) return vmas[0].start
  const below = chunks[at - 1].vmas
  return vmas[0].start - below[below.length - 1].end
}

/** Makes the bound exact again. */
export function tightenGap(chunks: readonly Chunk[], at: number): void {
  const chunk = chunks[at]
  let max = 0
  for (let i = 0; i < chunk.vmas.length; i++) max = Math.max(max, gapBefore(chunks, at, i))
  chunk.maxGap = max
}
