import type { ComponentChildren } from 'preact'
import { running } from '../state/activity.ts'
import { machine, run } from '../state/runs.ts'
import { Empty } from './Empty.tsx'

/** What a pane says while there is no trace to show: why there is none, or how to get one. */
export function NoTrace({ title, children }: { title: string; children: ComponentChildren }) {
  const row = machine.value
  if (running.value) return <Empty title="Running …">The first events appear as soon as they happen.</Empty>
  if (row?.status === 'skipped') return <Empty title="Skipped on this machine">{row.reason}</Empty>
  if (row) {
    return (
      <Empty title="This machine recorded nothing" command="run.start">
        {row.reason}
      </Empty>
    )
  }
  if (run.value?.state === 'failed') {
    return (
      <Empty title="The scenario did not run" command="go.problem">
        {run.value.message}
      </Empty>
    )
  }
  return (
    <Empty title={title} command="run.start">
      {children}
    </Empty>
  )
}
