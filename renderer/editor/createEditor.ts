/** The Monaco editor of the desk: one model per scenario, marks of the run on top. */
import type { Diagnostic } from '../../src/host/protocol.ts'
import type { EditorHandle } from './handle.ts'
import { editorOptions } from './editorOptions.ts'
import { modelUri, monaco } from './monaco.ts'

export interface DeskEditor extends EditorHandle {
  show(path: string, text: string): void
  setProblems(path: string, diagnostics: readonly Diagnostic[]): void
  /** Line that the event shown belongs to, 0 for none, and ghost text by line. */
  setMarks(line: number, ghosts: ReadonlyMap<number, string>): void
  dispose(): void
}

export interface EditorEvents {
  changed(path: string, text: string): void
  /** A click on a line number. */
  lineChosen(line: number): void
}

const OWNER = 'ptlab'

export function createEditor(element: HTMLElement, events: EditorEvents): DeskEditor {
  const editor = monaco.editor.create(element, editorOptions())
  const marks = editor.createDecorationsCollection()
  const views = new Map<string, monaco.editor.ICodeEditorViewState | null>()
  let current = ''

  editor.onDidChangeModelContent(() => {
    const model = editor.getModel()
    if (!model) return
    monaco.editor.setModelMarkers(model, OWNER, [])
    events.changed(current, model.getValue())
  })
  editor.onMouseDown((event) => {
    if (event.target.type === monaco.editor.MouseTargetType.GUTTER_LINE_NUMBERS)
      events.lineChosen(event.target.position.lineNumber)
  })

  function modelOf(path: string, text: string): monaco.editor.ITextModel {
    const uri = modelUri(path)
    return monaco.editor.getModel(uri) ?? monaco.editor.createModel(text, 'typescript', uri)
  }

  return {
    show(path, text) {
      const model = modelOf(path, text)
      if (path !== current) {
        views.set(current, editor.saveViewState())
        current = path
        editor.setModel(model)
        const view = views.get(path)
        if (view) editor.restoreViewState(view)
      }
      if (model.getValue() !== text) replaceText(model, text)
    },
    setProblems(path, diagnostics) {
      const model = monaco.editor.getModel(modelUri(path))
      if (model) monaco.editor.setModelMarkers(model, OWNER, diagnostics.map(markerOf))
      const first = diagnostics[0]
      if (first && path === current) editor.revealLineInCenterIfOutsideViewport(first.line)
    },
    setMarks(line, ghosts) {
      const lines = editor.getModel()?.getLineCount() ?? 0
      const ghostMarks = [...ghosts].filter(([at]) => at <= lines).map(([at, text]) => ghostMark(at, text))
      marks.set(line > 0 && line <= lines ? [lineMark(line), ...ghostMarks] : ghostMarks)
      if (line > 0 && line <= lines) editor.revealLineInCenterIfOutsideViewport(line)
    },
    line: () => editor.getPosition()?.lineNumber ?? 0,
    reveal(line, column = 1) {
      editor.setPosition({ lineNumber: line, column })
      editor.revealLineInCenterIfOutsideViewport(line)
      editor.focus()
    },
    nextProblem() {
      editor.focus()
      editor.trigger(OWNER, 'editor.action.marker.next', null)
    },
    focus: () => editor.focus(),
    dispose: () => editor.dispose(),
  }
}

/** Replaces the text as one edit, so that undo brings the old one back. */
function replaceText(model: monaco.editor.ITextModel, text: string): void {
  model.pushStackElement()
  model.pushEditOperations([], [{ range: model.getFullModelRange(), text }], () => null)
  model.pushStackElement()
}

function markerOf(one: Diagnostic): monaco.editor.IMarkerData {
  return {
    severity: one.severity === 'error' ? monaco.MarkerSeverity.Error : monaco.MarkerSeverity.Warning,
    message: one.message,
    startLineNumber: one.line,
    startColumn: one.column,
    endLineNumber: one.endLine,
    endColumn: one.endColumn,
    source: OWNER,
  }
}

function lineMark(line: number): monaco.editor.IModelDeltaDecoration {
  return {
    range: new monaco.Range(line, 1, line, 1),
    options: { isWholeLine: true, className: 'line-now', linesDecorationsClassName: 'line-now-mark' },
  }
}

function ghostMark(line: number, text: string): monaco.editor.IModelDeltaDecoration {
  return {
    range: new monaco.Range(line, 1, line, Number.MAX_SAFE_INTEGER),
    options: {
      after: {
        content: `   ${text}`,
        inlineClassName: 'ghost',
        cursorStops: monaco.editor.InjectedTextCursorStops.None,
      },
      showIfCollapsed: true,
    },
  }
}
