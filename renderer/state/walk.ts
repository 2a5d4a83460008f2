/** The walk drawn through the tables, the entry decoded, and how one leads to the other. */
import { batch, computed } from '@preact/signals'
import type { EntryView } from '../../src/trace/views.ts'
import { call } from './backend.ts'
import { callAt, calls } from './lists.ts'
import { namedAddress } from './namedAddress.ts'
import { errorText, notify } from './notices.ts'
import { position } from './position.ts'
import { createQuery } from './query.ts'
import { type EntryPlace, focusVa, picked } from './selection.ts'
import { at, mm, mmId, state, tablesQuery } from './snapshots.ts'

/** What the event shown and its call say; read once per event. */
const eventTexts = computed(() => {
  void calls.revision.value
  const index = callAt(position.value)
  const call = index < 0 ? null : calls.row(index)
  return [state.value?.event?.text ?? '', call?.text ?? '', call?.result ?? '']
})

/** Address walked: the user's, else the one the event or its call is about, else where a leaf table begins, else the first VMA. */
export const walkedVa = computed<string | null>(() => {
  if (focusVa.value !== null) return focusVa.value
  const vmas = mm.value?.vmas ?? []
  const named = namedAddress(eventTexts.value, vmas)
  if (named !== null) return named
  const leaf = tablesQuery.data.value?.findLast(
    (table) => !table.kernel && !table.deposited && table.level === 'pte',
  )
  return leaf?.va ?? vmas[0]?.start ?? null
})

export const walkQuery = createQuery('walk', () => {
  const id = mmId.value
  const va = walkedVa.value
  return at.value && id !== null && va !== null ? { params: { ...at.value, mm: id, va } } : null
})

/** The entry decoded: the one picked while its table lives, else the last step of the walk. */
export const shownEntry = computed<EntryPlace | null>(() => {
  const tables = tablesQuery.data.value
  const place = picked.value
  if (place && tables?.some((table) => table.id === place.table)) return place
  const step = walkQuery.data.value?.steps.at(-1)
  return step ? { table: step.table, index: step.index } : null
})

export const entryQuery = createQuery('entry', () => {
  const place = shownEntry.value
  return at.value && place ? { params: { ...at.value, id: place.table, index: place.index } } : null
})

/** Decodes an entry and walks the address it maps. */
export async function pickEntry(place: EntryPlace): Promise<EntryView | null> {
  if (!at.value) return null
  picked.value = place
  try {
    const entry = await call('entry', { ...at.value, id: place.table, index: place.index })
    if (entry && picked.value === place) {
      batch(() => {
        focusVa.value = entry.va
        picked.value = place
      })
    }
    return entry
  } catch (error) {
    notify('error', errorText(error))
    return null
  }
}
