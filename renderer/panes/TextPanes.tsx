import type { TextRow } from '../../src/trace/views.ts'
import { position, goTo } from '../state/position.ts'
import { resultsQuery } from '../state/snapshots.ts'
import { run, trace } from '../state/runs.ts'
import { Empty } from '../ui/Empty.tsx'
import { VirtualList } from '../ui/VirtualList.tsx'
import { rowsUntil } from './rowsUntil.ts'

const ROW = 20

export function ConsolePane() {
  const rows = resultsQuery.data.value?.console ?? []
  if (!trace.value && run.value?.message) return <Empty title={run.value.message} command="run.start" />
  if (rows.length === 0) return <Empty title="Nothing was logged">log(…) in a scenario writes here.</Empty>
  return <TextList label="Console" rows={rows} testId="console" />
}

export function DmesgPane() {
  const rows = resultsQuery.data.value?.dmesg ?? []
  if (rows.length === 0)
    return (
      <Empty title="The kernel said nothing">
        What the simulated kernel prints, such as a BUG from check_mm at exit, appears here.
      </Empty>
    )
  return <TextList label="dmesg" rows={rows} testId="dmesg" />
}

/** Lines up to the event shown are bright, later ones dim; a click goes to the event that wrote the line. */
function TextList({ label, rows, testId }: { label: string; rows: readonly TextRow[]; testId: string }) {
  const done = rowsUntil(rows, position.value)
  return (
    <VirtualList
      label={label}
      count={rows.length}
      rowHeight={ROW}
      active={done - 1}
      onActivate={(index) => rows[index] && goTo(rows[index].k)}
      testId={testId}
      rowProps={(index) => ({
        class: `vlist-row text-row severity-${rows[index]?.severity ?? 6} ${index >= done ? 'later' : ''}`,
        'data-k': rows[index]?.k,
      })}
    >
      {(index) => (
        <>
          <span class="at">{rows[index]?.k}</span>
          <span class="text">{rows[index]?.text}</span>
          {(rows[index]?.line ?? 0) > 0 && <span class="line">line {rows[index]?.line}</span>}
        </>
      )}
    </VirtualList>
  )
}
