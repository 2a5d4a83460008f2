import { useSignal } from '@preact/signals'
import { address } from '../state/format.ts'
import { trace } from '../state/runs.ts'
import { focusAddress } from '../state/selection.ts'
import { tablesQuery } from '../state/snapshots.ts'
import { walkQuery } from '../state/walk.ts'
import { type TreeRow, treeRows } from '../tables/treeRows.ts'
import { NoTrace } from '../ui/NoTrace.tsx'
import { MmSelect } from '../ui/MmSelect.tsx'
import { VirtualList } from '../ui/VirtualList.tsx'

const ROW = 20

/** All tables of a process as a tree: which hangs where, how full it is, who shares its page. */
export function TreePane() {
  const toggled = useSignal<ReadonlySet<number>>(new Set())
  if (!trace.value)
    return (
      <NoTrace title="No tables yet">
        Run the scenario: the tables of each process appear here as a tree.
      </NoTrace>
    )
  const rows = treeRows(tablesQuery.data.value ?? [], toggled.value)
  const onWalk = new Set(walkQuery.data.value?.steps.map((step) => step.table))
  const active = rows.findLastIndex((row) => onWalk.has(row.table.id))
  const toggle = (row: TreeRow | undefined): void => {
    if (!row || row.children === 0) return
    const next = new Set(toggled.value)
    if (!next.delete(row.table.id)) next.add(row.table.id)
    toggled.value = next
  }
  return (
    <>
      <div class="pane-head">
        <MmSelect />
        <span class="dim">{tablesQuery.data.value?.length ?? 0} tables</span>
      </div>
      <VirtualList
        label="Tree of page tables"
        role="tree"
        count={rows.length}
        rowHeight={ROW}
        active={active}
        testId="tree"
        onActivate={(index) => rows[index] && focusAddress(rows[index].table.va)}
        onKey={(event) => {
          const row = rows[active]
          const wanted = event.key === 'ArrowRight' ? true : event.key === 'ArrowLeft' ? false : null
          if (wanted === null || !row) return false
          if (row.open !== wanted) toggle(row)
          return true
        }}
        rowProps={(index) => ({
          class: `vlist-row tree-row ${onWalk.has(rows[index]?.table.id ?? -1) ? 'on-walk' : ''}`,
          'aria-level': (rows[index]?.depth ?? 0) + 1,
          'aria-expanded': (rows[index]?.children ?? 0) > 0 ? rows[index]?.open : undefined,
        })}
      >
        {(index) => (rows[index] ? <Row row={rows[index]} onToggle={() => toggle(rows[index])} /> : null)}
      </VirtualList>
    </>
  )
}

function Row({ row, onToggle }: { row: TreeRow; onToggle: () => void }) {
  const { table } = row
  const click = (event: MouseEvent): void => {
    event.stopPropagation()
    onToggle()
  }
  return (
    <>
      <span style={{ width: `${row.depth * 18}px` }} />
      <span class="twist" aria-hidden="true" onClick={click}>
        {row.children === 0 ? '' : row.open ? '▾' : '▸'}
      </span>
      <b class={`level-${table.level}`}>
        {table.level}
        {table.parent !== null && `[${table.parentIndex}]`}
      </b>
      <span>{address(table.va)}</span>
      <span class="dim">frame 0x{table.frame.toString(16)}</span>
      <span class="fill" title={`${table.used} of ${table.entries} entries used`}>
        <i
          style={{
            width: `${Math.max(4, (100 * table.used) / table.entries)}%`,
            background: `var(--${table.level})`,
          }}
        />
      </span>
      <span class="dim">
        {table.used} / {table.entries}
      </span>
      {table.sharesPageWith.length > 0 && (
        <span title={`Shares its page with table ${table.sharesPageWith.join(', ')}`}>⊞ shared page</span>
      )}
      {table.users > 1 && (
        <span title="One pmd table for all address spaces that map this part of a hugetlb file">
          ⧉ shared by {table.users}
        </span>
      )}
      {table.deposited && <span>↧ deposited</span>}
      {table.kernel && <span class="dim">kernel</span>}
    </>
  )
}
