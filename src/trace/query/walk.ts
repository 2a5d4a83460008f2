/** The way from the top table to an address, in the state of a replica. */
import type { CompiledLevel } from '../../arch/arch.ts'
import type { State } from '../replica/state.ts'
import { TABLE } from '../replica/tables.ts'
import type { WalkStep, WalkView } from '../views.ts'
import { hex, rawEntry } from '../values.ts'
import { entryKind } from './entries.ts'
import type { EntryKind } from './entries.ts'
import { levelOfTable, rootOf } from './tables.ts'

/** Where a walk ended: the entry, its level and what it is. */
export interface WalkEnd {
  level: CompiledLevel
  table: number
  index: number
  lo: number
  hi: number
  kind: EntryKind
}

/** Entries from the top table down to where the walk ends; empty when the mm has no tables. */
export function walk(state: State, mm: number, vpn: number, root = rootOf(state, mm)): WalkEnd[] {
  const { tables } = state
  const steps: WalkEnd[] = []
  let table = root
  while (table !== 0 && steps.length <= state.arch.levels.length) {
    const level = levelOfTable(state, table)
    if (level === null) break
    const index = Math.floor(vpn / level.pages) % level.entries
    tables.read(table, index)
    const { lo, hi } = tables
    const kind = entryKind(level, lo, hi)
    steps.push({ level, table, index, lo, hi, kind })
    table =
      kind === 'table' && level.table ? tables.at(level.table.frame(lo, hi), level.table.offset(lo, hi)) : 0
  }
  return steps
}

/** Frame of the page at the end of a walk, or null when it does not end in one. */
export function frameAtEnd(end: WalkEnd | undefined, vpn: number): number | null {
  if (!end || end.level.leaf === null || (end.kind !== 'leaf' && end.kind !== 'huge')) return null
  return end.level.leaf.pfn(end.lo, end.hi) + (vpn % 2 ** end.level.pageShift)
}

export function walkView(state: State, mm: number, va: string): WalkView {
  const { arch } = state
  const vpn = vpnOf(va, arch.pageShift, arch.bits)
  const ends = walk(state, mm, vpn)
  const steps: WalkStep[] = ends.map(({ level, table, index, lo, hi, kind }) => ({
    level: level.name,
    table,
    frame: state.tables.word(table, TABLE.frame),
    index,
    raw: rawEntry(lo, hi, level.entryBytes),
    kind,
  }))
  return { va, steps, folded: [...arch.folded], result: result(ends.at(-1), vpn) }
}

/** Page number of an address; bits above the page number's 52 are dropped. */
export function vpnOf(va: string, pageShift: number, bits: number): number {
  const address = BigInt.asUintN(bits, BigInt(va.replaceAll('_', '')))
  return Number(BigInt.asUintN(52, address >> BigInt(pageShift)))
}

function result(end: WalkEnd | undefined, vpn: number): string {
  if (!end) return 'no page table'
  const frame = frameAtEnd(end, vpn)
  if (frame !== null) {
    const size = end.kind === 'huge' ? `, in a huge ${end.level.name} entry` : ''
    return `frame ${hex(frame)}, ${end.level.leaf?.isWrite(end.lo, end.hi) ? 'writable' : 'read-only'}${size}`
  }
  if (end.kind === 'none') return `nothing mapped: the ${end.level.name} entry is empty`
  if (end.kind === 'protnone') return `PROT_NONE: Linux sees a page, the MMU does not`
  if (end.kind === 'swap') return `not present: a swap entry`
  if (end.kind === 'table') return `the ${end.level.name} entry points to a table that is not there`
  return `bad ${end.level.name} entry`
}
