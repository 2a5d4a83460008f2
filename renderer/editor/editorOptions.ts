import { token } from '../state/theme.ts'
import type { monaco } from './monaco.ts'

/** How the editor looks and behaves: calm, nothing that the desk shows elsewhere. */
export function editorOptions(): monaco.editor.IStandaloneEditorConstructionOptions {
  return {
    // No model yet: showing a scenario sets one.
    model: null,
    automaticLayout: true,
    minimap: { enabled: false },
    fontFamily: token('mono-family'),
    fontSize: 12,
    lineHeight: 19,
    lineNumbersMinChars: 4,
    glyphMargin: false,
    folding: true,
    scrollBeyondLastLine: false,
    renderLineHighlight: 'none',
    overviewRulerBorder: false,
    stickyScroll: { enabled: false },
    tabSize: 2,
    padding: { top: 6, bottom: 6 },
    fixedOverflowWidgets: true,
    bracketPairColorization: { enabled: false },
    guides: { indentation: false },
    accessibilityPageSize: 40,
    ariaLabel: 'Scenario source',
    'semanticHighlighting.enabled': true,
  }
}
