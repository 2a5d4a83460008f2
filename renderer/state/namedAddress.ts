/** The address that an event or a call is about, as far as its text says. */
interface Range {
  start: string
  end: string
}

const HEX = /0x[0-9a-f_]{4,}/gi

/** The first number of the texts that lies in one of the mappings; entries and frames do not. */
export function namedAddress(texts: readonly string[], vmas: readonly Range[]): string | null {
  const spans = vmas.map(({ start, end }) => [BigInt(start), BigInt(end)] as const)
  for (const text of texts) {
    for (const [match] of text.matchAll(HEX)) {
      const digits = match.replaceAll('_', '')
      const value = BigInt(digits)
      if (spans.some(([start, end]) => start <= value && value < end)) return digits
    }
  }
  return null
}
