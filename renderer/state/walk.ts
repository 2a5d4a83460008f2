/** The walk drawn through the tables, the entry decoded, and how one leads to the other. */
import { batch, computed } from '@preact/signals'
import type { EntryView } from '../../src/trace/views.ts'
import { call } from './backend.ts'
import { callAt, calls } from './lists.ts'
import { namedAddress, newestEntry } from './namedAddress.ts'
import { pageSize } from './machines.ts'
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

/** The lowest table of a process, for when nothing says which address matters. */
const leafTable = computed(
  () =>
    tablesQuery.data.value?.findLast((table) => !table.kernel && !table.deposited && table.level === 'pte') ??
    null,
)

let lastNamed = ''

/** What the event or its call is about; kept over events that name no address, while the process still maps it. */
const namedVa = computed<string | null>(() => {
  const found = namedAddress([...eventTexts.value, lastNamed], mm.value?.vmas ?? [])
  lastNamed = found ?? ''
  return found
})

const leafQuery = createQuery('table', () => {
  const id = focusVa.value === null && namedVa.value === null ? leafTable.value?.id : undefined
  return at.value && id !== undefined ? { params: { ...at.value, id } } : null
})

/** Address walked: the user's, else the one the event is about, else the entry written last, else the first VMA. */
export const walkedVa = computed<string | null>(() => {
  if (focusVa.value !== null) return focusVa.value
  if (namedVa.value !== null) return namedVa.value
  const written = leafQuery.data.value ? newestEntry(leafQuery.data.value, pageSize.value) : null
  return written ?? leafTable.value?.va ?? mm.value?.vmas[0]?.start ?? null
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
