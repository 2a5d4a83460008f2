/** One entry, decoded bit by bit. */
import { decodeEntry } from '../../arch/decode.ts'
import type { StoredWord } from '../data.ts'
import type { State } from '../replica/state.ts'
import { TABLE } from '../replica/tables.ts'
import type { EntryView, EventRow } from '../views.ts'
import { hex, rawEntry, word64 } from '../values.ts'
import { pageKind } from '../format.ts'
import { entryFrame, entryKind } from './entries.ts'
import { forEachMapping } from './leaves.ts'
import { entryAddress, levelOfTable, tableRef } from './tables.ts'

/** Null when there is no such table or entry. `row` makes the row of the event that wrote it. */
export function entryView(
  state: State,
  id: number,
  index: number,
  row: (k: number) => EventRow,
  wordsOf: (frame: number) => StoredWord[],
): EntryView | null {
  const { tables, arch } = state
  const level = levelOfTable(state, id)
  if (level === null || !tables.has(id) || index >= tables.word(id, TABLE.entries)) return null
  tables.read(id, index)
  const { lo, hi } = tables
  const kind = entryKind(level, lo, hi)
  const frame = entryFrame(level, lo, hi)
  const decoded = decodeEntry(arch, level.name, 'auto', lo, hi)
  const writtenAt = tables.writtenAt(id, index)
  const page = kind === 'leaf' || kind === 'huge' || kind === 'protnone'
  return {
    table: tableRef(state, id),
    index,
    va: hex(entryAddress(state, id, index)),
    raw: rawEntry(lo, hi, level.entryBytes),
    kind,
    summary: decoded.summary,
    bits: decoded.bits,
    frame,
    mapcount: page && frame !== null ? mapcount(state, frame) : null,
    pageKind:
      frame === null ? '' : kindOf(state, frame, page && level.leaf !== null && level.leaf.isSpecial(lo, hi)),
    writtenBy: writtenAt < 0 ? null : row(writtenAt),
    words: page && frame !== null ? shownWords(wordsOf(frame)) : [],
  }
}

/** Words of a page that are handed out. */
const MAX_WORDS = 64

function shownWords(words: readonly StoredWord[]): EntryView['words'] {
  return words.slice(0, MAX_WORDS).map(({ index, lo, hi }) => ({ index, value: hex(word64(lo, hi)) }))
}

/** Page kind as the allocator said it; frames it never handed out are the kernel's own, as the zero page is. */
function kindOf(state: State, frame: number, special: boolean): string {
  const known = state.frames.get(frame)
  if (known) return pageKind(known.kind)
  return special ? 'zero' : 'reserved'
}

/** Present entries of all page tables that map a frame, huge ones included. */
function mapcount(state: State, frame: number): number {
  let count = 0
  forEachMapping(state, (first, pages) => {
    if (frame >= first && frame < first + pages) count++
  })
  return count
}
