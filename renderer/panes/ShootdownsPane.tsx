import type { ShootdownRow } from '../../src/trace/views.ts'
import { goTo, position } from '../state/position.ts'
import { machine, trace } from '../state/runs.ts'
import { shootdownRow, shootdowns } from '../state/sync.ts'
import { Empty } from '../ui/Empty.tsx'
import { NoTrace } from '../ui/NoTrace.tsx'
import { VirtualList } from '../ui/VirtualList.tsx'
import { answerText, shootdownText } from './shootdownText.ts'

const ROW = 36

/** Every flush that concerned another CPU: the list behind the arrows of the timeline. */
export function ShootdownsPane() {
  if (!trace.value)
    return (
      <NoTrace title="No shootdowns yet">
        When one CPU takes a translation away, the others must be told. Run a scenario with several CPUs.
      </NoTrace>
    )
  void shootdowns.revision.value
  if (shootdowns.total.value === 0)
    return (
      <Empty title="No CPU had to be told" command="machine.cpus">
        {machine.value?.cpus === 1
          ? 'This machine has one CPU. With more, machine.cpu(1).run(process, …) places work on another one.'
          : 'No translation was taken away that another CPU could hold.'}
      </Empty>
    )
  return (
    <VirtualList
      label="Shootdowns"
      count={shootdowns.total.value}
      rowHeight={ROW}
      active={shootdownRow.value}
      testId="shootdowns"
      onActivate={(index) => {
        const row = shootdowns.row(index)
        if (row) goTo(row.k)
      }}
      rowProps={(index) => ({
        class: `vlist-row vma ${(shootdowns.row(index)?.k ?? 0) > position.value ? 'later' : ''}`,
        'data-k': shootdowns.row(index)?.k,
      })}
    >
      {(index) => <Row row={shootdowns.row(index)} />}
    </VirtualList>
  )
}

function Row({ row }: { row: ShootdownRow | null }) {
  if (!row) return <span class="dim">…</span>
  const answer = answerText(row, position.value)
  return (
    <>
      <span class="shootdown">
        <span class="at">{row.k}</span> {shootdownText(row)}
        {answer && <span class={answer.startsWith('through') ? 'dim' : 'warn'}> · {answer}</span>}
      </span>
      <span class="vma-note">
        {row.call} · mm {row.mm}
        {row.what && ` · ${row.what}`}
      </span>
    </>
  )
}
