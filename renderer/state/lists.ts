/** The event list and the list of API calls, both longer than what is held. */
import { computed, signal } from '@preact/signals'
import type { EventRow, OpRow } from '../../src/trace/views.ts'
import { call, epoch } from './backend.ts'
import { createPager } from './pager.ts'
import { createQuery } from './query.ts'
import { position } from './position.ts'
import { trace } from './runs.ts'
import { version } from './snapshots.ts'

export const filter = signal('')

const key = (...parts: unknown[]): string => JSON.stringify([epoch.value, ...parts])

export const events = createPager<EventRow>(() => {
  const source = trace.value
  if (!source) return null
  const text = filter.value
  return {
    key: key(source, text),
    version: version.value,
    fetch: (from, count) => call('events', { ...source, from, count, filter: text }),
  }
})

export const calls = createPager<OpRow>(() => {
  const source = trace.value
  if (!source) return null
  return {
    key: key(source),
    version: version.value,
    fetch: (from, count) => call('ops', { ...source, from, count }),
  }
})

const locateQuery = createQuery('locate', () => {
  const source = trace.value
  if (!source || position.value < 0) return null
  return { params: { ...source, k: position.value, filter: filter.value }, version: version.value }
})

/** Row of the filtered list that stands for the event shown; -1 before the first. */
export const eventRow = computed(() => {
  if (position.value < 0) return -1
  return locateQuery.data.value?.position ?? -1
})

/** The call that the event shown belongs to: the last one that began at or before it. */
export function callAt(k: number): number {
  let low = 0
  let high = calls.total.value - 1
  while (low < high) {
    const middle = Math.ceil((low + high) / 2)
    const row = calls.row(middle)
    if (!row) return -1
    if (row.first <= k) low = middle
    else high = middle - 1
  }
  return (calls.row(low)?.first ?? Infinity) <= k ? low : -1
}

export const MOST_KNOWN = 10_000

/** The calls from the first on, as far as they are fetched; asks for the page after them. */
export function knownCalls(): OpRow[] {
  void calls.revision.value
  const rows: OpRow[] = []
  for (let index = 0; index < Math.min(calls.total.value, MOST_KNOWN); index++) {
    const row = calls.row(index)
    if (!row) break
    rows.push(row)
  }
  return rows
}
