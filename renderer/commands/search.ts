/** Palette search: every letter typed must occur in order; word starts and runs rank first. */
export function score(text: string, query: string): number {
  const where = text.toLowerCase()
  const wanted = query.toLowerCase().replaceAll(' ', '')
  let at = 0
  let total = 0
  let previous = -2
  for (const letter of wanted) {
    const found = where.indexOf(letter, at)
    if (found < 0) return -1
    if (found === previous + 1) total += 3
    if (found === 0 || where[found - 1] === ' ') total += 2
    total += 1
    previous = found
    at = found + 1
  }
  return total - where.length / 100
}

export function rank<T>(items: readonly T[], query: string, textOf: (item: T) => string): T[] {
  if (query.trim() === '') return [...items]
  return items
    .map((item) => ({ item, score: score(textOf(item), query) }))
    .filter((row) => row.score >= 0)
    .sort((a, b) => b.score - a.score)
    .map((row) => row.item)
}
