/** Everything a descriptor says about one variant, as plain JSON data: 64-bit values are hexadecimal strings. */
import type { Arch, CompiledLevel } from './arch.ts'
import { hi32, join64, lo32 } from './bits.ts'
import { compileArch } from './compile.ts'
import { entryLayout } from './decode.ts'
import type { EntryLayout } from './decode.ts'
import { findVariant } from './index.ts'
import { memoryMaps } from './layout.ts'
import { HABITS } from './habits.ts'
import type { FeatureSpec, FoldedLevel, LevelSpec, SpecialFacts, TlbFacts, Variant } from './variant.ts'

/** bigint becomes a hexadecimal string, all the way down. */
export type Plain<T> = T extends bigint
  ? string
  : T extends readonly (infer U)[]
    ? Plain<U>[]
    : T extends object
      ? { [K in keyof T]: Plain<T[K]> }
      : T

export interface LevelDetails extends LevelSpec {
  /** Highest virtual-address bit of the index. */
  top: number
  tableBytes: number
  /** Value of an empty entry. */
  none: string
  /** What an empty entry points to, where it is not zero. */
  noneMeans: string
  /** Whether the table adds to NR_PAGETABLE in 6.12. */
  inNrPagetable: boolean
}

export interface EntryDetails extends EntryLayout {
  level: string
  kind: 'leaf' | 'huge' | 'table' | 'swap'
}

export interface ProtectionDetails {
  /** VM_READ, VM_WRITE, VM_EXEC as 'rwx' and 'private' or 'shared'. */
  vm: string
  /** Entry without frame and accessed/dirty state. */
  raw: string
  /** What the MMU then allows, 'r-x user'. */
  allows: string
}

export interface RegionDetails {
  name: string
  from: string
  to: string
  /** Bytes. */
  size: string
  meaning: string
  variable: boolean
  hole: boolean
}

export interface ArchDetails {
  id: string
  aliases: string[]
  family: string
  name: string
  bits: 32 | 64
  endian: 'little' | 'big'
  kernel: string
  lastKernel: string | null
  verifiedBy: string
  pageSize: number
  vaBits: number
  features: FeatureSpec[]
  siblings: { feature: string; value: boolean; id: string }[]
  growsInto: string | null
  levels: LevelDetails[]
  folded: FoldedLevel[]
  runtimeFold: string | null
  space: Plain<Variant['space']>
  tables: { pgtableT: string; ptdesc: boolean; splitPteLocks: boolean; splitPmdLocks: boolean }
  pgdInit: Variant['pgdInit']
  kernelSync: Variant['kernelSync']
  special: SpecialFacts & { softDirty: boolean; uffdWp: boolean }
  mmu: { setsAccessed: boolean; setsDirty: boolean; hardwareCopy: string | null }
  habits: { name: string; meaning: string }[]
  entries: EntryDetails[]
  protections: ProtectionDetails[]
  tlb: TlbFacts
  huge: { hugetlb: string[]; thp: string[]; contPte: string[]; movePmd: boolean; movePud: boolean }
  maps: { space: string; regions: RegionDetails[] }[]
  uncertain: string[]
  oddities: string[]
  diff61: string[]
  sources: Record<string, string[]>
}

/**
 * With the features at their defaults.
 * @throws Error that names near ids, or says that the architecture has no MMU.
 */
export function describeVariant(idOrAlias: string): ArchDetails {
  const arch = compileArch(findVariant(idOrAlias))
  const { variant } = arch
  return {
    ...identity(variant),
    features: variant.features,
    siblings: variant.siblings ?? [],
    growsInto: variant.growsInto ?? null,
    levels: arch.levels.map((level, depth) => levelDetails(variant, level, depth)),
    folded: variant.folded,
    runtimeFold: variant.runtimeFold,
    space: plain(variant.space),
    tables: {
      pgtableT: variant.pgtableT,
      ptdesc: variant.ptdesc,
      splitPteLocks: variant.splitPteLocks,
      splitPmdLocks: variant.splitPmdLocks,
    },
    pgdInit: variant.pgdInit,
    kernelSync: variant.kernelSync,
    special: { ...variant.special, softDirty: arch.hasSoftDirty, uffdWp: variant.pte.uffdWp !== null },
    mmu: {
      setsAccessed: arch.hwAccessedBit,
      setsDirty: arch.hwDirtyBit,
      hardwareCopy: copyText(variant),
    },
    habits: variant.habits.map((name) => ({ name, meaning: HABITS[name] })),
    entries: arch.levels.flatMap((level) => entriesOf(arch, level)),
    protections: variant.pte.prot.map((raw, index) => protection(arch, raw, index)),
    tlb: variant.tlb,
    huge: {
      hugetlb: variant.hugetlb,
      thp: variant.thp,
      contPte: variant.contPte,
      movePmd: variant.haveMovePmd === true,
      movePud: variant.haveMovePud === true,
    },
    maps: mapsOf(variant),
    uncertain: variant.uncertain,
    oddities: variant.oddities,
    diff61: variant.diff61,
    sources: variant.sources,
  }
}

function identity(variant: Variant) {
  const { id, aliases = [], family, name, bits, endian, kernel, verifiedBy, vaBits } = variant
  const pageSize = 2 ** variant.pageShift
  const lastKernel = variant.lastKernel ?? null
  return { id, aliases, family, name, bits, endian, kernel, lastKernel, verifiedBy, pageSize, vaBits }
}

function levelDetails(variant: Variant, level: CompiledLevel, depth: number): LevelDetails {
  const spec = variant.levels[depth]!
  const means = variant.tables[level.name]?.noneMeans
  return {
    ...spec,
    top: spec.shift + Math.ceil(Math.log2(spec.entries)) - 1,
    tableBytes: level.tableBytes,
    none: hex(join64(level.noneLo, level.noneHi)),
    noneMeans: means === undefined ? '' : `address of ${means.symbol}`,
    inNrPagetable: level.ctor,
  }
}

function entriesOf(arch: Arch, level: CompiledLevel): EntryDetails[] {
  const of = (kind: EntryDetails['kind'], state: 'page' | 'huge' | 'table' | 'swap'): EntryDetails => ({
    level: level.name,
    kind,
    ...entryLayout(arch, level, state),
  })
  if (level.name === 'pte') return [of('leaf', 'page'), of('swap', 'swap')]
  const table = of('table', 'table')
  return level.leaf === null ? [table] : [table, of('huge', 'huge')]
}

function protection({ pte }: Arch, raw: bigint, index: number): ProtectionDetails {
  const [lo, hi] = [lo32(raw), hi32(raw)]
  const letters = (r: boolean, w: boolean, x: boolean) => `${r ? 'r' : '-'}${w ? 'w' : '-'}${x ? 'x' : '-'}`
  const wanted = letters((index & 1) !== 0, (index & 2) !== 0, (index & 4) !== 0)
  const allowed = letters(pte.hwRead(lo, hi), pte.hwWrite(lo, hi), pte.hwExec(lo, hi))
  const nothing = pte.isProtnone(lo, hi) || !pte.hwValid(lo, hi)
  return {
    vm: `${wanted} ${(index & 8) !== 0 ? 'shared' : 'private'}`,
    raw: hex(raw),
    allows: nothing ? 'nothing' : `${allowed} ${pte.hwUser(lo, hi) ? 'user' : 'kernel'}`,
  }
}

function copyText({ hardwareCopy }: Variant): string | null {
  if (hardwareCopy === undefined) return null
  return `a second entry ${hardwareCopy.distance} bytes after the Linux one (${hardwareCopy.source})`
}

function mapsOf(variant: Variant): ArchDetails['maps'] {
  return memoryMaps(variant).map(({ space, rows }) => ({
    space,
    regions: rows.map(({ name, from, to, size, meaning, variable, hole }) => ({
      name,
      from: hex(from),
      to: hex(to),
      size: size.toString(),
      meaning,
      variable: variable === true,
      hole,
    })),
  }))
}

function plain<T>(value: T): Plain<T> {
  const text = JSON.stringify(value, (_, each: unknown) => (typeof each === 'bigint' ? hex(each) : each))
  return JSON.parse(text) as Plain<T>
}

function hex(value: bigint): string {
  return `0x${value.toString(16)}`
}
