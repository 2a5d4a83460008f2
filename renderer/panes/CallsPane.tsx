import type { OpRow } from '../../src/trace/views.ts'
import { callAt, calls } from '../state/lists.ts'
import { goTo, position } from '../state/position.ts'
import { trace } from '../state/runs.ts'
import { NoTrace } from '../ui/NoTrace.tsx'
import { VirtualList } from '../ui/VirtualList.tsx'
import { effects } from '../editor/ghost.ts'

const ROW = 20

/** Events by cause: every call the scenario made, what it returned and what it set off. */
export function CallsPane() {
  if (!trace.value)
    return (
      <NoTrace title="No calls yet">
        Every system call and touch of the scenario is listed here with what it set off.
      </NoTrace>
    )
  void calls.revision.value
  return (
    <VirtualList
      label="Calls"
      count={calls.total.value}
      rowHeight={ROW}
      active={callAt(position.value)}
      testId="calls"
      onActivate={(index) => {
        const row = calls.row(index)
        if (row) goTo(row.last)
      }}
      rowProps={(index) => ({ class: 'vlist-row call-row', 'data-op': calls.row(index)?.op })}
    >
      {(index) => <Call row={calls.row(index)} />}
    </VirtualList>
  )
}

function Call({ row }: { row: OpRow | null }) {
  if (!row) return <span class="dim">…</span>
  return (
    <>
      <span class="at">{row.last}</span>
      <span class="text">{row.text}</span>
      <span class={`result ${row.error ? 'bad' : ''}`}>
        {row.error ? '✗ ' : ''}
        {row.result}
      </span>
      <span class="dim">{effects(row)}</span>
    </>
  )
}
