/**
 * What an event says that can be compared between machines: its class and what it changed, without ids, frames and
 * addresses, which differ everywhere and mean nothing.
 */
import { FIELD_DOCS } from '../fields.ts'
import { className, classOf, CLASSES, fieldClass, fieldName, levelOf } from '../names.ts'
import { signed } from '../samples.ts'
import { FAULT_NAMES, FIELDS, KIND, LEVEL_NAMES, OBJ_NAMES, PAGE_NAMES, WORDS } from '../schema.ts'
import type { Trace } from '../trace.ts'

const CHUNK_SHIFT = 16
const CHUNK_MASK = 0xffff

/** One event's facts: two events with equal facts are the same event to a comparison. */
export interface Facts {
  /** Class of names.ts, −1: nothing to compare. */
  class: number
  x: number
  y: number
}

/** 1 for classes of fields that are quantities, whose change is compared. */
const QUANTITY = new Uint8Array(CLASSES)
OBJ_NAMES.forEach((obj, i) =>
  FIELDS[obj].forEach((field, j) => {
    const { unit } = (FIELD_DOCS[obj] as Record<string, { unit: string }>)[field]
    if (unit === 'count' || unit === 'pages' || unit === 'bytes') QUANTITY[fieldClass(i, j)] = 1
  }),
)

type Reader = (trace: Trace, words: Uint32Array, at: number, facts: Facts) => void

/** Not the machine's doing: what the scenario says, checks and draws. */
const nothing: Reader = (_trace, _words, _at, facts) => {
  facts.class = -1
}
const level: Reader = (_trace, words, at, facts) => {
  facts.x = levelOf(words[at], words[at + 1])
}
const flags: Reader = (_trace, words, at, facts) => {
  facts.x = words[at + 1] >>> 24
}
const index: Reader = (_trace, words, at, facts) => {
  facts.x = words[at] >>> 16
}
const pages: Reader = (_trace, words, at, facts) => {
  facts.x = words[at + 1] >>> 24
  facts.y = words[at] >>> 16
}
const entries: Reader = (_trace, words, at, facts) => {
  facts.x = words[at + 5]
}
const text: Reader = (trace, words, at, facts) => {
  facts.x = textNumber(trace.text(words[at + 3]))
}

const READERS: readonly (Reader | undefined)[] = byKind<Reader>([
  [KIND.CONT, nothing],
  [KIND.SYS_ENTER, nothing],
  [KIND.LOG, nothing],
  [KIND.CHART, nothing],
  [KIND.EXPECT, nothing],
  [
    KIND.FIELD,
    (_trace, words, at, facts) => {
      if (QUANTITY[facts.class])
        facts.x = signed(words[at + 6], words[at + 7]) - signed(words[at + 4], words[at + 5])
    },
  ],
  [
    KIND.SYS_EXIT,
    (trace, words, at, facts) => {
      facts.x = (words[at + 1] >>> 24) & 1
      if (facts.x === 1) facts.y = textNumber(trace.text(words[at + 3]))
    },
  ],
  [
    KIND.PT_ALLOC,
    (trace, words, at, facts) => {
      level(trace, words, at, facts)
      facts.y = words[at + 7]
    },
  ],
  [KIND.PT_FREE, level],
  [KIND.PT_INSTALL, level],
  [KIND.PT_RACE_LOST, level],
  [KIND.OBJ_NEW, flags],
  [KIND.OBJ_FREE, flags],
  [KIND.MM_PAGE_ALLOC, pages],
  [KIND.MM_PAGE_FREE, pages],
  [KIND.COPY_PTES, entries],
  [KIND.ZAP_PTES, entries],
  [KIND.FAULT_DONE, flags],
  [KIND.PAGE_FAULT_USER, index],
  [KIND.PAGE_FAULT_KERNEL, index],
  [
    KIND.SIGNAL,
    (_trace, words, at, facts) => {
      facts.x = words[at + 3]
      facts.y = words[at] >>> 16
    },
  ],
  [KIND.DMESG, text],
  [KIND.NOT_MODELLED, text],
])

/** Fills `facts` from the record that begins at words[at]. */
export function factsOf(trace: Trace, words: Uint32Array, at: number, facts: Facts): void {
  facts.class = classOf(words[at], words[at + 1])
  facts.x = 0
  facts.y = 0
  READERS[words[at] & 0xff]?.(trace, words, at, facts)
}

type Writer = (name: string, facts: Facts, trace: Trace, k: number) => string

const tableText: Writer = (name, { x }) => `${name} ${LEVEL_NAMES[x]} table`
const pageText: Writer = (name, { x, y }) => `${name} ${PAGE_NAMES[x] ?? ''} order ${y}`
const objectText: Writer = (name, { x }) => `${name} ${OBJ_NAMES[x] ?? ''}`
const entriesText: Writer = (name, { x }) => `${name} over ${x} entries`
const errorText: Writer = (name, { x }) => `${name} error code ${x}`
const logText: Writer = (name, _facts, trace, k) => `${name} “${trace.text(trace.word(k, 3))}”`

const WRITERS: readonly (Writer | undefined)[] = byKind<Writer>([
  [KIND.FIELD, fieldText],
  [
    KIND.SYS_EXIT,
    (_name, { x }, trace, k) =>
      x === 1 ? `returns ${trace.text(trace.word(k, 3))}` : 'returns without an error',
  ],
  [KIND.PT_ALLOC, (name, facts, trace, k) => `${tableText(name, facts, trace, k)} of ${facts.y} bytes`],
  [KIND.PT_FREE, tableText],
  [KIND.PT_INSTALL, tableText],
  [KIND.PT_RACE_LOST, tableText],
  [KIND.OBJ_NEW, objectText],
  [KIND.OBJ_FREE, objectText],
  [KIND.MM_PAGE_ALLOC, pageText],
  [KIND.MM_PAGE_FREE, pageText],
  [KIND.COPY_PTES, entriesText],
  [KIND.ZAP_PTES, entriesText],
  [KIND.FAULT_DONE, (name, { x }) => `${name} ${FAULT_NAMES[x] ?? ''}`],
  [KIND.PAGE_FAULT_USER, errorText],
  [KIND.PAGE_FAULT_KERNEL, errorText],
  [KIND.SIGNAL, (name, { x }) => `${name} ${x}`],
  [KIND.DMESG, logText],
  [KIND.NOT_MODELLED, logText],
])

/** What an event says, in words; equal for events with equal facts. */
export function factText(trace: Trace, k: number): string {
  const facts: Facts = { class: 0, x: 0, y: 0 }
  factsOf(trace, trace.chunks[k >>> CHUNK_SHIFT], (k & CHUNK_MASK) * WORDS, facts)
  const name = className(facts.class)
  return WRITERS[trace.kind(k)]?.(name, facts, trace, k) ?? name
}

function byKind<T>(pairs: readonly (readonly [number, T])[]): (T | undefined)[] {
  const list = new Array<T | undefined>(256).fill(undefined)
  for (const [kind, one] of pairs) list[kind] = one
  return list
}

function fieldText(_name: string, facts: Facts, trace: Trace, k: number): string {
  const obj = trace.flags(k)
  const name = `${OBJ_NAMES[obj] === 'mm' ? '' : `${OBJ_NAMES[obj] ?? 'object'}.`}${fieldName(obj, trace.indexOf(k))}`
  if (!QUANTITY[facts.class]) return `${name} set`
  return `${name} ${facts.x < 0 ? `−${-facts.x}` : `+${facts.x}`}`
}

/** A number that stands for a text (FNV-1a). */
function textNumber(text: string): number {
  let hash = 0x811c9dc5
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193)
  return hash >>> 0
}
