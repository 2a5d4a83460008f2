/** A ruler for a sparse address space: mappings by the logarithm of their size, gaps between them all alike. */
export interface Span {
  start: bigint
  end: bigint
}

export interface Segment extends Span {
  /** Pixels. */
  x: number
  width: number
  gap: boolean
}

const GAP = 26
const MIN_SPAN = 30
const PER_DOUBLING = 9

/** Segments from left to right; `spans` are sorted and do not overlap. Stretched to fill `room` pixels when they need less. */
export function layOutSpans(spans: readonly Span[], room: number): Segment[] {
  const raw: Segment[] = []
  let x = 0
  let before: bigint | null = null
  const add = (start: bigint, end: bigint, width: number, gap: boolean): void => {
    raw.push({ start, end, x, width, gap })
    x += width
  }
  for (const span of spans) {
    if (before !== null && span.start > before) add(before, span.start, GAP, true)
    add(span.start, span.end, spanWidth(span), false)
    before = span.end
  }
  const stretch = x > 0 && x < room ? Math.min(4, (room - gaps(raw)) / Math.max(1, x - gaps(raw))) : 1
  return stretch > 1 ? stretched(raw, stretch) : raw
}

function spanWidth(span: Span): number {
  const pages = Number((span.end - span.start) >> 12n)
  return MIN_SPAN + PER_DOUBLING * Math.log2(Math.max(1, pages))
}

function gaps(segments: readonly Segment[]): number {
  return segments.reduce((sum, segment) => sum + (segment.gap ? segment.width : 0), 0)
}

function stretched(segments: readonly Segment[], by: number): Segment[] {
  let x = 0
  return segments.map((segment) => {
    const width = segment.gap ? segment.width : segment.width * by
    const moved = { ...segment, x, width }
    x += width
    return moved
  })
}

/** Where an address stands on the ruler; addresses outside every segment go to the nearest edge. */
export function positionOf(segments: readonly Segment[], va: bigint): number {
  for (const segment of segments) {
    if (va < segment.start) return segment.x
    if (va <= segment.end) {
      const size = segment.end - segment.start
      return (
        segment.x +
        segment.width * (size === 0n ? 0 : Number(((va - segment.start) * 10_000n) / size) / 10_000)
      )
    }
  }
  const last = segments.at(-1)
  return last ? last.x + last.width : 0
}
