import { effect, useSignal } from '@preact/signals'
import { useEffect, useRef } from 'preact/hooks'
import { goToLine } from '../commands/lines.ts'
import { activePath, activeText, edit } from '../state/documents.ts'
import { knownCalls } from '../state/lists.ts'
import { errorText, notify } from '../state/notices.ts'
import { position } from '../state/position.ts'
import { run } from '../state/runs.ts'
import { editorTypes } from '../state/session.ts'
import { ranSource } from '../state/source.ts'
import { state } from '../state/snapshots.ts'
import { theme } from '../state/theme.ts'
import { Empty } from '../ui/Empty.tsx'
import type { DeskEditor } from './createEditor.ts'
import { ghostLines } from './ghost.ts'
import { editorHandle } from './handle.ts'
import { sameFile } from './sameFile.ts'

/** The scenario in Monaco. Until that is loaded the text is there to read. */
export function EditorPane() {
  const box = useRef<HTMLDivElement>(null)
  const ready = useSignal(false)
  const failed = useSignal('')
  useEffect(() => {
    let stop: (() => void) | undefined
    const gone = { value: false }
    load(box.current, () => gone.value)
      .then((end) => {
        stop = end
        ready.value = true
      })
      .catch((error: unknown) => {
        failed.value = errorText(error)
        notify('error', `The editor could not be loaded: ${failed.value}. Reload the page.`)
      })
    return () => {
      gone.value = true
      stop?.()
    }
  }, [])
  return (
    <div class="editor" data-testid="editor" data-editor-state={ready.value ? 'ready' : 'loading'}>
      <div ref={box} class="monaco" />
      {!ready.value && activeText.value !== null && <pre class="plain-source">{activeText.value}</pre>}
      {activePath.value === null && (
        <div class="cover-all">
          <Empty title="No scenario open" command="scenario.new">
            Choose one on the left, or start your own.
          </Empty>
        </div>
      )}
    </div>
  )
}

async function load(element: HTMLElement | null, isGone: () => boolean): Promise<() => void> {
  const [{ createEditor }, { setUpTypeScript }, { applyEditorTheme }] = await Promise.all([
    import('./createEditor.ts'),
    import('./monaco.ts'),
    import('./editorTheme.ts'),
  ])
  if (!element || isGone()) return () => undefined
  setUpTypeScript(editorTypes.value)
  applyEditorTheme(theme.value)
  const editor = createEditor(element, { changed: edit, lineChosen: (line) => void goToLine('last', line) })
  editorHandle.value = editor
  const stops = [
    effect(() => applyEditorTheme(theme.value)),
    effect(() => showDocument(editor)),
    effect(() => showProblems(editor)),
    effect(() => showMarks(editor)),
  ]
  return () => {
    for (const stop of stops) stop()
    editorHandle.value = null
    editor.dispose()
  }
}

function showDocument(editor: DeskEditor): void {
  const path = activePath.value
  const text = activeText.value
  if (path !== null && text !== null) editor.show(path, text)
}

function showProblems(editor: DeskEditor): void {
  const current = run.value
  if (!current) return
  editor.setProblems(
    current.path,
    current.diagnostics.filter((one) => sameFile(one.file, current.path)),
  )
}

/** Marks stand only on the text that ran; a changed line would carry a number that is not its own. */
function showMarks(editor: DeskEditor): void {
  const source = ranSource.value
  if (!source || source.path !== activePath.value || source.text !== activeText.value) {
    editor.setMarks(0, new Map())
    return
  }
  const made = knownCalls().filter((row) => row.first <= position.value)
  editor.setMarks(
    state.value?.event?.line ?? 0,
    ghostLines(made, (file) => sameFile(file, source.path)),
  )
}
