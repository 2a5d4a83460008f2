/**
 * Which rows of a long list are in sight. Browsers cannot lay out boxes much taller than 16 million pixels, so longer
 * lists scroll in proportion: a pixel of scrolling then stands for more than a pixel of rows.
 */
const MAX_HEIGHT = 12_000_000

export interface RowWindow {
  first: number
  end: number
  /** Where the first row is drawn, from the top of the content. */
  top: number
}

export function contentHeight(count: number, rowHeight: number): number {
  return Math.min(count * rowHeight, MAX_HEIGHT)
}

/** Pixels of rows above the top edge for a scroll position. */
function rowsAbove(scrollTop: number, count: number, rowHeight: number, viewport: number): number {
  const real = count * rowHeight
  const shown = contentHeight(count, rowHeight)
  if (real === shown || shown <= viewport) return scrollTop
  return (scrollTop / (shown - viewport)) * (real - viewport)
}

export function windowAt(
  scrollTop: number,
  count: number,
  rowHeight: number,
  viewport: number,
  overscan: number,
): RowWindow {
  const above = rowsAbove(scrollTop, count, rowHeight, viewport)
  const first = Math.max(0, Math.floor(above / rowHeight) - overscan)
  const end = Math.min(count, Math.ceil((above + viewport) / rowHeight) + overscan)
  return { first, end: Math.max(first, end), top: scrollTop - (above - first * rowHeight) }
}

/** The scroll position that brings a row into sight, or null when it is there already. */
export function scrollFor(
  index: number,
  count: number,
  rowHeight: number,
  viewport: number,
  scrollTop: number,
): number | null {
  const above = rowsAbove(scrollTop, count, rowHeight, viewport)
  const top = index * rowHeight
  if (top >= above && top + rowHeight <= above + viewport) return null
  const near = Math.abs(top - above) < viewport * 2
  const wanted = near ? (top < above ? top : top + rowHeight - viewport) : top - viewport / 2
  const real = count * rowHeight
  const shown = contentHeight(count, rowHeight)
  const bounded = Math.max(0, Math.min(wanted, real - viewport))
  return real === shown || real <= viewport ? bounded : (bounded / (real - viewport)) * (shown - viewport)
}
