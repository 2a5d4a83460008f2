/** CPUs and each other: lanes of the timeline, shootdowns, what waits. */
import { computed, signal } from '@preact/signals'
import type { ShootdownRow } from '../../src/trace/views.ts'
import { call, epoch } from './backend.ts'
import { createPager } from './pager.ts'
import { position } from './position.ts'
import { createQuery } from './query.ts'
import { trace } from './runs.ts'
import { version } from './snapshots.ts'

/** Set while the pane is in front: nothing is asked behind. */
export const cpusWatched = signal(false)

export const lanesQuery = createQuery('lanes', () =>
  trace.value ? { params: { ...trace.value }, version: version.value } : null,
)

export const openQuery = createQuery('open', () =>
  trace.value && cpusWatched.value
    ? { params: { ...trace.value, k: position.value }, version: version.value }
    : null,
)

export const shootdowns = createPager<ShootdownRow>(() => {
  const source = trace.value
  if (!source) return null
  return {
    key: JSON.stringify([epoch.value, source]),
    version: version.value,
    fetch: (from, count) => call('shootdowns', { ...source, from, count }),
  }
})

const atQuery = createQuery('shootdownAt', () => {
  const source = trace.value
  if (!source || position.value < 0) return null
  return { params: { ...source, k: position.value }, version: version.value }
})

/** Row of the last shootdown that began at or before the event shown; −1: none. */
export const shootdownRow = computed(() => (position.value < 0 ? -1 : (atQuery.data.value?.position ?? -1)))
