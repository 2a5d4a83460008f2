/**
 * Call sites and loop ticks.
 *
 * The lab has to know, at every API call, where in the scenario it stands. Capturing a stack costs about 6 µs, as much
 * as simulating several page faults, so the position is told instead: the last argument of every call is wrapped as
 * `h.s(argument, n)`, which stores the number of the call site and gives the argument back. It is the last thing that
 * happens before the call, so calls inside the arguments cannot overwrite it, and it costs about 2 ns. A call
 * without arguments wraps the object it is made on. All calls are marked, not only those that look like the lab's:
 * then functions reached under another name are told right too.
 *
 * Every loop body starts with `h.t(n);`, which stores its place too and checks one shared word, so that a loop without
 * API calls still hands over the trace written before it, and can be named when it has to be ended (see run/pulse.ts).
 */
import ts from 'typescript'
import type { Edits } from './edits.ts'
import { endOrder, startOrder } from './interrupt.ts'

const TICK_FIRST = -1e6
const TICK_LAST = 1e6

/** Adds the marks; returns the sites as flat pairs line, column. */
export function markSites(source: ts.SourceFile, helper: string, edits: Edits): number[] {
  const sites: number[] = []
  const number = (node: ts.Node): number => {
    const { line, character } = source.getLineAndCharacterOfPosition(node.getStart(source))
    return sites.push(line + 1, character + 1) / 2 - 1
  }
  const wrap = (node: ts.Expression, site: number) => {
    edits.insert(node.getStart(source), `${helper}.s(`, startOrder(node, true))
    edits.insert(node.getEnd(), `,${site})`, endOrder(node, true))
  }
  const visit = (node: ts.Node): void => {
    if (ts.isTypeNode(node)) return
    if (ts.isCallExpression(node)) markCall(node, number, wrap)
    if (ts.isIterationStatement(node, false))
      markLoop(source, node.statement, `${helper}.t(${number(node)});`, edits)
    ts.forEachChild(node, visit)
  }
  visit(source)
  return sites
}

function markCall(
  node: ts.CallExpression,
  number: (node: ts.Node) => number,
  wrap: (node: ts.Expression, site: number) => void,
): void {
  const callee = node.expression
  if (callee.kind === ts.SyntaxKind.ImportKeyword) return
  const last = node.arguments.at(-1)
  if (last) {
    wrap(ts.isSpreadElement(last) ? last.expression : last, number(nameOf(callee)))
    return
  }
  const carrier = carrierOf(node)
  if (carrier) wrap(carrier, number(nameOf(callee)))
}

/** What is evaluated before a call without arguments and can be wrapped without changing `this` or a ?. chain. */
function carrierOf(node: ts.CallExpression): ts.Expression | null {
  const callee = node.expression
  if (ts.isIdentifier(callee)) return callee
  if (!ts.isPropertyAccessExpression(callee) && !ts.isElementAccessExpression(callee)) return null
  const object = callee.expression
  if (object.kind === ts.SyntaxKind.SuperKeyword || ts.isOptionalChain(object)) return null
  return object
}

/** The place a reader looks at: the method's name. */
function nameOf(callee: ts.Expression): ts.Node {
  return ts.isPropertyAccessExpression(callee) ? callee.name : callee
}

function markLoop(source: ts.SourceFile, body: ts.Statement, tick: string, edits: Edits): void {
  if (ts.isBlock(body)) {
    edits.insert(body.getStart(source) + 1, tick, TICK_FIRST)
    return
  }
  edits.insert(body.getStart(source), `{${tick}`, TICK_FIRST)
  edits.insert(body.getEnd(), '}', TICK_LAST)
}
