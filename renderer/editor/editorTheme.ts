import { token as cssToken } from '../state/theme.ts'
import { monaco } from './monaco.ts'

/** A colour as Monaco wants it: six digits, although minified CSS may have three. */
function token(name: string): string {
  return cssToken(name).replace(/^#(.)(.)(.)$/, '#$1$1$2$2$3$3')
}

/** Gives the editor the colours of the desk. */
export function applyEditorTheme(theme: 'dark' | 'light'): void {
  const rule = (name: string, color: string, fontStyle = ''): monaco.editor.ITokenThemeRule => ({
    token: name,
    foreground: token(color).slice(1),
    fontStyle,
  })
  monaco.editor.defineTheme('ptlab', {
    base: theme === 'dark' ? 'vs-dark' : 'vs',
    inherit: true,
    rules: [
      rule('keyword', 'k'),
      rule('string', 's'),
      rule('number', 'n'),
      rule('number.hex', 'n'),
      rule('number.float', 'n'),
      rule('comment', 'c', 'italic'),
      rule('identifier', 'text'),
      rule('type.identifier', 'f'),
      rule('delimiter', 'text'),
    ],
    colors: {
      'editor.background': token('pane'),
      'editor.foreground': token('text'),
      'editorLineNumber.foreground': token('faint'),
      'editorLineNumber.activeForeground': token('text'),
      'editor.lineHighlightBackground': token('raise'),
      'editor.lineHighlightBorder': token('pane'),
      'editorWidget.background': token('raise'),
      'editorWidget.border': token('line'),
      'editorSuggestWidget.background': token('raise'),
      'editorHoverWidget.background': token('raise'),
      'editorGutter.background': token('pane'),
      ...Object.fromEntries(
        [1, 2, 3, 4, 5, 6].map((depth) => [`editorBracketHighlight.foreground${depth}`, token('text')]),
      ),
      focusBorder: token('now'),
    },
  })
  monaco.editor.setTheme('ptlab')
}
