/** Small constructors that keep descriptors readable. */
import type { LevelName } from './arch.ts'
import type { EntryFormat, Field, Match, Piece, Rewrite, SwapFormat, Test } from './format.ts'
import { merge } from './resolve.ts'
import type {
  DeepPartial,
  FeatureSpec,
  FoldedLevel,
  FoldWhen,
  LevelSpec,
  MmapRule,
  Region,
  TableAlloc,
  Variant,
} from './variant.ts'

/** All bits of the mask set. */
export function has(mask: bigint): Match {
  return { mask, value: mask }
}

/** All bits of the mask clear. */
export function lacks(mask: bigint): Match {
  return { mask, value: 0n }
}

export function is(mask: bigint, value: bigint): Match {
  return { mask, value }
}

export function not(test: Test): Test {
  return { not: test }
}

/** At least one bit of the mask set. */
export function anyOf(mask: bigint): Test {
  return { not: { mask, value: 0n } }
}

export function set(mask: bigint, when?: Test): Rewrite {
  return when === undefined ? { set: mask } : { when, set: mask }
}

export function clear(mask: bigint, when?: Test): Rewrite {
  return when === undefined ? { clear: mask } : { when, clear: mask }
}

export function change(clearMask: bigint, setMask: bigint, when?: Test): Rewrite {
  return when === undefined ? { clear: clearMask, set: setMask } : { when, clear: clearMask, set: setMask }
}

/** Entry bits entry … entry+width-1 are value bits from `at`. */
export function piece(entry: number, width: number, at = 0): Piece {
  return { entry, width, at }
}

/** Address bits hi..lo stored at their own place. */
export function inPlace(hi: number, lo: number): Piece[] {
  return [{ entry: lo, width: hi - lo + 1, at: lo }]
}

/** Page frame number in entry bits hi..lo. */
export function frameAt(hi: number, lo: number, at = 0): Piece[] {
  return [{ entry: lo, width: hi - lo + 1, at }]
}

export function field(
  name: string,
  mask: bigint,
  macro: string,
  meaning: string,
  more: Partial<Field> = {},
): Field {
  return { name, mask, macro, meaning, ...more }
}

export function feature(
  name: string,
  on: boolean,
  kind: 'cpu' | 'config',
  meaning: string,
  source: string,
): FeatureSpec {
  return { name, default: on, kind, meaning, source }
}

export function page(bytes: number, note?: string): TableAlloc {
  return note === undefined ? { kind: 'page', bytes, order: 0 } : { kind: 'page', bytes, order: 0, note }
}

export function pages(bytes: number, order: number, note?: string): TableAlloc {
  return note === undefined ? { kind: 'pages', bytes, order } : { kind: 'pages', bytes, order, note }
}

export function slab(bytes: number, note?: string): TableAlloc {
  return note === undefined ? { kind: 'kmemCache', bytes } : { kind: 'kmemCache', bytes, note }
}

export function fragment(bytes: number, perPage: number, note?: string): TableAlloc {
  return note === undefined
    ? { kind: 'fragment', bytes, perPage }
    : { kind: 'fragment', bytes, perPage, note }
}

export function pool(bytes: number, perPage: number, note?: string): TableAlloc {
  return note === undefined ? { kind: 'pool', bytes, perPage } : { kind: 'pool', bytes, perPage, note }
}

export function level(
  name: LevelName,
  shift: number,
  entries: number,
  entryBytes: number,
  alloc: TableAlloc,
  counted: number,
  hwWords = 1,
): LevelSpec {
  return { name, shift, entries, entryBytes, hwWords, alloc, counted }
}

export function folded(when: FoldWhen, how: string, ...levels: LevelName[]): FoldedLevel[] {
  return levels.map((name) => ({ level: name, when, how }))
}

/** A pmd level that the architecture folded by hand, without the macro generic code looks for, until 4.1. */
export function markedSince(kernel: string, levels: FoldedLevel[]): FoldedLevel[] {
  return levels.map((folded) => (folded.level === 'pmd' ? { ...folded, markedSince: kernel } : folded))
}

export function region(name: string, from: bigint, to: bigint, meaning: string, variable = false): Region {
  return variable ? { name, from, to, meaning, variable } : { name, from, to, meaning }
}

export const MiB = 1n << 20n
export const GiB = 1n << 30n
export const TiB = 1n << 40n

/** stack_guard_gap: 256 pages. */
const GUARD_PAGES = 256n

/** mmap_base() of 6.12 without randomisation: `top` (STACK_TOP or the end of the window) minus the stack gap clamped to 128 MiB … 5/6. */
export function topDown(top: bigint, pageShift: number, source = 'mm/util.c: mmap_base'): MmapRule {
  return {
    direction: 'top-down',
    top,
    bottomUpBase: top / 3n,
    gapMin: 128n * MiB,
    gapMax: (top / 6n) * 5n,
    gapPad: GUARD_PAGES << BigInt(pageShift),
    source,
  }
}

/** mmap searches upwards from TASK_UNMAPPED_BASE. */
export function bottomUp(base: bigint, source = 'mm/util.c: arch_pick_mmap_layout'): MmapRule {
  return { direction: 'bottom-up', top: base, bottomUpBase: base, gapMin: 0n, gapMax: 0n, gapPad: 0n, source }
}

/** 16 raw values in the order of vm_flags bits read 1, write 2, exec 4, shared 8. */
export function protections(...values: bigint[]): bigint[] {
  if (values.length !== 16) throw new Error(`a protection map has 16 values, not ${values.length}`)
  return values
}

/** What a family's rules add to a geometry. */
type Rules =
  | 'pte'
  | 'huge'
  | 'tables'
  | 'features'
  | 'overrides'
  | 'habits'
  | 'siblings'
  | 'aliases'
  | 'hardwareCopy'
  | 'dirtyPageDirtiesPte'
  | 'haveMovePmd'
  | 'haveMovePud'
  | 'sharesHugePmds'
  | 'prefaultsOld'

export type Geometry = Omit<Variant, Rules | 'family' | 'kernel' | 'lastKernel'>

export type SharedFacts = Partial<Geometry>

/** A variant without its rules: geometry and raw bits. */
export interface Described {
  geometry: Geometry
  fields: Field[]
  prot: bigint[]
  swap: SwapFormat
  pfn: Piece[]
  /** _PAGE_CHG_MASK; 0 where the family's rules know better. */
  keep: bigint
}

/** Looks up the masks of named fields; a missing name is an error unless asked with `maybe`. */
export function masks(fields: readonly Field[]): { (name: string): bigint; maybe(name: string): bigint } {
  const find = (name: string) => fields.find((f) => f.name === name)?.mask
  const get = (name: string): bigint => {
    const mask = find(name)
    if (mask === undefined)
      throw new Error(`no field '${name}' among ${fields.map((f) => f.name).join(', ')}`)
    return mask
  }
  return Object.assign(get, { maybe: (name: string) => find(name) ?? 0n })
}

/** Joins a geometry with its family's rules. */
export function variant(
  family: string,
  geometry: Geometry,
  rules: Pick<Variant, 'pte' | 'tables'> & Partial<Pick<Variant, Rules>>,
): Variant {
  return {
    family,
    kernel: '6.12.107',
    huge: {},
    features: [],
    overrides: [],
    habits: [],
    ...geometry,
    ...rules,
  }
}

/** A variant that differs from another one. Objects merge, arrays and values replace. */
export function extend(base: Variant, patch: DeepPartial<Variant>): Variant {
  return merge(base, patch)
}

export function extendEntry(base: EntryFormat, patch: DeepPartial<EntryFormat>): EntryFormat {
  return merge(base, patch)
}
