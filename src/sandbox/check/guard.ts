/**
 * The confinement rejects any text that looks like `import(`, `<!--` or `-->`, also where it is harmless. Harmless
 * places are defused here without moving anything: comments are blanked, strings are handed over as data. What is
 * left is a real attempt and gets a message.
 */
import ts from 'typescript'
import type { Problem } from '../messages.ts'
import type { Edits } from './edits.ts'
import { problemAt } from './problems.ts'

const REJECTED = /(?:<!--|-->|\bimport(?=\s*(?:\(|\/[/*]))|\beval(?=\s*\())/g

export interface Guarded {
  /** Texts that the code now refers to as helper.texts[i]. */
  texts: string[]
  problems: Problem[]
}

export function guard(source: ts.SourceFile, file: string, helper: string, edits: Edits): Guarded {
  const texts: string[] = []
  const problems: Problem[] = []
  for (const match of source.text.matchAll(REJECTED)) {
    const token = match[0]
    const node = nodeAt(source, match.index)
    if (!inToken(source, node, match.index)) {
      edits.replace(match.index, match.index + token.length)
      continue
    }
    if (isText(node)) {
      const reference = `${helper}.x[${texts.length}]`
      if (isValue(node) && fits(node, source, reference)) {
        edits.replace(node.getStart(source), node.getEnd(), reference)
        texts.push(node.text)
        continue
      }
    }
    if (ts.isPropertyAccessExpression(node.parent) && node.parent.name === node) continue
    problems.push(problemAt(source, file, match.index, match.index + token.length, explain(token, node)))
  }
  return { texts, problems }
}

function explain(token: string, node: ts.Node): string {
  if (token === 'import')
    return "import(…) is not available: a scenario imports from 'ptlab' and from its own files, at the top."
  if (token === 'eval') return 'eval(…) is not available in scenarios.'
  const text = ts.isRegularExpressionLiteral(node) || isText(node) || ts.isTemplateMiddleOrTemplateTail(node)
  if (text) return `'${token}' cannot stand here: write it with an escape, e.g. '-\\x2d>'.`
  return `'${token}' reads as an old HTML comment: put a space between its signs.`
}

type Text = ts.StringLiteral | ts.NoSubstitutionTemplateLiteral

function isText(node: ts.Node): node is Text {
  return ts.isStringLiteral(node) || ts.isNoSubstitutionTemplateLiteral(node)
}

/** Whether the text stands where any expression could. */
function isValue(node: Text): boolean {
  const parent = node.parent
  if (ts.isTaggedTemplateExpression(parent)) return false
  const isName = (ts.isPropertyAssignment(parent) || ts.isMethodDeclaration(parent)) && parent.name === node
  return (
    !isName &&
    !ts.isImportDeclaration(parent) &&
    !ts.isExportDeclaration(parent) &&
    !ts.isLiteralTypeNode(parent)
  )
}

/** Lines must stay where they are, and the reference needs room on the first one. */
function fits(node: Text, source: ts.SourceFile, reference: string): boolean {
  const firstLine = source.text.slice(node.getStart(source), node.getEnd()).split('\n', 1)[0]
  return firstLine.length >= reference.length
}

/** Innermost node whose full range holds the position. */
function nodeAt(source: ts.SourceFile, position: number): ts.Node {
  let found: ts.Node = source
  const visit = (node: ts.Node): void => {
    if (position < node.getFullStart() || position >= node.getEnd()) return
    found = node
    ts.forEachChild(node, visit)
  }
  ts.forEachChild(source, visit)
  return found
}

/** False when the position lies in the comments or blanks before a token. */
function inToken(source: ts.SourceFile, node: ts.Node, position: number): boolean {
  let token: ts.Node | undefined
  const visit = (child: ts.Node): void => {
    if (token || isJsDoc(child) || position < child.getFullStart() || position >= child.getEnd()) return
    const inner = child.getChildren(source)
    if (inner.length === 0) token = child
    else inner.forEach(visit)
  }
  visit(node)
  return token !== undefined && position >= token.getStart(source)
}

function isJsDoc(node: ts.Node): boolean {
  return node.kind >= ts.SyntaxKind.FirstJSDocNode && node.kind <= ts.SyntaxKind.LastJSDocNode
}
