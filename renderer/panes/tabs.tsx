/** Tabs that say more than their title. */
import { activePath, isDirty } from '../state/documents.ts'
import { fileName } from '../state/format.ts'
import { resultsQuery, state } from '../state/snapshots.ts'

export function EditorTab() {
  return (
    <span data-testid="editor-tab">
      {activePath.value ? fileName(activePath.value) : 'Editor'}
      {isDirty.value && <span title="Unsaved changes, kept for you"> ●</span>}
    </span>
  )
}

export function ExpectationsTab() {
  const result = resultsQuery.data.value?.summary.expectations
  const total = result ? result.passed + result.failed : 0
  return (
    <>
      <span>Expectations</span>
      {result && total > 0 && (
        <span class={`count ${result.failed > 0 ? 'bad' : 'ok'}`} data-testid="expectation-count">
          {result.failed > 0 ? '✗' : '✓'} {result.passed} of {total}
        </span>
      )}
    </>
  )
}

export function ConsoleTab() {
  return <Counted title="Console" count={resultsQuery.data.value?.console.length ?? 0} />
}

export function DmesgTab() {
  return <Counted title="dmesg" count={resultsQuery.data.value?.dmesg.length ?? 0} />
}

export function EventTab() {
  const k = state.value?.event?.k
  return <Counted title="Event" count={k ?? 0} />
}

function Counted({ title, count }: { title: string; count: number }) {
  return (
    <>
      <span>{title}</span>
      {count > 0 && <span class="count">{count}</span>}
    </>
  )
}
