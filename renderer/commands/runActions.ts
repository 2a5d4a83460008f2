import type { Params } from '../../src/host/protocol.ts'
import { ask } from '../state/backend.ts'
import { activePath, activeText } from '../state/documents.ts'
import { overridden, overrides } from '../state/machines.ts'
import { running } from '../state/activity.ts'
import { dismiss, notices } from '../state/notices.ts'
import { isOver, run, show } from '../state/runs.ts'
import { ranSource } from '../state/source.ts'

export function canRun(): boolean {
  return activePath.value !== null && !running.value
}

export function canStop(): boolean {
  return run.value !== null && !isOver(run.value)
}

/** Runs the text in the editor, saved or not, on the scenario's machines or the one chosen instead. */
export async function startRun(): Promise<void> {
  await startWith(overridden.value ? { machines: [overrides.value] } : {})
}

/** Runs it on other machines than its own. */
export async function startWith(machines: Pick<Params<'run'>, 'machines' | 'vary'>): Promise<void> {
  const path = activePath.value
  const text = activeText.value
  if (path === null || text === null) return
  for (const notice of notices.value) if (notice.kind === 'error') dismiss(notice.id)
  running.value = true
  const answer = await ask('run', { path, text, ...machines })
  if (!answer) {
    running.value = false
    return
  }
  ranSource.value = { path, text }
  show({
    run: answer.run,
    path,
    state: 'checking',
    message: '',
    diagnostics: [],
    machines: [],
    milliseconds: 0,
  })
}

export async function stopRun(): Promise<void> {
  if (run.value) await ask('stop', { run: run.value.run })
}
