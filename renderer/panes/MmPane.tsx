import type { FieldView, MmView } from '../../src/trace/views.ts'
import { bytes, plural } from '../state/format.ts'
import { trace } from '../state/runs.ts'
import { mm, state, stateQuery } from '../state/snapshots.ts'
import { Empty } from '../ui/Empty.tsx'
import { NoTrace } from '../ui/NoTrace.tsx'
import { FieldRows } from '../ui/FieldRows.tsx'
import { MmSelect } from '../ui/MmSelect.tsx'

/** mm_struct after the event shown, what the event changed in it, and the machine's counters. */
export function MmPane() {
  if (!trace.value)
    return (
      <NoTrace title="No process yet">
        Run the scenario: the fields of mm_struct appear here, with what each event changes.
      </NoTrace>
    )
  if (stateQuery.error.value)
    return <Empty title="This state cannot be shown">{stateQuery.error.value}</Empty>
  const shown = mm.value
  return (
    <>
      <div class="pane-head">
        <MmSelect />
        {shown && !shown.alive && <span class="dim">exited</span>}
      </div>
      <div
        class="scroll"
        tabIndex={0}
        role="region"
        aria-label="mm_struct fields"
        data-testid="mm-pane"
        data-mm={shown?.id}
        data-k={state.value?.k}
      >
        {shown ? (
          <>
            <FieldRows fields={shown.fields} />
            <CountedAgainstReal mm={shown} />
          </>
        ) : (
          <p class="hint">
            No process exists at this event. Step to one with F9 (next call) or Shift+F9 (previous call).
          </p>
        )}
        <MachineFields fields={state.value?.machine ?? []} />
      </div>
    </>
  )
}

function CountedAgainstReal({ mm: shown }: { mm: MmView }) {
  const { tables } = shown
  const hidden = tables.bytes - tables.countedBytes
  return (
    <section aria-label="Page tables, counted against real">
      <h2 class="section">Counted against real</h2>
      <table class="fields">
        <tbody>
          {tables.perLevel.map((row) => (
            <tr key={row.level}>
              <th scope="row">
                <span class={`level-${row.level}`}>{row.level}</span>
              </th>
              <td>
                {plural(row.tables, 'table')} · {bytes(row.bytes)}
              </td>
            </tr>
          ))}
          {tables.deposited > 0 && (
            <tr>
              <th scope="row">deposited for huge pages</th>
              <td>{plural(tables.deposited, 'table')}</td>
            </tr>
          )}
          <tr>
            <th scope="row">frames holding tables</th>
            <td data-testid="table-bytes">{bytes(tables.bytes)}</td>
          </tr>
          <tr>
            <th scope="row">counted by this kernel</th>
            <td data-testid="counted-bytes">{bytes(tables.countedBytes)}</td>
          </tr>
          <tr>
            <th scope="row">hidden from the OOM killer</th>
            <td class={hidden > 0 ? 'bad' : ''}>{bytes(hidden)}</td>
          </tr>
        </tbody>
      </table>
    </section>
  )
}

function MachineFields({ fields }: { fields: readonly FieldView[] }) {
  if (fields.length === 0) return null
  return (
    <section aria-label="Machine counters">
      <h2 class="section">Machine (vmstat)</h2>
      <FieldRows fields={fields} />
    </section>
  )
}
