import { editorHandle } from '../editor/handle.ts'
import { position, goTo } from '../state/position.ts'
import { resultsQuery } from '../state/snapshots.ts'
import { Empty } from '../ui/Empty.tsx'
import { VirtualList } from '../ui/VirtualList.tsx'
import { rowsUntil } from './rowsUntil.ts'

const ROW = 22

export function ExpectationsPane() {
  const rows = resultsQuery.data.value?.expectations ?? []
  if (rows.length === 0) {
    return (
      <Empty title="No expectations yet">
        Write expect(process.mm.rss.anon).toBe(1) in the scenario and run it: the actual value appears here
        either way.
      </Empty>
    )
  }
  const done = rowsUntil(rows, position.value)
  return (
    <VirtualList
      label="Expectations"
      count={rows.length}
      rowHeight={ROW}
      active={done - 1}
      testId="expectations"
      onActivate={(index) => {
        const row = rows[index]
        if (!row) return
        goTo(row.k)
        if (row.line > 0) editorHandle.value?.reveal(row.line, row.column)
      }}
      rowProps={(index) => ({
        class: `vlist-row expectation ${index >= done ? 'later' : ''}`,
        'data-pass': rows[index]?.pass,
      })}
    >
      {(index) => (
        <>
          <span class={rows[index]?.pass ? 'ok' : 'bad'}>{rows[index]?.pass ? '✓ pass' : '✗ fail'}</span>
          <span class="text">{rows[index]?.text}</span>
          {(rows[index]?.line ?? 0) > 0 && <span class="line">line {rows[index]?.line}</span>}
        </>
      )}
    </VirtualList>
  )
}
