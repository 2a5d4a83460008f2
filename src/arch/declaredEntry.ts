/** Entry formats of declared architectures: from bit numbers, or the extended variant's with the frame moved. */
import { bit, bits } from './bits.ts'
import type { DeclaredBits } from './declaration.ts'
import type { EntryFormat, Field, Piece, TableFormat } from './format.ts'
import { field, has, lacks, piece } from './make.ts'
import { plainEntry, table, type PlainRules } from './plain.ts'
import { ALWAYS } from './rules.ts'
import type { Variant } from './variant.ts'

const READ = 1
const WRITE = 2
const EXEC = 4
const SHARED = 8

/** A pte whose every bit the declaration names; what isn't named doesn't exist. */
export function declaredEntry(variant: Variant, b: DeclaredBits): EntryFormat {
  const [present, write, noExec] = [bit(b.present), bit(b.write), b.noExec === undefined ? 0n : bit(b.noExec)]
  const protNone = bit(b.protNone)
  const prot = Array.from({ length: 16 }, (_, vm) => {
    if ((vm & (READ | WRITE | EXEC)) === 0) return protNone | noExec
    // Private writable pages start read-only: the first write copies.
    const writable = (vm & (WRITE | SHARED)) === (WRITE | SHARED) ? write : 0n
    return present | writable | ((vm & EXEC) === 0 ? noExec : 0n)
  })
  const rules: PlainRules = {
    present: [has(present), has(protNone)],
    accessed: bit(b.accessed),
    dirty: bit(b.dirty),
    write,
    special: bit(b.special),
    protnone: { mask: present | protNone, value: protNone },
    accessedBy: 'mmu',
    dirtyBy: 'mmu',
    hw: { valid: has(present), user: ALWAYS, read: ALWAYS, exec: noExec === 0n ? ALWAYS : lacks(noExec) },
  }
  const pfn = pieceOf(b.frame)
  const kept = bits(b.frame[0], b.frame[1]) | bit(b.accessed) | bit(b.dirty) | bit(b.special)
  return plainEntry(
    {
      geometry: variant,
      fields: fieldsOf(b),
      prot,
      pfn: [pfn],
      keep: kept,
      swap: {
        type: [pieceOf(b.swapType)],
        offset: [pieceOf(b.swapOffset)],
        set: 0n,
        exclusive: bit(b.swapExclusive),
        softDirty: 0n,
        uffdWp: 0n,
      },
    },
    rules,
  )
}

/** Bits that two parts of an entry claim. */
export function overlaps(b: DeclaredBits): string[] {
  const one = (name: keyof DeclaredBits): [string, number, number][] => {
    const at = b[name]
    if (at === undefined) return []
    return typeof at === 'number' ? [[`bits.${name}`, at, at]] : [[`bits.${name}`, at[0], at[1]]]
  }
  const states = [...one('present'), ...one('protNone')]
  const page = [
    ...states,
    ...one('write'),
    ...one('accessed'),
    ...one('dirty'),
    ...one('special'),
    ...one('noExec'),
  ]
  const swap = [...states, ...one('swapType'), ...one('swapOffset'), ...one('swapExclusive')]
  return [...new Set([...clashes([...page, ...one('frame')]), ...clashes(swap)])]
}

function clashes(parts: readonly [string, number, number][]): string[] {
  return parts.flatMap(([name, high, low], i) =>
    parts
      .slice(0, i)
      .filter(([, otherHigh, otherLow]) => low <= otherHigh && otherLow <= high)
      .map(
        ([other, otherHigh, otherLow]) =>
          `${name} ${range(high, low)} overlaps ${other} ${range(otherHigh, otherLow)}`,
      ),
  )
}

function range(high: number, low: number): string {
  return high === low ? String(high) : `[${high}, ${low}]`
}

/** An entry that points to a table: present and the table's address, whose page number stands where a frame's does. */
export function declaredTable(variant: Variant, b: DeclaredBits, below: number): TableFormat {
  const width = variant.levels.at(-1)?.entryBytes === 4 ? 32 : 64
  const [high, low] = b.frame
  const small = Math.max(0, variant.pageShift - Math.log2(below))
  return table(width, {
    address: [piece(low - small, high - low + 1 + small, variant.pageShift - small)],
    user: bit(b.present),
    bad: lacks(bit(b.present)),
  })
}

/** Frame number pieces that stand at their own address bits, for another page size. */
export function moveFrame(pfn: readonly Piece[], from: number, to: number): Piece[] {
  return pfn.map((each) =>
    each.at === 0 && each.entry === from ? piece(to, each.width - (to - from)) : { ...each },
  )
}

/** Address pieces that reach down to tables of `below` bytes. */
export function reachTables(address: readonly Piece[], from: number, below: number): Piece[] {
  const lowest = Math.log2(below)
  return address.map((each) =>
    each.entry === each.at && each.at <= from && each.at > lowest
      ? piece(lowest, each.width + each.at - lowest, lowest)
      : { ...each },
  )
}

function pieceOf([high, low]: readonly [number, number]): Piece {
  return piece(low, high - low + 1)
}

function fieldsOf(b: DeclaredBits): Field[] {
  const named: [string, number | undefined, string][] = [
    ['present', b.present, 'the MMU may use the entry'],
    ['prot_none', b.protNone, 'a page that nobody may use (PROT_NONE)'],
    ['write', b.write, 'writable'],
    ['accessed', b.accessed, 'used since the bit was cleared'],
    ['dirty', b.dirty, 'written since the bit was cleared'],
    ['special', b.special, 'no struct page behind it (zero page)'],
    ['no_exec', b.noExec, 'not executable'],
  ]
  const single = named.flatMap(([name, at, meaning]) =>
    at === undefined ? [] : [field(name, bit(at), `bit ${at}`, meaning)],
  )
  return [
    ...single,
    field('frame', bits(...b.frame), `bits ${b.frame[0]}:${b.frame[1]}`, 'page frame number'),
  ]
}
