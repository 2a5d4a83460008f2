/** Checks that a variant's numbers fit together. Every message names the number that doesn't, and what it should be. */
import type { Arch, LevelName } from './arch.ts'
import { bits } from './bits.ts'
import { compileArch } from './compile.ts'
import type { Piece } from './format.ts'
import type { LevelSpec, Variant } from './variant.ts'

const ORDER: LevelName[] = ['pgd', 'p4d', 'pud', 'pmd', 'pte']

/** Empty when the variant is consistent. */
export function validateVariant(variant: Variant): string[] {
  const problems = [
    ...checkLevels(variant),
    ...checkFormats(variant),
    ...checkSpace(variant),
    ...checkFeatures(variant),
  ]
  return problems.length === 0 ? checkHelpers(variant) : problems
}

function checkLevels({ levels, pageShift }: Variant): string[] {
  const problems: string[] = []
  if (pageShift < 10 || pageShift > 20)
    problems.push(`pageShift ${pageShift}: pages are 1 KiB (10) to 1 MiB (20)`)
  if (levels.length < 2) problems.push('levels: at least a pgd and a pte level are needed')
  if (levels[0]?.name !== 'pgd')
    problems.push(`levels[0].name '${levels[0]?.name ?? ''}': the top level is called pgd`)
  const last = levels.at(-1)
  if (last?.name !== 'pte') problems.push(`the last level is '${last?.name ?? ''}': it must be pte`)
  else if (last.shift !== pageShift) problems.push(`pte shift ${last.shift}: must be pageShift, ${pageShift}`)
  levels.forEach((level, i) => problems.push(...checkLevel(level, levels[i + 1], pageShift)))
  return problems
}

function checkLevel(level: LevelSpec, below: LevelSpec | undefined, pageShift: number): string[] {
  const problems: string[] = []
  const { name, entries, entryBytes, alloc } = level
  if (!isPowerOfTwo(entries)) problems.push(`${name}: ${entries} entries is no power of two`)
  if (!isPowerOfTwo(entryBytes) || entryBytes < 4)
    problems.push(`${name}: an entry of ${entryBytes} bytes; use 4, 8 or 16`)
  const size = entries * entryBytes
  if (alloc.bytes < size)
    problems.push(
      `${name}: alloc.bytes ${alloc.bytes} is less than the table (${entries} × ${entryBytes} = ${size})`,
    )
  const page = 2 ** pageShift
  if (alloc.perPage !== undefined && alloc.perPage * alloc.bytes > page) {
    problems.push(`${name}: ${alloc.perPage} tables of ${alloc.bytes} bytes don't fit a page of ${page}`)
  }
  if (alloc.order !== undefined && alloc.order > 0 && alloc.bytes > page * 2 ** alloc.order) {
    problems.push(
      `${name}: alloc.bytes ${alloc.bytes} is more than order ${alloc.order} gives (${page * 2 ** alloc.order})`,
    )
  }
  if (below === undefined) return problems
  if (ORDER.indexOf(below.name) <= ORDER.indexOf(name))
    problems.push(`${below.name} can't be below ${name}; the order is ${ORDER.join(', ')}`)
  const wanted = below.shift + Math.log2(below.entries)
  if (level.shift !== wanted) {
    problems.push(
      `${name} shift ${level.shift}: ${below.name} shift ${below.shift} + ${Math.log2(below.entries)} index bits gives ${wanted}`,
    )
  }
  return problems
}

function checkFormats(variant: Variant): string[] {
  const { levels, pte, tables } = variant
  const problems: string[] = []
  const width = levels.at(-1)?.entryBytes === 8 ? 64 : 32
  if (pte.prot.length !== 16)
    problems.push(`pte.prot has ${pte.prot.length} values; it needs 16 (read 1, write 2, exec 4, shared 8)`)
  pte.prot.forEach((value, i) => {
    if (value > bits(width - 1, 0))
      problems.push(`pte.prot[${i}] 0x${value.toString(16)} does not fit ${width} bits`)
  })
  for (const field of pte.fields) {
    if (field.mask > bits(width - 1, 0))
      problems.push(`pte field '${field.name}' 0x${field.mask.toString(16)} does not fit ${width} bits`)
  }
  problems.push(...checkPieces('pte.pfn', pte.pfn, width))
  problems.push(...checkPieces('pte.swap', [...pte.swap.type, ...pte.swap.offset], width))
  for (const { name } of levels.slice(0, -1)) {
    if (tables[name] === undefined)
      problems.push(`tables.${name} is missing: what an entry of a ${name} table looks like`)
  }
  return problems
}

function checkPieces(where: string, pieces: readonly Piece[], width: number): string[] {
  let used = 0n
  for (const { entry, width: count } of pieces) {
    const mask = bits(entry + count - 1, entry)
    if (entry + count > width)
      return [`${where}: bits ${entry + count - 1}:${entry} lie outside an entry of ${width} bits`]
    if ((used & mask) !== 0n) return [`${where}: two pieces share bits of ${entry + count - 1}:${entry}`]
    used |= mask
  }
  return used === 0n ? [`${where} is empty`] : []
}

function checkSpace({ space, levels, pageShift, bits: word }: Variant): string[] {
  const problems: string[] = []
  const top = levels[0]
  if (top === undefined) return problems
  const page = 1n << BigInt(pageShift)
  const reach = BigInt(top.entries) << BigInt(top.shift)
  const hex = (v: bigint) => `0x${v.toString(16)}`
  if (space.taskSize > 1n << BigInt(word))
    problems.push(`space.taskSize ${hex(space.taskSize)} does not fit ${word}-bit addresses`)
  if (space.taskSize > reach)
    problems.push(`space.taskSize ${hex(space.taskSize)} is more than the levels reach (${hex(reach)})`)
  if (space.mmapWindow > space.taskSize)
    problems.push(`space.mmapWindow ${hex(space.mmapWindow)} is past taskSize ${hex(space.taskSize)}`)
  if (space.stackTop > space.taskSize)
    problems.push(`space.stackTop ${hex(space.stackTop)} is past taskSize ${hex(space.taskSize)}`)
  if (space.firstUserAddress >= space.taskSize)
    problems.push(`space.firstUserAddress ${hex(space.firstUserAddress)} is past taskSize`)
  if (space.firstUserAddress % page !== 0n)
    problems.push(`space.firstUserAddress ${hex(space.firstUserAddress)} is not aligned to a page`)
  if (space.userTopEntries < 1 || space.userTopEntries > top.entries) {
    problems.push(`space.userTopEntries ${space.userTopEntries}: the top table has ${top.entries} entries`)
  }
  return problems
}

function checkFeatures({ features, overrides }: Variant): string[] {
  const known = new Set(features.map((f) => f.name))
  return overrides
    .filter((o) => !known.has(o.feature))
    .map((o) => `overrides: there is no feature '${o.feature}'`)
}

/** The helpers must at least agree with themselves. */
function checkHelpers(variant: Variant): string[] {
  const problems: string[] = []
  const compiled = compileArch(variant)
  const { pte, levels } = compiled
  const lo = pte.mk(1, 3)
  const hi = pte.hi
  if (!pte.isPresent(lo, hi)) problems.push('pte: an entry made with protection rw (prot[3]) is not present')
  if (pte.isNone(lo, hi)) problems.push('pte: an entry made with protection rw (prot[3]) looks empty')
  if (pte.pfn(lo, hi) !== 1)
    problems.push(`pte.pfn: frame 1 comes back as ${pte.pfn(lo, hi)}; do flags overlap the frame number?`)
  const writable = pte.mkwrite(lo, hi)
  if (!pte.isWrite(writable, pte.hi)) problems.push('pte.mkwrite does not make what pte.write tests')
  const none = levels.at(-1)!
  if (!pte.isNone(none.noneLo, none.noneHi)) problems.push('pte.noneValue is not what pte.none tests')
  if (pte.isPresent(none.noneLo, none.noneHi)) problems.push('pte.noneValue looks present')
  const swap = pte.mkswap(1, 1)
  if (pte.isPresent(swap, pte.hi)) problems.push('pte.swap: a swap entry (type 1, offset 1) looks present')
  if (pte.isNone(swap, pte.hi)) problems.push('pte.swap: a swap entry (type 1, offset 1) looks empty')
  for (const { name, depth, table, noneLo, noneHi } of levels.slice(0, -1)) {
    const entry = table!.mk(1, 0, true)
    if (table!.frame(entry, table!.hi) !== 1)
      problems.push(`tables.${name}: frame 1 comes back as ${table!.frame(entry, table!.hi)}`)
    problems.push(...checkPlaces(variant, compiled, depth))
    const again = table!.mk(1, 0, true)
    if (!table!.isTable(again, table!.hi))
      problems.push(`tables.${name}: an entry that points to a table is none to its own test`)
    if (!table!.isNone(noneLo, noneHi))
      problems.push(`tables.${name}.noneValue is not what its none test expects`)
  }
  return problems
}

/** Several tables in a page must not look like one. */
function checkPlaces({ pageShift }: Variant, { levels }: Arch, depth: number): string[] {
  const { name, table } = levels[depth]!
  const below = levels[depth + 1]!
  if (below.perPage <= 1 || below.align >= 2 ** pageShift) return []
  const entry = table!.mk(1, below.align, true)
  if (table!.offset(entry, table!.hi) === below.align) return []
  return [
    `tables.${name}.address: ${below.name} tables are ${below.align} bytes apart, which needs address bit ${Math.log2(below.align)}`,
  ]
}

function isPowerOfTwo(n: number): boolean {
  return Number.isInteger(n) && n > 0 && Number.isInteger(Math.log2(n))
}
