/** Turning places in a parsed file into problems the user can read. */
import type ts from 'typescript'
import type { Problem } from '../messages.ts'

export function problemAt(
  source: ts.SourceFile,
  file: string,
  start: number,
  end: number,
  message: string,
  severity: Problem['severity'] = 'error',
): Problem {
  const from = source.getLineAndCharacterOfPosition(start)
  const to = source.getLineAndCharacterOfPosition(Math.max(end, start))
  return {
    file,
    line: from.line + 1,
    column: from.character + 1,
    endLine: to.line + 1,
    endColumn: to.character + 1,
    severity,
    message,
  }
}

export function problemOfNode(source: ts.SourceFile, file: string, node: ts.Node, message: string): Problem {
  return problemAt(source, file, node.getStart(source), node.getEnd(), message)
}
