import { editorHandle } from '../editor/handle.ts'
import { ask } from '../state/backend.ts'
import { notify } from '../state/notices.ts'
import { goTo } from '../state/position.ts'
import { trace } from '../state/runs.ts'

/** Goes to the first or last event that the calls on a source line caused. */
export async function goToLine(
  which: 'first' | 'last',
  line = editorHandle.value?.line() ?? 0,
): Promise<void> {
  const source = trace.value
  if (!source || line < 1) return
  const answer = await ask('atLine', { ...source, line })
  if (!answer) return
  if (answer.first < 0 || answer.last < answer.first)
    notify('info', `Line ${line} caused no event in this run.`)
  else goTo(answer[which])
}
