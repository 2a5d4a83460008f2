/** What a raw entry is, and its bits by name, from the architecture's declaration. */
import type { Arch, CompiledLevel } from '../../arch/arch.ts'
import type { Field, Piece } from '../../arch/format.ts'
import type { BitView, EntryView } from '../views.ts'
import { hex, word64 } from '../values.ts'

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
  if (table === null)
    return leaf === null
      ? 'bad'
      : leafKind(leaf.isNone(lo, hi), leaf.isProtnone(lo, hi), leaf.isPresent(lo, hi), 'leaf')
  if (table.isNone(lo, hi)) return 'none'
  if (table.isTable(lo, hi)) return 'table'
  if (leaf === null) return 'bad'
  if (leaf.isProtnone(lo, hi)) return 'protnone'
  if (table.isLeaf(lo, hi)) return 'huge'
  return leaf.isPresent(lo, hi) ? 'bad' : 'swap'
}

function leafKind(none: boolean, protnone: boolean, present: boolean, kind: EntryKind): EntryKind {
  if (none) return 'none'
  if (protnone) return 'protnone'
  return present ? kind : 'swap'
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

/** Every bit of an entry: the declared fields, the frame number, and what is set without a name. */
export function entryBits(arch: Arch, level: CompiledLevel, lo: number, hi: number): BitView[] {
  const kind = entryKind(level, lo, hi)
  const value = word64(lo, hi)
  const fields = fieldsOf(arch, level, kind).filter((field) => applies(arch, field, kind))
  const views = fields.map((field) => bitView(field, value))
  const pieces = framePieces(arch, level, kind)
  views.push(...pieces.map((piece) => frameView(piece, value)))
  const named = fields.reduce(
    (mask, field) => mask | field.mask,
    pieces.reduce((mask, piece) => mask | pieceMask(piece), 0n),
  )
  const rest = value & ~named
  if (rest !== 0n)
    views.push({
      name: 'other',
      ...span(rest),
      macro: '',
      value: hex(rest),
      meaning: 'bits without a declared meaning',
    })
  return views.sort((x, y) => y.hi - x.hi)
}

function fieldsOf(arch: Arch, level: CompiledLevel, kind: EntryKind): readonly Field[] {
  const { variant } = arch
  const table = variant.tables[level.name]
  if (table && (kind === 'table' || kind === 'bad' || kind === 'none')) return table.fields
  return variant.huge[level.name]?.fields ?? variant.pte.fields
}

function applies(arch: Arch, field: Field, kind: EntryKind): boolean {
  const only = field.only
  if (only !== undefined && (only.startsWith('!') ? arch.features[only.slice(1)] : !arch.features[only]))
    return false
  const state = field.state ?? 'present'
  if (state === 'any') return true
  if (kind === 'swap' || kind === 'migration') return state === 'swap'
  if (kind === 'protnone') return state === 'protnone' || (state === 'present' && field.name !== 'present')
  return state === 'present'
}

function framePieces(arch: Arch, level: CompiledLevel, kind: EntryKind): readonly Piece[] {
  if (kind === 'leaf' || kind === 'huge' || kind === 'protnone') return arch.variant.pte.pfn
  if (kind === 'table') return arch.variant.tables[level.name]?.address ?? []
  return []
}

function bitView(field: Field, entry: bigint): BitView {
  const { hi, lo } = span(field.mask)
  const value = (entry & field.mask) >> BigInt(lo)
  return {
    name: field.name,
    hi,
    lo,
    macro: field.macro,
    value: hex(value),
    meaning: meaning(field, value, hi === lo),
  }
}

/** A single bit that doesn't say what its name says is described by what it would say. */
function meaning(field: Field, value: bigint, single: boolean): string {
  const words = field.values?.[value.toString()]
  if (words !== undefined) return words
  const says = field.activeLow ? value === 0n : value !== 0n
  if (says || !single) return field.meaning
  return field.activeLow ? `set; if clear: ${field.meaning}` : `clear; if set: ${field.meaning}`
}

function frameView(piece: Piece, entry: bigint): BitView {
  const mask = pieceMask(piece)
  const value = (entry & mask) >> BigInt(piece.entry)
  return {
    name: 'frame',
    hi: piece.entry + piece.width - 1,
    lo: piece.entry,
    macro: '',
    value: hex(value),
    meaning: 'page frame number',
  }
}

function pieceMask(piece: Piece): bigint {
  return ((1n << BigInt(piece.width)) - 1n) << BigInt(piece.entry)
}

function span(mask: bigint): { hi: number; lo: number } {
  const binary = mask.toString(2)
  return { hi: binary.length - 1, lo: binary.length - 1 - binary.lastIndexOf('1') }
}
