/** The page of one architecture for a terminal. */
import type { DetailSection } from '../arch/describeRows.ts'

type Diagram = NonNullable<DetailSection['diagram']>

const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789'
const WIDTH = 100

export function archText(sections: readonly DetailSection[]): string {
  return sections.map(sectionText).join('\n')
}

function sectionText(section: DetailSection): string {
  const { diagram } = section
  const letters = diagram === undefined ? new Map<string, string>() : lettersOf(diagram)
  const names = section.rows.map(({ name }) =>
    letters.size > 0 ? `${letters.get(name) ?? ' '}  ${name}` : name,
  )
  const column = Math.min(34, Math.max(...names.map((name) => name.length)))
  const rows = section.rows.map(({ value }, index) => rowText(names[index]!, value, column))
  const head = `${section.title}\n${'─'.repeat(section.title.length)}\n`
  return `${head}${diagram === undefined ? '' : `${diagramText(diagram)}\n`}${rows.join('')}`
}

function rowText(name: string, value: string, column: number): string {
  const lines = wrap(value, WIDTH - column - 4)
  return lines.map((line, i) => `  ${(i === 0 ? name : '').padEnd(column)}  ${line}\n`).join('')
}

function wrap(text: string, width: number): string[] {
  const lines: string[] = []
  let line = ''
  for (const word of text.split(' ')) {
    if (line !== '' && line.length + word.length + 1 > width) {
      lines.push(line)
      line = word
    } else line = line === '' ? word : `${line} ${word}`
  }
  return [...lines, line]
}

/** One letter for each field; parts of a field that is cut in pieces are named as the rows below name them. */
function lettersOf({ fields }: Diagram): Map<string, string> {
  const letters = new Map<string, string>()
  const seen = new Map<string, number>()
  for (const { name, kind } of fields) {
    if (kind === 'reserved') continue
    const count = (seen.get(name) ?? 0) + 1
    seen.set(name, count)
    const letter = count > 1 ? letters.get(name) : LETTERS[seen.size - 1]
    letters.set(count === 1 ? name : `${name} (${count})`, letter ?? '?')
  }
  return letters
}

/** A ruler and below it the letter of every bit, highest first; a dot where no field is declared. */
export function diagramText(diagram: Diagram): string {
  const letters = lettersOf(diagram)
  const cells = new Array<string>(diagram.width).fill('·')
  for (const { name, hi, lo, kind } of diagram.fields) {
    if (kind === 'reserved') continue
    for (let bit = lo; bit <= hi; bit++) cells[bit] = letters.get(name) ?? '?'
  }
  const bytes = Array.from({ length: diagram.width / 8 }, (_, i) => diagram.width / 8 - 1 - i)
  const ruler = bytes.map((byte) => `${String(byte * 8 + 7).padEnd(6)}${String(byte * 8).padStart(2)}`)
  const bits = bytes.map((byte) =>
    cells
      .slice(byte * 8, byte * 8 + 8)
      .reverse()
      .join(''),
  )
  return `  ${ruler.join(' ')}\n  ${bits.join(' ')}\n`
}
