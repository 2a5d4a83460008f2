/** Every architecture variant, by id or alias. */
import type { Arch } from './arch.ts'
import { compileArch } from './compile.ts'
import { alpha } from './families/alpha/index.ts'
import { arc } from './families/arc/index.ts'
import { arm } from './families/arm/index.ts'
import { arm64 } from './families/arm64/index.ts'
import { csky } from './families/csky/index.ts'
import { hexagon } from './families/hexagon/index.ts'
import { historicVariants, withoutMmu } from './families/historic/index.ts'
import { loongarch } from './families/loongarch/index.ts'
import { m68k } from './families/m68k/index.ts'
import { microblaze } from './families/microblaze/index.ts'
import { mips } from './families/mips/index.ts'
import { nios2 } from './families/nios2/index.ts'
import { openrisc } from './families/openrisc/index.ts'
import { parisc } from './families/parisc/index.ts'
import { powerpc } from './families/powerpc/index.ts'
import { riscv } from './families/riscv/index.ts'
import { s390 } from './families/s390/index.ts'
import { sh } from './families/sh/index.ts'
import { sparc } from './families/sparc/index.ts'
import { um } from './families/um/index.ts'
import { x86 } from './families/x86/index.ts'
import { xtensa } from './families/xtensa/index.ts'
import type { Features, Variant } from './variant.ts'

const ALL: readonly Variant[] = [
  ...x86,
  ...arm64,
  ...riscv,
  ...arm,
  ...s390,
  ...powerpc,
  ...mips,
  ...loongarch,
  ...alpha,
  ...arc,
  ...csky,
  ...hexagon,
  ...m68k,
  ...microblaze,
  ...nios2,
  ...openrisc,
  ...parisc,
  ...sh,
  ...sparc,
  ...um,
  ...xtensa,
  ...historicVariants,
]

const byName = new Map<string, Variant>()
for (const variant of ALL) {
  byName.set(variant.id, variant)
  for (const alias of variant.aliases ?? []) byName.set(alias, variant)
}

export { withoutMmu }

export function variants(): readonly Variant[] {
  return ALL
}

/** Null for what a scenario declared, and for what is not known at all. */
export function knownVariant(id: string): Variant | null {
  return byName.get(id) ?? null
}

/** @throws Error that lists the nearest ids. */
export function findVariant(idOrAlias: string): Variant {
  const found = byName.get(idOrAlias) ?? byName.get(idOrAlias.toLowerCase())
  if (found !== undefined) return found
  const stub = withoutMmu.find((v) => v.id === idOrAlias)
  if (stub !== undefined) throw new Error(`${stub.id} has no page tables to simulate: ${stub.note}.`)
  const near = nearest(idOrAlias, [...byName.keys()], 4)
  throw new Error(
    `no architecture '${idOrAlias}'. Did you mean ${near.join(', ')}? \`ptlab archs\` lists all.`,
  )
}

/** The compiled variant; `features` that choose a sibling (la57) are followed. */
export function arch(idOrAlias: string, features: Partial<Features> = {}): Arch {
  const variant = findVariant(idOrAlias)
  const rest = { ...features }
  let chosen = variant
  for (const sibling of variant.siblings ?? []) {
    if (rest[sibling.feature] === undefined) continue
    if (rest[sibling.feature] === sibling.value) chosen = findVariant(sibling.id)
    delete rest[sibling.feature]
  }
  return compileGrown(chosen, rest)
}

/** A variant and the levels its address spaces can grow to. */
export function compileGrown(chosen: Variant, rest: Partial<Features>): Arch {
  const own = compileArch(chosen, rest)
  return chosen.growsInto === undefined ? own : grown(own, compileArch(findVariant(chosen.growsInto), rest))
}

/** A variant whose address spaces grow has all levels of the largest; a new mm just doesn't begin at the top one. */
function grown(own: Arch, largest: Arch): Arch {
  return {
    ...own,
    levels: largest.levels,
    pte: largest.pte,
    initialTop: largest.levels.length - own.levels.length,
  }
}

function nearest(wanted: string, names: string[], count: number): string[] {
  const key = wanted.toLowerCase()
  return names
    .map((name) => ({ name, far: distance(key, name.toLowerCase()) - (name.includes(key) ? 3 : 0) }))
    .sort((a, b) => a.far - b.far || (a.name < b.name ? -1 : 1))
    .slice(0, count)
    .map((n) => n.name)
}

/** Levenshtein distance. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i)
  for (let i = 1; i <= a.length; i++) {
    const next = [i]
    for (let j = 1; j <= b.length; j++) {
      const swap = row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1)
      next.push(Math.min(row[j]! + 1, next[j - 1]! + 1, swap))
    }
    row = next
  }
  return row[b.length]!
}
