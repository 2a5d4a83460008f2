/**
 * What one CPU's walker remembers of upper levels, and the pages it knows to have no entry, in a replica. Few slots:
 * flushes look at all of them.
 */
import type { Arch } from '../../arch/arch.ts'
import { EVERY_TAG, FLUSH, FLUSH_LAST_LEVEL } from '../schema.ts'
import { vpn } from './tlb.ts'

/** One remembered thing: for `depth` 0 a page without an entry, else a table at that depth. */
export interface UpperEntry {
  slot: number
  tag: number
  table: number
  depth: number
  /** First page it is good for. */
  page: number
}

export class UpperState {
  /** Replaced, never changed, so that snapshots can share it. */
  entries: readonly UpperEntry[] = []
  private readonly arch: Arch

  constructor(arch: Arch) {
    this.arch = arch
  }

  snapshot(): readonly UpperEntry[] {
    return this.entries
  }

  restore(entries: readonly UpperEntry[]): void {
    this.entries = entries
  }

  fill(slot: number, tag: number, table: number, depth: number, lo: number, hi: number): void {
    if (depth >= this.arch.levels.length) return
    const kept = this.entries.filter((entry) => entry.slot !== slot || (entry.depth === 0) !== (depth === 0))
    this.entries = [...kept, { slot, tag, table, depth, page: start(vpn(lo, hi), this.span(depth)) }]
  }

  /** What is remembered of a table that turned out to be freed is dropped. */
  forget(table: number): void {
    this.keep((entry) => entry.depth === 0 || entry.table !== table)
  }

  flush(
    scope: number,
    tag: number,
    firstLo: number,
    firstHi: number,
    pages: number,
    strideWord: number,
  ): void {
    if (this.entries.length === 0) return
    if (scope === FLUSH.all) this.entries = []
    else if (scope === FLUSH.tag) this.keep((entry) => !tagged(entry, tag))
    else {
      const first = vpn(firstLo, firstHi & 0xfffff)
      const step = 2 ** (strideWord & 63)
      const lastLevel = (strideWord & FLUSH_LAST_LEVEL) !== 0
      this.keep(
        (entry) => !tagged(entry, tag) || !this.reached(entry, first, Math.max(1, pages), step, lastLevel),
      )
    }
  }

  private keep(wanted: (entry: UpperEntry) => boolean): void {
    const kept = this.entries.filter(wanted)
    if (kept.length < this.entries.length) this.entries = kept
  }

  private reached(
    entry: UpperEntry,
    first: number,
    pages: number,
    step: number,
    lastLevel: boolean,
  ): boolean {
    const rule = this.arch.variant.tlb.hardware?.walkCache ?? 'none'
    if (entry.depth > 0 && (lastLevel || rule === 'none')) return false
    if (entry.depth > 0 && rule === 'any') return true
    const hit = first + Math.max(0, Math.ceil((entry.page - first) / step)) * step
    return hit < first + pages && hit < entry.page + this.span(entry.depth)
  }

  private span(depth: number): number {
    return depth === 0 ? 1 : 2 ** this.arch.levels[depth - 1].pageShift
  }
}

function start(page: number, span: number): number {
  return Math.floor(page / span) * span
}

function tagged(entry: UpperEntry, tag: number): boolean {
  return tag === EVERY_TAG || entry.tag === tag
}
