/** What a raw entry is, for grids and walks; its bits in words come from src/arch/decode.ts. */
import type { CompiledLevel, EntryOps } from '../../arch/arch.ts'
import { SPECIAL_SWAP_TYPES } from '../../arch/swap-types.ts'
import type { EntryView } from '../views.ts'

export type EntryKind = EntryView['kind']

/** Classes of TableView.cells. */
export const CELL = {
  none: 0,
  table: 1,
  readOnly: 2,
  writable: 3,
  notValid: 4,
  swap: 5,
  special: 6,
  kernel: 7,
  bad: 8,
} as const

export function entryKind(level: CompiledLevel, lo: number, hi: number): EntryKind {
  const { table, leaf } = level
  if (lo === level.noneLo && hi === level.noneHi) return 'none'
  if (table !== null) {
    if (table.isNone(lo, hi)) return 'none'
    if (table.isTable(lo, hi)) return table.isBad(lo, hi) ? 'bad' : 'table'
  }
  return leaf === null ? 'bad' : leafKind(leaf, lo, hi, table === null ? 'leaf' : 'huge')
}

function leafKind(leaf: EntryOps, lo: number, hi: number, page: 'leaf' | 'huge'): EntryKind {
  if (leaf.isNone(lo, hi)) return 'none'
  if (leaf.isPresent(lo, hi)) return leaf.isProtnone(lo, hi) ? 'protnone' : page
  const special = SPECIAL_SWAP_TYPES[leaf.swapType(lo, hi)]
  return special?.name.startsWith('SWP_MIGRATION') ? 'migration' : 'swap'
}

/** Class of an entry for the grid. `kernel`: the entry belongs to the kernel's half. */
export function cellClass(level: CompiledLevel, lo: number, hi: number, kernel: boolean): number {
  const kind = entryKind(level, lo, hi)
  if (kind === 'none') return CELL.none
  if (kind === 'bad') return CELL.bad
  if (kernel) return CELL.kernel
  if (kind === 'table') return CELL.table
  if (kind === 'protnone') return CELL.notValid
  if (kind === 'swap' || kind === 'migration') return CELL.swap
  const leaf = level.leaf
  if (leaf === null) return CELL.bad
  if (leaf.isSpecial(lo, hi)) return CELL.special
  if (!leaf.hwValid(lo, hi)) return CELL.notValid
  return leaf.isWrite(lo, hi) ? CELL.writable : CELL.readOnly
}

/** Frame that an entry points to, or null. */
export function entryFrame(level: CompiledLevel, lo: number, hi: number): number | null {
  const kind = entryKind(level, lo, hi)
  if (kind === 'table') return level.table?.frame(lo, hi) ?? null
  if (kind === 'leaf' || kind === 'huge' || kind === 'protnone') return level.leaf?.pfn(lo, hi) ?? null
  return null
}
