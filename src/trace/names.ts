/**
 * What events are called. A class is finer than a kind where the kernel has a name of its own: entries are set_pte …
 * set_pgd, changes of the rss counters are rss_stat.
 */
import { FIELDS, KIND, LEVEL_NAMES, OBJ, OBJ_NAMES } from './schema.ts'
import type { KindName } from './schema.ts'

const SET_CLASS = 256
const FIELD_CLASS = SET_CLASS + 8
const FIELD_SPAN = 64
export const CLASSES = FIELD_CLASS + 8 * FIELD_SPAN
const LEVEL_MASK = 7

/** Linux tracepoints, for the kinds that have one; else the name is the kind's own. */
const TRACEPOINTS: Partial<Record<KindName, string>> = {
  SYS_ENTER: 'sys_enter',
  SYS_EXIT: 'sys_exit',
  PAGE_FAULT_USER: 'page_fault_user',
  PAGE_FAULT_KERNEL: 'page_fault_kernel',
  MM_PAGE_ALLOC: 'mm_page_alloc',
  MM_PAGE_FREE: 'mm_page_free',
  TLB_FLUSH: 'tlb_flush',
  SCHED_SWITCH: 'sched_switch',
  SIGNAL: 'signal_deliver',
  LOCK_WAIT: 'contention_begin',
  LOCK_TAKEN: 'contention_end',
}

const names: string[] = new Array<string>(CLASSES).fill('')
for (const [kind, number] of Object.entries(KIND) as [KindName, number][]) {
  if (kind !== 'CONT') names[number] = TRACEPOINTS[kind] ?? kind
}
LEVEL_NAMES.forEach((level, i) => (names[SET_CLASS + i] = `set_${level}`))
OBJ_NAMES.forEach((obj, i) => {
  FIELDS[obj].forEach(
    (field, j) => (names[FIELD_CLASS + i * FIELD_SPAN + j] = field.startsWith('rss_') ? 'rss_stat' : 'FIELD'),
  )
})

/** Class of a record from its first two words. Never fails: a wild record has a class without a name. */
export function classOf(w0: number, w1: number): number {
  const kind = w0 & 0xff
  if (kind === KIND.SET_ENTRY) return SET_CLASS + ((w1 >>> 24) & LEVEL_MASK)
  if (kind !== KIND.FIELD) return kind
  return FIELD_CLASS + ((w1 >>> 24) & LEVEL_MASK) * FIELD_SPAN + ((w0 >>> 16) & (FIELD_SPAN - 1))
}

/** Class of the events that change field `index` of an object kind. */
export function fieldClass(obj: number, index: number): number {
  return FIELD_CLASS + obj * FIELD_SPAN + index
}

export function className(number: number): string {
  return names[number] || `event ${number & 0xff}`
}

/** Every name that events can have, in order, once. */
export const EVENT_NAMES: readonly string[] = [...new Set(names.filter((name) => name !== ''))].sort()

/** Name of field `index` of an object kind, as the kernel spells it. */
export function fieldName(obj: number, index: number): string {
  const name = OBJ_NAMES[obj]
  return (name && FIELDS[name][index]) ?? `field ${index}`
}

/** Level of an event, as a number of LEVEL; -1 when it has none. */
export function levelOf(w0: number, w1: number): number {
  switch (w0 & 0xff) {
    case KIND.SET_ENTRY:
    case KIND.PT_ALLOC:
    case KIND.PT_FREE:
    case KIND.PT_INSTALL:
    case KIND.PT_RACE_LOST:
      return Math.min((w1 >>> 24) & LEVEL_MASK, LEVEL_NAMES.length - 1)
    case KIND.COPY_PTES:
    case KIND.ZAP_PTES:
    case KIND.PT_DEPOSIT:
    case KIND.PT_WITHDRAW:
      return LEVEL_NAMES.length - 1
    default:
      return -1
  }
}

/** mm that an event is about: the object itself for mm fields, else the mm it happened in. */
export function mmOf(w0: number, w1: number, a: number): number {
  const kind = w0 & 0xff
  const object = kind === KIND.FIELD || kind === KIND.OBJ_NEW || kind === KIND.OBJ_FREE
  return object && w1 >>> 24 === OBJ.mm ? a : w1 & 0xfffff
}
