import type { CompareRow } from '../../src/trace/compare/views.ts'
import { runCommand } from '../commands/registry.ts'
import { compareRow, compareRows, showRow } from '../state/compare.ts'
import { VirtualList } from '../ui/VirtualList.tsx'

const ROW = 20

/** The calls of all machines, aligned; n and p lead from one that differs to the next. */
export function CallRows() {
  void compareRows.revision.value
  return (
    <div class="compare-calls">
      <VirtualList
        label="Calls of all machines"
        count={compareRows.total.value}
        rowHeight={ROW}
        active={compareRow.value}
        testId="compare-rows"
        onActivate={showRow}
        onKey={(event) => {
          const command = { n: 'compare.next', p: 'compare.previous' }[event.key] as
            'compare.next' | 'compare.previous' | undefined
          return command !== undefined && !event.altKey && !event.ctrlKey && runCommand(command)
        }}
        rowProps={(index) => {
          const row = compareRows.row(index)
          return { class: `vlist-row compare-row ${row?.differs ? 'differs' : ''}`, 'data-row': index }
        }}
      >
        {(index) => <Row row={compareRows.row(index)} />}
      </VirtualList>
    </div>
  )
}

function Row({ row }: { row: CompareRow | null }) {
  if (!row) return <span class="dim">…</span>
  const absent = row.cells.filter((cell) => cell === null).length
  const failed = row.cells.filter((cell) => cell?.error).length
  return (
    <>
      <span class="at">{row.row}</span>
      <span class="sign">
        {row.differs ? '≠' : ''}
        {row.differs && <span class="hidden-text">differs: </span>}
      </span>
      <span class="text" title={row.text}>
        {row.text}
      </span>
      {absent > 0 && <span class="dim">not on {absent}</span>}
      {failed > 0 && <span class="bad">✗ on {failed}</span>}
    </>
  )
}
