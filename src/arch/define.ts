/** Variants that a scenario declares: extend a known one, or state everything. */
import type { LevelName } from './arch.ts'
import { findVariant } from './index.ts'
import { page, pages } from './make.ts'
import { merge } from './resolve.ts'
import { validateVariant } from './validate.ts'
import type { DeepPartial, FoldedLevel, LevelSpec, TableAlloc, Variant } from './variant.ts'

/** A level from its number of entries; shifts follow from the levels below. */
export interface ShortLevel {
  name: LevelName
  entries: number
  /** Default 8. */
  entryBytes?: number
  /** Default: whole pages. */
  alloc?: TableAlloc
  /** Lowest virtual-address bit of the index; default: what the levels below give. */
  shift?: number
  /** Default: the table's size, and 0 for pgd and p4d, as Linux counts. */
  counted?: number
}

export interface VariantDeclaration {
  id: string
  /** Id or alias of the variant this one differs from. */
  extends: string
  name?: string
  /** Top to bottom; the last one is pte. Replaces the levels of the extended variant. */
  levels?: ShortLevel[]
  pageShift?: number
  /** Anything else of the descriptor. */
  change?: DeepPartial<Omit<Variant, 'id' | 'levels' | 'pageShift' | 'folded'>>
}

export class VariantError extends Error {
  readonly problems: readonly string[]

  constructor(id: string, problems: readonly string[]) {
    super(`architecture '${id}' is inconsistent:\n${problems.map((p) => `  - ${p}`).join('\n')}`)
    this.name = 'VariantError'
    this.problems = problems
  }
}

const NAMES: LevelName[] = ['p4d', 'pud', 'pmd']

/** @throws VariantError naming every number that doesn't fit. */
export function defineVariant(declaration: VariantDeclaration): Variant {
  return checked(deriveVariant(findVariant(declaration.extends), declaration))
}

/** As defineVariant, but of any base and not yet checked. */
export function deriveVariant(base: Variant, declaration: Omit<VariantDeclaration, 'extends'>): Variant {
  const { id, change = {} } = declaration
  if (!/^[a-z][a-z0-9-]*$/.test(id))
    throw new VariantError(id, [`id '${id}': use small letters, digits and dashes`])
  const pageShift = declaration.pageShift ?? base.pageShift
  const levels = declaration.levels === undefined ? base.levels : expandLevels(declaration.levels, pageShift)
  const own: DeepPartial<Variant> = {
    ...change,
    id,
    name: declaration.name ?? `${base.name}, changed`,
    aliases: [],
    verifiedBy: 'declared by a scenario',
    pageShift,
    levels,
    folded: foldedOf(levels, base.folded),
  }
  return withTables(merge(withoutLevelOverrides(base, declaration), own))
}

/** A complete descriptor, checked. @throws VariantError */
export function checked(variant: Variant): Variant {
  const problems = validateVariant(variant)
  if (problems.length > 0) throw new VariantError(variant.id, problems)
  return variant
}

function expandLevels(short: readonly ShortLevel[], pageShift: number): LevelSpec[] {
  let shift = pageShift
  return [...short]
    .reverse()
    .map((level) => {
      const { name, entries, entryBytes = 8 } = level
      const bytes = entries * entryBytes
      const spec: LevelSpec = {
        name,
        shift: level.shift ?? shift,
        entries,
        entryBytes,
        hwWords: 1,
        alloc: level.alloc ?? wholePages(bytes, pageShift),
        counted: level.counted ?? (name === 'pgd' || name === 'p4d' ? 0 : bytes),
      }
      shift += Math.log2(entries)
      return spec
    })
    .reverse()
}

function wholePages(bytes: number, pageShift: number): TableAlloc {
  const size = 2 ** pageShift
  if (bytes <= size) return page(size)
  const order = Math.ceil(Math.log2(bytes / size))
  return pages(size * 2 ** order, order)
}

function foldedOf(levels: readonly LevelSpec[], base: readonly FoldedLevel[]): FoldedLevel[] {
  const present = new Set(levels.map((l) => l.name))
  return NAMES.filter((name) => !present.has(name)).map(
    (level) => base.find((f) => f.level === level) ?? { level, when: 'always', how: 'declared so' },
  )
}

/** Overrides that replace the levels would undo the declared ones. */
function withoutLevelOverrides(base: Variant, declaration: Pick<VariantDeclaration, 'levels'>): Variant {
  const { siblings: _siblings, ...rest } = base
  if (declaration.levels === undefined) return rest
  return { ...rest, overrides: base.overrides.filter((o) => o.patch.levels === undefined), runtimeFold: null }
}

/** Levels the extended variant doesn't have take the entry format of its top level; formats of levels that are gone go. */
function withTables(variant: Variant): Variant {
  const tables: Variant['tables'] = {}
  const huge: Variant['huge'] = {}
  for (const { name } of variant.levels.slice(0, -1)) {
    const format = variant.tables[name] ?? variant.tables.pgd
    if (format !== undefined) tables[name] = format
    const leaf = variant.huge[name]
    if (leaf !== undefined) huge[name] = leaf
  }
  return { ...variant, tables, huge }
}
