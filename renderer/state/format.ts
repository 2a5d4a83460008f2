export function clamp(value: number, low: number, high: number): number {
  return Math.max(low, Math.min(high, value))
}

/** '1 fault', '3 faults' */
export function plural(count: number, one: string, many = `${one}s`): string {
  return `${grouped(count)} ${count === 1 ? one : many}`
}

/** Thousands apart by thin spaces: 12 345. */
export function grouped(value: number): string {
  return String(value).replace(/\B(?=(\d{3})+(?!\d))/g, '\u2009')
}

const UNITS = ['B', 'KiB', 'MiB', 'GiB', 'TiB'] as const

export function bytes(value: number): string {
  const size = Math.abs(value)
  let unit = 0
  while (unit < UNITS.length - 1 && size >= 1024 ** (unit + 1)) unit++
  const scaled = value / 1024 ** unit
  return `${Number.isInteger(scaled) ? scaled : scaled.toFixed(scaled < 10 ? 2 : 1)} ${UNITS[unit] ?? 'B'}`
}

/** An address in groups of four digits, as the desk writes them: 0x7fff_f7ff_f000. */
export function address(hex: string): string {
  const digits = hex.replace(/^0x/, '').replaceAll('_', '')
  return `0x${digits.replace(/\B(?=([0-9a-f]{4})+(?![0-9a-f]))/gi, '_')}`
}

/** Nanoseconds as people read them. */
export function duration(ns: number): string {
  if (ns < 1000) return `${Math.round(ns)} ns`
  if (ns < 1_000_000) return `${(ns / 1000).toFixed(1)} µs`
  if (ns < 1_000_000_000) return `${(ns / 1_000_000).toFixed(1)} ms`
  return `${(ns / 1_000_000_000).toFixed(2)} s`
}

/** What a user may type for an address: with or without 0x, underscores, a trailing n. Null when it is none. */
export function parseAddress(text: string): string | null {
  const digits = text.trim().toLowerCase().replace(/^0x/, '').replace(/n$/, '').replaceAll('_', '')
  return /^[0-9a-f]{1,16}$/.test(digits) ? `0x${digits}` : null
}

export function fileName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1)
}
