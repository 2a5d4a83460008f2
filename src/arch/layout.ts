/** The virtual memory map of a variant: named regions, and the holes between them. */
import type { Arch } from './arch.ts'
import type { Region, Variant } from './variant.ts'

export interface MapRow extends Region {
  /** Between declared regions: nothing is mapped there, or nothing is said about it. */
  hole: boolean
  /** Bytes. */
  size: bigint
}

export interface AddressMap {
  /** 'shared': user and kernel divide one space; else each has all addresses to itself. */
  space: 'shared' | 'user' | 'kernel'
  rows: MapRow[]
}

/** One map, or two where user and kernel addresses overlap (m68k, PA-RISC, sparc64: their own roots, spaces or contexts). */
export function memoryMaps(variant: Variant): AddressMap[] {
  const { layout } = variant
  const user = layout.filter((r) => r.name === 'user')
  const kernel = layout.filter((r) => r.name !== 'user')
  const overlap = kernel.some((k) => user.some((u) => k.from <= u.to && u.from <= k.to))
  if (!overlap) return [{ space: 'shared', rows: rowsOf(variant, layout) }]
  return [
    { space: 'user', rows: rowsOf(variant, user) },
    { space: 'kernel', rows: rowsOf(variant, kernel) },
  ]
}

/** Regions in address order with the holes in between, from 0 to the last address. */
function rowsOf(variant: Variant, regions: readonly Region[]): MapRow[] {
  const last = (1n << BigInt(variant.bits)) - 1n
  const rows: MapRow[] = []
  let next = 0n
  for (const region of [...regions].sort((a, b) => (a.from < b.from ? -1 : 1))) {
    if (region.from > next) rows.push(hole(next, region.from - 1n))
    rows.push({ ...region, hole: false, size: region.to - region.from + 1n })
    next = region.to + 1n
  }
  if (next <= last) rows.push(hole(next, last))
  return rows
}

function hole(from: bigint, to: bigint): MapRow {
  return { name: 'hole', from, to, meaning: 'no region is declared here', hole: true, size: to - from + 1n }
}

/** The region an address lies in, null in a hole; user space first where the kernel has its own. */
export function regionAt({ variant }: Pick<Arch, 'variant'>, address: bigint): Region | null {
  return variant.layout.find((r) => address >= r.from && address <= r.to) ?? null
}
