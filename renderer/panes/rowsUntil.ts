/** How many rows, sorted by event, were written at or before event k. */
export function rowsUntil(rows: readonly { k: number }[], k: number): number {
  let low = 0
  let high = rows.length
  while (low < high) {
    const middle = (low + high) >> 1
    if ((rows[middle]?.k ?? Infinity) <= k) low = middle + 1
    else high = middle
  }
  return low
}
