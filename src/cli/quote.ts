/** file:line:column with the source line and a caret under the place. */
export interface Place {
  file: string
  line: number
  column: number
  endLine?: number
  endColumn?: number
}

const MAX_WIDTH = 160

export function quote(place: Place, message: string, source: string | null): string {
  const head = `${place.file}:${place.line}:${place.column}: ${message}`
  const line = source?.split(/\r?\n/)[place.line - 1]
  if (line === undefined) return `${head}\n`
  const from = Math.max(0, place.column - MAX_WIDTH + 20)
  const shown = line.slice(from, from + MAX_WIDTH).replaceAll('\t', ' ')
  const number = String(place.line)
  const end = place.endLine === place.line && place.endColumn ? place.endColumn : place.column + 1
  const width = Math.max(1, Math.min(end - place.column, shown.length - (place.column - 1 - from)))
  const caret = ' '.repeat(Math.max(0, place.column - 1 - from)) + '^'.repeat(width)
  return `${head}\n  ${number} | ${shown}\n  ${' '.repeat(number.length)} | ${caret}\n`
}
