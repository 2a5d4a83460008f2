/**
 * Changes to a file's text, collected by position in the user's source and applied at once.
 * A blank or a replacement keeps the length; an insertion is remembered so that a place in the running code
 * can be told as a place in the source.
 */
import type ts from 'typescript'

interface Edit {
  at: number
  /** Characters of the source that are replaced by as many of `text`; 0 for an insertion. */
  length: number
  text: string
  /** Insertions at one place: lower goes first. */
  order: number
}

export class Edits {
  private readonly edits: Edit[] = []
  private readonly source: ts.SourceFile

  constructor(source: ts.SourceFile) {
    this.source = source
  }

  insert(at: number, text: string, order = 0): void {
    this.edits.push({ at, length: 0, text, order })
  }

  /** Replaces [start, end) by `text` and spaces; line breaks of the source stay where they are. */
  replace(start: number, end: number, text = ''): void {
    const old = this.source.text.slice(start, end)
    this.edits.push({ at: start, length: old.length, text: text + blank(old.slice(text.length)), order: 0 })
  }

  /** Applies all edits to `text`, which has the source's length and line structure. */
  apply(text: string): { code: string; inserts: number[] } {
    const sorted = this.edits.toSorted((a, b) => a.at - b.at || a.length - b.length || a.order - b.order)
    const parts: string[] = []
    const inserts: number[] = []
    let at = 0
    for (const edit of sorted) {
      if (edit.at < at) continue
      parts.push(text.slice(at, edit.at), edit.text)
      at = edit.at + edit.length
      if (edit.length === 0) inserts.push(...this.place(edit.at), edit.text.length)
    }
    parts.push(text.slice(at))
    return { code: parts.join(''), inserts }
  }

  private place(position: number): [number, number] {
    const { line, character } = this.source.getLineAndCharacterOfPosition(position)
    return [line + 1, character + 1]
  }
}

function blank(text: string): string {
  return text.replace(/[^\r\n\u2028\u2029]/g, ' ')
}
