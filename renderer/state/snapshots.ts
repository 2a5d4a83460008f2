/** What the panels draw: answers of the host for the run, machine, event and process on the desk. */
import { computed, effect } from '@preact/signals'
import type { MmView } from '../../src/trace/views.ts'
import { position } from './position.ts'
import { createQuery } from './query.ts'
import { eventCount, isOver, run, trace } from './runs.ts'
import { pinnedMm } from './selection.ts'

/** Tells answers of a growing trace apart; a finished one has a single answer. */
export const version = computed(() => (run.value && isOver(run.value) ? -1 : eventCount.value))

const at = computed(() => {
  const source = trace.value
  return source ? { ...source, k: position.value } : null
})

export const stateQuery = createQuery('state', () => (at.value ? { params: at.value } : null))

export const state = stateQuery.data

/** A position between events, as scrubbing finds them, becomes that of the event the host answered with. */
effect(() => {
  const answered = state.value
  if (!answered || stateQuery.pending.value || stateQuery.error.value !== '') return
  if (answered.k < position.peek()) position.value = answered.k
})
export const mms = computed(() => state.value?.mms ?? [])

/** The process shown: the one pinned, else the event's, else the last one alive. */
export const mm = computed<MmView | null>(() => {
  const all = mms.value
  const wanted = [pinnedMm.value, state.value?.event?.mm]
  for (const id of wanted) {
    const found = all.find((one) => one.id === id)
    if (found) return found
  }
  return all.findLast((one) => one.alive) ?? all.at(-1) ?? null
})
export const mmId = computed(() => mm.value?.id ?? null)

export const tablesQuery = createQuery('tables', () => {
  const id = mmId.value
  return at.value && id !== null ? { params: { ...at.value, mm: id } } : null
})

export const resultsQuery = createQuery('results', () =>
  trace.value ? { params: trace.value, version: version.value } : null,
)

const COUNTER_POINTS = 1200
export const countersQuery = createQuery('counters', () =>
  trace.value ? { params: { ...trace.value, points: COUNTER_POINTS }, version: version.value } : null,
)
export { at }
