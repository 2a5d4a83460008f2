/** Which events make one call differ between machines. */
import { FIELD_DOCS } from '../fields.ts'
import { FIELDS, KIND, OBJ } from '../schema.ts'
import type { Trace } from '../trace.ts'
import { eachFact } from './calls.ts'
import { factText } from './facts.ts'

export interface CauseView {
  /** The event without ids and addresses: 'nr_pmds +1', 'PT_ALLOC pud table of 4096 bytes'. */
  what: string
  /** How often per machine; −1 where the call is not made. */
  counts: number[]
  /** Number of the first such event per machine, −1: none. */
  first: number[]
  /** What the field means, for changes of fields. */
  doc: string
}

/** Lower is told first: what was decided, then what it changed, then the bookkeeping that follows from it. */
const RANK: Readonly<Record<number, number>> = {
  [KIND.SYS_EXIT]: 0,
  [KIND.SIGNAL]: 0,
  [KIND.DMESG]: 1,
  [KIND.NOT_MODELLED]: 1,
  [KIND.FIELD]: 3,
  [KIND.PT_ALLOC]: 2,
  [KIND.PT_FREE]: 2,
  [KIND.FAULT_DONE]: 2,
  [KIND.PT_RACE_LOST]: 2,
  [KIND.PT_INSTALL]: 4,
  [KIND.SET_ENTRY]: 4,
  [KIND.MM_PAGE_ALLOC]: 5,
  [KIND.MM_PAGE_FREE]: 5,
}
const LATE = 6
const ACCOUNTING: readonly string[] = ['nr_ptes', 'nr_pmds', 'nr_puds', 'pgtables_bytes', 'accounted_bytes']

interface Found extends CauseView {
  rank: number
}

/** Events whose number differs, most telling first. `calls`: index of the call per machine, −1: not made. */
export function causesOf(traces: readonly Trace[], calls: readonly number[]): CauseView[] {
  const found = new Map<string, Found>()
  const made = calls.map((call) => (call < 0 ? -1 : 0))
  traces.forEach((trace, machine) => {
    if (calls[machine] < 0) return
    const numbers = new Map<string, string>()
    eachFact(trace, calls[machine], ({ class: event, x, y }, k) => {
      const key = `${event} ${x} ${y}`
      let what = numbers.get(key)
      if (what === undefined) numbers.set(key, (what = factText(trace, k)))
      let cause = found.get(what)
      if (cause === undefined) {
        const none = traces.map(() => -1)
        found.set(
          what,
          (cause = { what, counts: [...made], first: none, doc: docOf(trace, k), rank: rankOf(trace, k) }),
        )
      }
      if (cause.counts[machine]++ === 0) cause.first[machine] = k
    })
  })
  return [...found.values()]
    .filter(({ counts }) => new Set(counts.filter((count) => count >= 0)).size > 1)
    .sort((a, b) => a.rank - b.rank)
    .map(({ what, counts, first, doc }) => ({ what, counts, first, doc }))
}

function rankOf(trace: Trace, k: number): number {
  const kind = trace.kind(k)
  if (kind === KIND.FIELD && ACCOUNTING.includes(mmField(trace, k))) return 1.5
  if (kind === KIND.FIELD && trace.flags(k) !== OBJ.mm) return LATE
  return RANK[kind] ?? LATE
}

function docOf(trace: Trace, k: number): string {
  const field = trace.kind(k) === KIND.FIELD ? mmField(trace, k) : ''
  return field === '' ? '' : FIELD_DOCS.mm[field as keyof typeof FIELD_DOCS.mm].doc
}

function mmField(trace: Trace, k: number): string {
  return trace.flags(k) === OBJ.mm ? (FIELDS.mm[trace.indexOf(k)] ?? '') : ''
}
