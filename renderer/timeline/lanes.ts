import type { CounterSeries, OpRow } from '../../src/trace/views.ts'

/** Counters worth a lane: those that change. */
export function changing(all: readonly CounterSeries[]): CounterSeries[] {
  return all.filter((series) => series.points.some((point) => point[1] !== series.points[0]?.[1]))
}

/** Highest and lowest value; never equal, so that a flat line can be drawn. */
export function bounds(points: CounterSeries['points']): { low: number; high: number } {
  let low = Infinity
  let high = -Infinity
  for (const [, value] of points) {
    low = Math.min(low, value)
    high = Math.max(high, value)
  }
  if (low > high) return { low: 0, high: 1 }
  return low === high ? { low: Math.min(0, low), high: Math.max(1, high) } : { low: Math.min(0, low), high }
}

/** The value after event k: that of the last point at or before it. */
export function valueAt(points: CounterSeries['points'], k: number): number | null {
  let low = 0
  let high = points.length
  while (low < high) {
    const middle = (low + high) >> 1
    if ((points[middle]?.[0] ?? Infinity) <= k) low = middle + 1
    else high = middle
  }
  return points[low - 1]?.[1] ?? null
}

/** Pixel of an event on a track of `width` pixels, and back. Position -1 stands at the left edge. */
export function xOf(k: number, last: number, width: number): number {
  return last < 0 ? 0 : ((k + 1) / (last + 1)) * width
}

export function kOf(x: number, last: number, width: number): number {
  return Math.max(-1, Math.min(last, Math.round((x / width) * (last + 1)) - 1))
}

/** Calls drawn as spans, merged where they would be thinner than a pixel. */
export function callSpans(
  rows: readonly Pick<OpRow, 'first' | 'last' | 'error'>[],
  last: number,
  width: number,
): { x: number; width: number; error: boolean }[] {
  const spans: { x: number; width: number; error: boolean }[] = []
  for (const row of rows) {
    const x = xOf(row.first - 1, last, width)
    const end = xOf(row.last, last, width)
    const before = spans.at(-1)
    if (before && end - before.x < 1.5) before.error ||= row.error
    else spans.push({ x, width: Math.max(1, end - x), error: row.error })
  }
  return spans
}
