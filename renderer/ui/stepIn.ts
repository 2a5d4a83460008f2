/** Where a key leads in a short list: arrows, Home and End. Null for other keys. */
export function stepIn(key: string, at: number, count: number): number | null {
  const targets: Record<string, number> = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: count - 1 }
  const target = targets[key]
  return target === undefined ? null : Math.max(0, Math.min(count - 1, target))
}
