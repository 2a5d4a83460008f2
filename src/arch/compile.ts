/** Variant → Arch: everything the hot paths need, as numbers. */
import type { Arch, CompiledLevel, LevelName } from './arch.ts'
import { hi32, lo32 } from './bits.ts'
import { CompiledEntry } from './entry-ops.ts'
import { CompiledCopy } from './hardware-copy.ts'
import { featuresOf, merge, resolveVariant } from './resolve.ts'
import { compileSpace } from './space.ts'
import { CompiledTable } from './table-ops.ts'
import type { Features, LevelSpec, Variant } from './variant.ts'

/** @throws Error naming the feature the variant doesn't have. */
export function compileArch(base: Variant, wanted: Partial<Features> = {}): Arch {
  const features = featuresOf(base, wanted)
  const variant = resolveVariant(base, features)
  const levels = variant.levels.map((spec, depth) => compileLevel(variant, spec, depth, features))
  const pte = levels[levels.length - 1]!.leaf
  if (pte === null) throw new Error(`${variant.id}: the last level must hold leaf entries`)
  return {
    id: variant.id,
    variant,
    features,
    bits: variant.bits,
    pageShift: variant.pageShift,
    pageSize: 2 ** variant.pageShift,
    levels,
    pte,
    initialTop: 0,
    folded: variant.folded.map((f) => f.level),
    ...compileSpace(variant),
    userTopEntries: variant.space.userTopEntries,
    hwAccessedBit: variant.pte.hw.setAccessed !== null,
    hwDirtyBit: variant.pte.hw.setDirty !== null,
    hasPteSpecial: variant.special.pteSpecial,
    hasSoftDirty: variant.pte.softDirty !== null && features['softDirty'] !== false,
    splitPmdLocks: variant.splitPmdLocks,
    dirtyPageDirtiesPte: variant.dirtyPageDirtiesPte === true,
    prefaultsOld: variant.prefaultsOld === true && variant.pte.hw.setAccessed !== null,
    hardwareCopy: variant.hardwareCopy === undefined ? null : new CompiledCopy(variant.hardwareCopy),
    contEntries: variant.pte.cont?.entries ?? 0,
    hpageOrder: hugeOrder(variant),
    hpagePmdNr: 2 ** hugeOrder(variant),
  }
}

function compileLevel(variant: Variant, spec: LevelSpec, depth: number, features: Features): CompiledLevel {
  const { name, alloc } = spec
  const none = name === 'pte' ? variant.pte.noneValue : (variant.tables[name]?.noneValue ?? 0n)
  return {
    name,
    depth,
    pageShift: spec.shift - variant.pageShift,
    pages: 2 ** (spec.shift - variant.pageShift),
    // | 0: powers and logarithms are floating point to the engine, and every walk shifts and masks with these.
    entries: spec.entries | 0,
    indexBits: Math.log2(spec.entries) | 0,
    entryBytes: spec.entryBytes,
    tableBytes: spec.entries * spec.entryBytes,
    allocBytes: alloc.bytes,
    align: alloc.align ?? alloc.bytes,
    order: alloc.order ?? 0,
    perPage: alloc.perPage ?? 1,
    counted: spec.counted,
    ctor: spec.noCtor !== true && hasConstructor(name, alloc.kind),
    noneLo: lo32(none),
    noneHi: hi32(none),
    table: compileTable(variant, name),
    leaf: compileLeaf(variant, name, features),
  }
}

/** 6.12: pte, pmd and pud tables from the page allocator get pagetable_*_ctor; slab objects, pgd and p4d don't. */
function hasConstructor(name: LevelName, kind: LevelSpec['alloc']['kind']): boolean {
  if (name === 'pgd' || name === 'p4d') return false
  return kind !== 'kmemCache' && kind !== 'kmalloc'
}

function compileTable(variant: Variant, name: LevelName): CompiledTable | null {
  if (name === 'pte') return null
  const format = variant.tables[name]
  if (format === undefined) throw new Error(`${variant.id}: no table format for level ${name}`)
  return new CompiledTable(format, variant.pageShift)
}

function compileLeaf(variant: Variant, name: LevelName, features: Features): CompiledEntry | null {
  if (name === 'pte') return new CompiledEntry(variant.pte, features)
  const patch = variant.huge[name]
  return patch === undefined ? null : new CompiledEntry(merge(variant.pte, patch), features)
}

/** Where the pmd is folded, a pmd-sized page is a leaf of the level above pte. */
function hugeOrder(variant: Variant): number {
  const above = variant.levels[variant.levels.length - 2]
  if (!variant.thpPmd || above === undefined || variant.huge[above.name] === undefined) return 0
  return above.shift - variant.pageShift
}
