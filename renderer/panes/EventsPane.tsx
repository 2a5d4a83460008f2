import { useSignal } from '@preact/signals'
import { filter, eventRow, events } from '../state/lists.ts'
import { goTo } from '../state/position.ts'
import { trace } from '../state/runs.ts'
import { mm } from '../state/snapshots.ts'
import { grouped } from '../state/format.ts'
import { NoTrace } from '../ui/NoTrace.tsx'
import { VirtualList } from '../ui/VirtualList.tsx'
import { complete } from './filterCompletion.ts'

const ROW = 20

export function EventsPane() {
  if (!trace.value)
    return (
      <NoTrace title="No events yet">
        Everything that happens in a run is listed here, and every pane follows the row you choose.
      </NoTrace>
    )
  return (
    <>
      <FilterField />
      <List />
    </>
  )
}

function List() {
  void events.revision.value
  const total = events.total.value
  if (total === 0 && filter.value !== '' && !events.error.value) {
    return (
      <div class="empty">
        <p class="empty-title">No event matches</p>
        <button type="button" class="btn" onClick={() => (filter.value = '')}>
          Clear the filter
        </button>
      </div>
    )
  }
  return (
    <VirtualList
      label="Events"
      count={total}
      rowHeight={ROW}
      active={eventRow.value}
      testId="events"
      onActivate={(index) => {
        const row = events.row(index)
        if (row) goTo(row.k)
      }}
      rowProps={(index) => ({ class: 'vlist-row event-row', 'data-k': events.row(index)?.k })}
    >
      {(index) => <Row index={index} />}
    </VirtualList>
  )
}

function Row({ index }: { index: number }) {
  const row = events.row(index)
  if (!row) return <span class="dim">…</span>
  return (
    <>
      <span class="at">{row.k}</span>
      <span class="cpu-name">cpu{row.cpu}</span>
      <span class="name">{row.name}</span>
      <span class={`what ${row.level ? `level-${row.level}` : ''}`}>{row.text}</span>
    </>
  )
}

const APPLY_AFTER_MS = 150

function FilterField() {
  const text = useSignal(filter.value)
  const timer = useSignal<ReturnType<typeof setTimeout> | undefined>(undefined)
  const error = events.error.value
  const suggestions = complete(text.value, mm.value?.fields.map((field) => field.name) ?? [])
  const type = (value: string): void => {
    text.value = value
    clearTimeout(timer.value)
    timer.value = setTimeout(() => (filter.value = value), APPLY_AFTER_MS)
  }
  return (
    <div class="filter">
      <input
        class="field"
        list="event-filter-words"
        aria-label="Filter events"
        aria-invalid={error !== '' ? true : undefined}
        aria-describedby="event-filter-error"
        placeholder="level:pte or name:tlb_*"
        data-testid="event-filter"
        spellcheck={false}
        value={filter.value === '' && error === '' && text.value === '' ? '' : text.value}
        onInput={(event) => type(event.currentTarget.value)}
        onKeyDown={(event) => event.key === 'Escape' && type('')}
      />
      <datalist id="event-filter-words">
        {suggestions.map(({ text: word, about }) => (
          <option key={word} value={word}>
            {about}
          </option>
        ))}
      </datalist>
      <span class="dim" role="status" data-testid="event-total">
        {grouped(events.total.value)}
      </span>
      <p class="field-error" id="event-filter-error" role="alert" data-testid="filter-error">
        {error}
      </p>
    </div>
  )
}
