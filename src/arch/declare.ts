/** From what a scenario declares to a checked variant. */
import type { Arch } from './arch.ts'
import type { ArchDeclaration, DeclaredLevel, DeclaredSpace } from './declaration.ts'
import { declaredEntry, declaredTable, moveFrame, overlaps, reachTables } from './declaredEntry.ts'
import { checked, deriveVariant, VariantError, type ShortLevel } from './define.ts'
import { arch, compileGrown, findVariant, knownVariant } from './index.ts'
import { bottomUp, fragment, region, slab, topDown } from './make.ts'
import type { AddressSpace, Features, LevelSpec, TableAlloc, Variant } from './variant.ts'

const DEFAULT_BASE = 'x86_64'
const SOURCE = 'declared by a scenario'
/** Patches of these would undo what was declared. */
const GEOMETRY = [
  'levels',
  'huge',
  'thpPmd',
  'thp',
  'hugetlb',
  'space',
  'pageShift',
  'folded',
  'layout',
  'tables',
]

/** What names an architecture in a scenario and in the header of a trace. */
export interface NamedArch {
  arch: string
  definition?: ArchDeclaration
}

/** @throws Error for an id that is not known, VariantError for a declaration that is inconsistent. */
export function archOf({ arch: id, definition }: NamedArch, features: Partial<Features> = {}): Arch {
  return definition === undefined ? arch(id, features) : compileGrown(declareVariant(definition), features)
}

/** @throws VariantError naming every number that doesn't fit, Error for an unknown `extends`. */
export function declareVariant(declaration: ArchDeclaration): Variant {
  const { id, title, pageShift, levels, bits } = declaration
  if (knownVariant(id) !== null)
    throw new VariantError(id, [`id '${id}': there is such an architecture already`])
  const base = findVariant(declaration.extends ?? DEFAULT_BASE)
  const clash = bits === undefined ? [] : overlaps(bits)
  if (clash.length > 0) throw new VariantError(id, clash)
  const isNew = pageShift !== undefined || levels !== undefined || bits !== undefined
  const size = 2 ** (pageShift ?? base.pageShift)
  const changed = deriveVariant(isNew ? withoutHugePages(base) : base, {
    id,
    ...(title === undefined ? {} : { name: title }),
    ...(pageShift === undefined ? {} : { pageShift }),
    ...(isNew
      ? { levels: (levels ?? base.levels.map(shortOf)).map((level) => shortLevel(level, size)) }
      : {}),
  })
  const numbers = checkedNumbers(changed)
  return checked(
    withSpace(isNew ? withEntries(numbers, base, declaration) : numbers, base, declaration.space),
  )
}

/** Powers of two and sizes first: the rest computes with them. */
function checkedNumbers(variant: Variant): Variant {
  const problems = variant.levels
    .filter(({ entries, entryBytes }) => !isPower(entries) || !isPower(entryBytes))
    .map(({ name, entries, entryBytes }) =>
      isPower(entries)
        ? `${name}: an entry of ${entryBytes} bytes; use 4 or 8`
        : `${name}: ${entries} entries is no power of two`,
    )
  if (variant.levels.length < 2) problems.push('levels: at least a pgd and a pte level are needed')
  if (problems.length > 0) throw new VariantError(variant.id, problems)
  return variant
}

function isPower(n: number): boolean {
  return n > 0 && Number.isInteger(Math.log2(n))
}

function shortOf({ name, entries, entryBytes }: LevelSpec): DeclaredLevel {
  return { name, entries, entryBytes }
}

function shortLevel({ alloc, ...level }: DeclaredLevel, page: number): ShortLevel {
  const bytes = level.entries * (level.entryBytes ?? 8)
  if (alloc === undefined || alloc === 'pages') return level
  return { ...level, alloc: smallTable(alloc, bytes, page) }
}

function smallTable(kind: 'fragment' | 'slab', bytes: number, page: number): TableAlloc {
  const perPage = Math.max(1, Math.floor(page / bytes))
  return kind === 'slab' ? { ...slab(bytes), perPage } : fragment(bytes, perPage)
}

/** Huge pages, contiguous runs and copies for the MMU belong to the geometry they were made for. */
function withoutHugePages(base: Variant): Variant {
  const { growsInto: _growsInto, hardwareCopy: _hardwareCopy, ...rest } = base
  return {
    ...rest,
    huge: {},
    thpPmd: false,
    thp: [],
    hugetlb: [],
    contPte: [],
    pte: { ...base.pte, cont: null },
    pgdInit: { ...base.pgdInit, prealloc: [] },
    haveMovePmd: base.haveMovePmd === true,
    haveMovePud: base.haveMovePud === true,
    overrides: base.overrides.filter(({ patch }) => !GEOMETRY.some((part) => part in patch)),
  }
}

function withEntries(variant: Variant, base: Variant, { bits }: ArchDeclaration): Variant {
  const tables: Variant['tables'] = {}
  variant.levels.slice(0, -1).forEach(({ name }, depth) => {
    const { alloc } = variant.levels[depth + 1]!
    const below = alloc.align ?? alloc.bytes
    const format = variant.tables[name]
    if (bits !== undefined) tables[name] = declaredTable(variant, bits, below)
    else if (format !== undefined)
      tables[name] = { ...format, address: reachTables(format.address, base.pageShift, below) }
  })
  if (bits !== undefined)
    return { ...variant, pte: declaredEntry(variant, bits), tables, features: [], overrides: [] }
  const pfn = moveFrame(variant.pte.pfn, base.pageShift, variant.pageShift)
  return { ...variant, pte: { ...variant.pte, pfn }, tables }
}

/** User space keeps its share of the top table unless the declaration says otherwise. */
function withSpace(variant: Variant, base: Variant, declared: DeclaredSpace = {}): Variant {
  const top = variant.levels[0]!
  const isSame =
    declaredNothing(declared) && reach(top) === reach(base.levels[0]!) && variant.pageShift === base.pageShift
  if (isSame) return variant
  const share = base.space.userTopEntries / base.levels[0]!.entries
  const wanted =
    declared.taskSize === undefined ? 0 : Math.ceil(Number(bytesOf(declared.taskSize)) / 2 ** top.shift)
  const most = Math.max(1, wanted, Math.round(top.entries * share))
  const userTopEntries = declared.userTopEntries ?? Math.min(top.entries, most)
  const page = 1n << BigInt(variant.pageShift)
  const end = (BigInt(userTopEntries) << BigInt(top.shift)) - page
  const taskSize = declared.taskSize === undefined ? end : bytesOf(declared.taskSize)
  const first = declared.firstUserAddress ?? roundUp(base.space.firstUserAddress, page)
  const { highHint: _hint, sharedAlign: _align, note: _note, ...rest } = base.space
  const space: AddressSpace = {
    ...rest,
    taskSize,
    mmapWindow: taskSize,
    stackTop: taskSize,
    highHint: null,
    firstUserAddress: bytesOf(first),
    userTopEntries,
    mmap: mmapRule(base, taskSize, variant.pageShift),
  }
  const layout = [region('user', 0n, taskSize - 1n, 'user space')]
  return { ...variant, space, layout, vaBits: Math.log2(top.entries) + top.shift }
}

function mmapRule(base: Variant, taskSize: bigint, pageShift: number): AddressSpace['mmap'] {
  if (base.space.mmap.direction === 'bottom-up')
    return bottomUp(roundUp(taskSize / 3n, 1n << BigInt(pageShift)), SOURCE)
  const rule = topDown(taskSize, pageShift, SOURCE)
  const eighth = taskSize / 8n
  return { ...rule, gapMin: rule.gapMin < eighth ? rule.gapMin : eighth }
}

function declaredNothing(space: DeclaredSpace): boolean {
  return Object.values(space).every((value) => value === undefined)
}

function reach({ shift, entries }: LevelSpec): number {
  return 2 ** shift * entries
}

function roundUp(value: bigint, unit: bigint): bigint {
  return ((value + unit - 1n) / unit) * unit
}

function bytesOf(value: bigint | number | string): bigint {
  return typeof value === 'string' ? BigInt(value.replaceAll('_', '')) : BigInt(value)
}
