/** Raw entry → words: what it is, and every one of its bits by name. */
import type { Arch, CompiledLevel, LevelName } from './arch.ts'
import { bits, join64 } from './bits.ts'
import type { EntryFormat, Field, Piece, SwapFormat } from './format.ts'
import { merge } from './resolve.ts'
import { featureHolds } from './rules.ts'
import { SPECIAL_SWAP_TYPES } from './swap-types.ts'

export type EntryState =
  'none' | 'table' | 'page' | 'huge' | 'protnone' | 'swap' | 'migration' | 'marker' | 'bad'

export interface DecodedBits {
  name: string
  /** Inclusive bit positions. */
  hi: number
  lo: number
  /** Kernel macro, empty where there is none. */
  macro: string
  /** Value of the bits, hexadecimal. */
  value: string
  meaning: string
  kind: 'flag' | 'frame' | 'address' | 'swap' | 'reserved'
}

export interface DecodedEntry {
  state: EntryState
  /** One sentence. */
  summary: string
  raw: string
  width: 32 | 64
  /** From the highest bit to the lowest, without gaps or overlaps. */
  bits: DecodedBits[]
}

/** A claim on bits, before overlaps are sorted out: earlier claims win. */
interface Claim extends Omit<DecodedBits, 'hi' | 'lo' | 'value'> {
  mask: bigint
  /** Overrides the value read from the bits. */
  value?: string
  values?: Record<string, string>
  fixed?: boolean
}

/**
 * @param kind 'auto' tells tables from leaves by the entry itself.
 * @throws Error when the variant has no such level.
 */
export function decodeEntry(
  arch: Arch,
  levelName: LevelName,
  kind: 'leaf' | 'table' | 'auto',
  lo: number,
  hi: number,
): DecodedEntry {
  const level = arch.levels.find((l) => l.name === levelName)
  if (level === undefined) {
    const names = arch.levels.map((l) => l.name).join(', ')
    throw new Error(`${arch.id} has no table of level '${levelName}'; it has ${names}`)
  }
  const width = level.entryBytes === 8 ? 64 : 32
  const raw = join64(lo, hi) & bits(width - 1, 0)
  const state = stateOf(level, kind, lo, hi)
  return {
    state,
    summary: summaryOf(arch, level, state, lo, hi),
    raw: hex(raw),
    width,
    bits: layOut(claimsOf(arch, level, state, lo, hi), raw, width),
  }
}

/** A field of an entry, without a value. */
export interface FieldBits extends Omit<DecodedBits, 'value'> {
  /** Words for single values of a field of several bits. */
  values: Record<string, string>
}

/** The bits of an entry in that state: no gaps and no overlaps, then in `also` what shares its bits with a narrower field. */
export interface EntryLayout {
  width: 32 | 64
  bits: FieldBits[]
  also: FieldBits[]
}

/** What each bit of an entry of this level means while it is in `state`. */
export function entryLayout(
  arch: Arch,
  level: CompiledLevel,
  state: 'page' | 'huge' | 'table' | 'swap',
): EntryLayout {
  const width = level.entryBytes === 8 ? 64 : 32
  const claims = claimsOf(arch, level, state, 0, 0)
  const field = ({ name, macro, meaning, kind, values = {} }: Claim, hi: number, lo: number): FieldBits => ({
    name,
    hi,
    lo,
    macro,
    meaning,
    kind,
    values,
  })
  const named = layOut(
    claims.map((claim, index) => ({ ...claim, name: String(index), fixed: true, values: {} })),
    0n,
    width,
  )
  const out = named.map((bit) => {
    const claim = bit.kind === 'reserved' && bit.name === 'reserved' ? undefined : claims[Number(bit.name)]
    if (claim !== undefined) return field(claim, bit.hi, bit.lo)
    const unnamed: Claim = {
      name: 'reserved',
      mask: 0n,
      macro: '',
      kind: 'reserved',
      meaning: 'no declared meaning',
    }
    return field(unnamed, bit.hi, bit.lo)
  })
  const shown = new Set(named.map((bit) => bit.name))
  const hidden = claims.filter((claim, index) => !shown.has(String(index)))
  const also = hidden.flatMap((claim) =>
    runs(claim.mask & bits(width - 1, 0)).map(([hi, lo]) => field(claim, hi, lo)),
  )
  return { width, bits: out, also }
}

function stateOf(level: CompiledLevel, kind: 'leaf' | 'table' | 'auto', lo: number, hi: number): EntryState {
  const { table, leaf } = level
  if (table !== null && kind !== 'leaf') {
    if (table.isNone(lo, hi)) return 'none'
    if (table.isTable(lo, hi)) return table.isBad(lo, hi) ? 'bad' : 'table'
  }
  if (leaf === null || kind === 'table') return 'bad'
  if (leaf.isNone(lo, hi)) return 'none'
  if (leaf.isPresent(lo, hi)) {
    if (leaf.isProtnone(lo, hi)) return 'protnone'
    return level.name === 'pte' ? 'page' : 'huge'
  }
  const special = SPECIAL_SWAP_TYPES[leaf.swapType(lo, hi)]
  if (special === undefined) return 'swap'
  return special.name === 'SWP_PTE_MARKER' ? 'marker' : 'migration'
}

function summaryOf(arch: Arch, level: CompiledLevel, state: EntryState, lo: number, hi: number): string {
  const { table, leaf } = level
  if (state === 'none') return 'empty'
  if (state === 'bad') return 'neither empty nor a pointer to a table nor a page'
  if (state === 'table') {
    const address = BigInt(table!.frame(lo, hi)) * BigInt(arch.pageSize) + BigInt(table!.offset(lo, hi))
    return `points to the table at physical ${hex(address)}`
  }
  if (state === 'page' || state === 'huge' || state === 'protnone') {
    const size =
      state === 'page' || level.name === 'pte' ? 'page' : `huge page (${arch.pageSize * level.pages} bytes)`
    return `${size}, frame ${hex(BigInt(leaf!.pfn(lo, hi)))}, ${permissions(level, state, lo, hi)}`
  }
  const type = leaf!.swapType(lo, hi)
  const offset = leaf!.swapOffset(lo, hi)
  const special = SPECIAL_SWAP_TYPES[type]
  if (state === 'marker') return special!.meaning
  if (state === 'migration') return `${special!.meaning}; frame ${hex(BigInt(offset))}`
  return `swapped out: swap file ${type}, page ${offset}`
}

function permissions(level: CompiledLevel, state: EntryState, lo: number, hi: number): string {
  if (state === 'protnone') return 'PROT_NONE'
  const leaf = level.leaf!
  const letter = (yes: boolean, c: string) => (yes ? c : '-')
  const rwx =
    letter(leaf.hwRead(lo, hi), 'r') + letter(leaf.isWrite(lo, hi), 'w') + letter(leaf.hwExec(lo, hi), 'x')
  return `${rwx} ${leaf.hwUser(lo, hi) ? 'user' : 'kernel'}`
}

function claimsOf(arch: Arch, level: CompiledLevel, state: EntryState, lo: number, hi: number): Claim[] {
  if (state === 'none') return noneClaims(arch, level)
  if (state === 'table' || (state === 'bad' && level.table !== null)) return tableClaims(arch, level)
  const format = formatOf(arch, level)
  if (state === 'swap' || state === 'migration' || state === 'marker')
    return swapClaims(arch, format, level, lo, hi)
  const frame = hex(BigInt(level.leaf!.pfn(lo, hi)))
  const split = format.pfn.length > 1
  const inverted = state === 'protnone' && format.pfnInverted !== undefined
  const address = format.pfn.map<Claim>((p) => ({
    name: 'frame',
    mask: pieceMask(p),
    macro: '',
    kind: 'frame',
    meaning: `page frame number${split ? `, from its bit ${p.at}` : ''}${inverted ? ', stored inverted against L1TF' : ''}`,
    ...(split ? {} : { value: frame }),
    fixed: true,
  }))
  return [...fieldClaims(arch, format.fields, state), ...address]
}

export function formatOf(arch: Arch, level: CompiledLevel): EntryFormat {
  if (level.name === 'pte') return arch.variant.pte
  return merge(arch.variant.pte, arch.variant.huge[level.name] ?? {})
}

function noneClaims(arch: Arch, level: CompiledLevel): Claim[] {
  const means = arch.variant.tables[level.name]?.noneMeans
  const meaning =
    means === undefined ? 'empty' : `empty: address of ${means.symbol}, shared by all empty slots`
  return [{ name: 'none', mask: bits(63, 0), macro: '', kind: 'reserved', meaning, fixed: true }]
}

function tableClaims(arch: Arch, level: CompiledLevel): Claim[] {
  const format = arch.variant.tables[level.name]!
  const virtual = format.added !== undefined && format.added > 0xffffn
  const address = format.address.map<Claim>((p) => ({
    name: 'address',
    mask: pieceMask(p),
    macro: '',
    kind: 'address',
    meaning: virtual
      ? `kernel virtual address of the next table (physical + ${hex(format.added!)})`
      : `physical address of the next table, from its bit ${p.at}`,
    fixed: true,
  }))
  const second: Claim[] =
    format.secondWord === undefined
      ? []
      : [
          {
            name: 'secondWord',
            mask: bits(63, 32),
            macro: '',
            kind: 'address',
            meaning: `second hardware word: the first plus ${format.secondWord} bytes`,
            fixed: true,
          },
        ]
  return [...fieldClaims(arch, format.fields, 'table'), ...address, ...second]
}

/** Narrow fields first: where two names share a bit the more specific one gets it. */
function fieldClaims(arch: Arch, fields: readonly Field[], state: EntryState): Claim[] {
  return fields
    .filter((f) => featureHolds(f.only, arch.features) && applies(f, state))
    .sort((a, b) => rank(a, state) - rank(b, state) || bitCount(a.mask) - bitCount(b.mask))
    .map((f) => ({ ...f, kind: 'flag' as const, values: f.values ?? {} }))
}

function rank(field: Field, state: EntryState): number {
  return field.state === state ? 0 : 1
}

function applies(field: Field, state: EntryState): boolean {
  const where = field.state ?? 'present'
  if (where === 'any' || where === 'present') return true
  return where === state
}

function swapClaims(arch: Arch, format: EntryFormat, level: CompiledLevel, lo: number, hi: number): Claim[] {
  const { swap } = format
  const type = level.leaf!.swapType(lo, hi)
  const special = SPECIAL_SWAP_TYPES[type]
  const whole = (pieces: readonly Piece[], value: string) => (pieces.length === 1 ? { value } : {})
  const part = (name: string, meaning: string, pieces: readonly Piece[], value: string): Claim[] =>
    pieces.map((p) => ({
      name,
      mask: pieceMask(p),
      macro: '',
      kind: 'swap',
      meaning,
      ...whole(pieces, value),
      fixed: true,
    }))
  const offset = hex(BigInt(level.leaf!.swapOffset(lo, hi)))
  return [
    ...flags(swap, arch.hasSoftDirty),
    ...part(
      'type',
      special === undefined ? 'swap file number' : `${special.name}: ${special.meaning}`,
      swap.type,
      hex(BigInt(type)),
    ),
    ...part(
      'offset',
      swap.inverted === true
        ? 'page in the swap file, stored inverted against L1TF'
        : 'page in the swap file',
      swap.offset,
      offset,
    ),
    ...(swap.set === 0n
      ? []
      : [
          {
            name: 'swapMarker',
            mask: swap.set,
            macro: '',
            kind: 'swap' as const,
            meaning: 'what every swap entry carries',
            fixed: true,
          },
        ]),
  ]
}

function flags(swap: SwapFormat, softDirty: boolean): Claim[] {
  const claim = (name: string, mask: bigint, macro: string, meaning: string): Claim[] =>
    mask === 0n ? [] : [{ name, mask, macro, kind: 'swap', meaning }]
  return [
    ...claim('swpExclusive', swap.exclusive, '_PAGE_SWP_EXCLUSIVE', 'the page belongs to this process alone'),
    ...(softDirty ? claim('swpSoftDirty', swap.softDirty, '_PAGE_SWP_SOFT_DIRTY', 'soft-dirty') : []),
    ...claim('swpUffdWp', swap.uffdWp, '_PAGE_SWP_UFFD_WP', 'write-protected by userfaultfd'),
  ]
}

/** Cuts claims into runs of bits that nobody claimed before, and fills the rest with reserved bits. */
function layOut(claims: readonly Claim[], raw: bigint, width: 32 | 64): DecodedBits[] {
  let free = bits(width - 1, 0)
  const out: DecodedBits[] = []
  for (const claim of claims) {
    const whole = claim.mask & bits(width - 1, 0)
    for (const [hi, lo] of runs(claim.mask & free)) {
      out.push(describe(claim, raw, hi, lo, bits(hi, lo) === whole))
    }
    free &= ~claim.mask
  }
  for (const [hi, lo] of runs(free)) out.push(reserved(raw, hi, lo))
  return out.sort((a, b) => b.hi - a.hi)
}

function describe(claim: Claim, raw: bigint, hi: number, lo: number, isWhole: boolean): DecodedBits {
  const value = (raw & bits(hi, lo)) >> BigInt(lo)
  const words = isWhole ? claim.values?.[value.toString()] : undefined
  const clear = claim.fixed !== true && value === 0n && hi === lo
  return {
    name: claim.name,
    hi,
    lo,
    macro: claim.macro,
    value: isWhole && claim.value !== undefined ? claim.value : hex(value),
    meaning:
      words === undefined
        ? clear
          ? `clear (set: ${claim.meaning})`
          : claim.meaning
        : `${claim.meaning}: ${words}`,
    kind: claim.kind,
  }
}

function reserved(raw: bigint, hi: number, lo: number): DecodedBits {
  const value = (raw & bits(hi, lo)) >> BigInt(lo)
  const meaning = value === 0n ? 'no declared meaning, clear' : 'set, but without a declared meaning'
  return { name: 'reserved', hi, lo, macro: '', value: hex(value), meaning, kind: 'reserved' }
}

/** Contiguous runs of a mask as [high, low], from the lowest. */
function runs(mask: bigint): [number, number][] {
  const out: [number, number][] = []
  for (let bit = 0, rest = mask; rest !== 0n; bit++, rest >>= 1n) {
    if ((rest & 1n) === 0n) continue
    const last = out[out.length - 1]
    if (last !== undefined && last[0] === bit - 1) last[0] = bit
    else out.push([bit, bit])
  }
  return out
}

function bitCount(mask: bigint): number {
  return mask.toString(2).replaceAll('0', '').length
}

function pieceMask(piece: Piece): bigint {
  return ((1n << BigInt(piece.width)) - 1n) << BigInt(piece.entry)
}

function hex(value: bigint): string {
  return `0x${value.toString(16)}`
}
