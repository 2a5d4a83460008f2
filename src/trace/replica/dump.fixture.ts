/** The whole state as plain data, for comparison in tests. */
import { FIELDS, OBJ_NAMES } from '../schema.ts'
import { OBJECT } from './objects.ts'
import { byNumbers } from './model.fixture.ts'
import type { State } from './state.ts'
import { SLOT_WORDS } from './tlb.ts'

export interface Ids {
  tables: number
  objects: number
  frames: number
  cpus: number
  slots: number
}

export function dump(state: State, ids: Ids): Record<string, unknown> {
  return {
    tables: dumpTables(state, ids),
    tableCounts: [0, 1, 2].map((mm) => [state.tables.countOf(mm, 4), state.tables.depositedOf(mm)]),
    objects: dumpObjects(state, ids),
    frames: dumpFrames(state, ids),
    tlbs: dumpTlbs(state, ids),
  }
}

function dumpTables(state: State, ids: Ids): unknown[] {
  const tables: unknown[] = []
  for (let id = 1; id <= ids.tables; id++) {
    if (!state.tables.has(id)) continue
    // Level, frame, offset, entries, bytes, parent, parentIndex, mm, used, then flags and the allocating event.
    const words = [0, 1, 2, 3, 4, 5, 6, 7, 8, 10, 11].map((word) => state.tables.word(id, word))
    const entries: number[][] = []
    state.tables.forEachEntry(id, (...entry) => entries.push(entry))
    const shared = state.tables.inFrame(state.tables.word(id, 1)).sort((x, y) => x - y)
    tables.push({ id, words, entries, shared })
  }
  return tables
}

function dumpObjects(state: State, ids: Ids): unknown[] {
  const objects: unknown[] = []
  OBJ_NAMES.forEach((name, obj) => {
    for (let id = 0; id <= ids.objects; id++) {
      if (!state.objects.has(obj, id)) continue
      const head = [OBJECT.name, OBJECT.owner, OBJECT.alive, OBJECT.bornAt].map((word) =>
        state.objects.head(obj, id, word),
      )
      const fields = FIELDS[name].map((_, field) => [
        state.objects.lo(obj, id, field),
        state.objects.hi(obj, id, field),
      ])
      objects.push({ name, id, head, fields })
    }
  })
  return objects
}

function dumpFrames(state: State, ids: Ids): unknown[] {
  return Array.from({ length: ids.frames + 8 }, (_, frame) => state.frames.get(frame))
}

function dumpTlbs(state: State, ids: Ids): unknown[] {
  return Array.from({ length: ids.cpus }, (_, cpu) => {
    const { words } = state.tlb(cpu)
    const slots: number[][] = []
    for (let slot = 0; slot < ids.slots; slot++) {
      const entry = [...words.subarray(slot * SLOT_WORDS, slot * SLOT_WORDS + 6)]
      slots.push(entry.length > 0 && entry[0] !== 0 ? entry : [])
    }
    const mms = [0, 1, 2].map((tag) => state.mmOfTag(cpu, tag))
    const upper = state
      .upper(cpu)
      .entries.map(({ slot, tag, table, depth, page }) => [slot, tag, table, depth, page % 2 ** 32])
      .sort(byNumbers)
    return { upper, slots, used: state.tlb(cpu).used, mms }
  })
}
