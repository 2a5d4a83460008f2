/**
 * Scenarios that race: their functions can be interrupted in the middle of a call. JavaScript cannot stop a function that
 * runs, unless it is a generator, so each function becomes one, in place:
 *
 *     (at) => a.write(at)        h.g(function*(at) {return((yield*h.k(a,"write",[at])))}.bind(this))
 *
 * What h.g makes can be called as before (it then runs to its end) and run in steps. Lines stay where they are, columns
 * are told by the insertions. `run` itself starts races and is never part of one: it stays as it is, and so do getters,
 * constructors, private and computed methods, generators, and parameters' default values.
 */
import ts from 'typescript'
import type { Edits } from './edits.ts'

/** Whether the text has anything to do with races. */
export function mayRace(text: string): boolean {
  return /\brace\b/.test(text)
}

/** Insertions at one place, from the outside in at a start and from the inside out at an end (see sites.ts). */
export function startOrder(node: ts.Node, outer: boolean): number {
  return 2 * depthOf(node) + (outer ? 0 : 1)
}

export function endOrder(node: ts.Node, outer: boolean): number {
  return -startOrder(node, outer)
}

function depthOf(node: ts.Node): number {
  let depth = 0
  for (let at = node.parent; at !== undefined; at = at.parent) depth++
  return depth
}

/** After everything that wraps what stands there. */
const INSIDE = 1e5

type Convertible = ts.ArrowFunction | ts.FunctionExpression | ts.FunctionDeclaration | ts.MethodDeclaration

export function makeInterruptible(source: ts.SourceFile, helper: string, edits: Edits): void {
  const writer = new Interruptible(source, helper, edits)
  const visit = (node: ts.Node): void => {
    if (ts.isTypeNode(node)) return
    if (isConvertible(node)) writer.convert(node)
    else if (ts.isCallExpression(node) && standsInConverted(node)) writer.call(node)
    ts.forEachChild(node, visit)
  }
  visit(source)
}

function isConvertible(node: ts.Node): node is Convertible {
  if (ts.isArrowFunction(node)) return !isAsync(node) && !isRun(node)
  if (ts.isFunctionExpression(node)) return !isAsync(node) && !node.asteriskToken && !isRun(node)
  if (ts.isFunctionDeclaration(node))
    return node.body !== undefined && node.name !== undefined && !isAsync(node) && !node.asteriskToken
  if (!ts.isMethodDeclaration(node)) return false
  return (
    node.body !== undefined &&
    ts.isIdentifier(node.name) &&
    !isAsync(node) &&
    !node.asteriskToken &&
    !isRun(node)
  )
}

function isAsync(node: ts.Node & { modifiers?: ts.NodeArray<ts.ModifierLike> }): boolean {
  return node.modifiers?.some((each) => each.kind === ts.SyntaxKind.AsyncKeyword) === true
}

/** The function of the scenario itself: scenario({ …, run() {} }). */
function isRun(node: ts.Node): boolean {
  const property = ts.isMethodDeclaration(node) ? node : node.parent
  if (!ts.isMethodDeclaration(property) && !ts.isPropertyAssignment(property)) return false
  const called = property.parent.parent
  return (
    property.name.getText() === 'run' &&
    ts.isCallExpression(called) &&
    ts.isIdentifier(called.expression) &&
    called.expression.text === 'scenario'
  )
}

/** Whether `yield` may stand here: directly in a function that became a generator. */
function standsInConverted(node: ts.Node): boolean {
  for (let at: ts.Node = node; at.parent !== undefined; at = at.parent) {
    const { parent } = at
    if (
      ts.isParameter(parent) ||
      ts.isPropertyDeclaration(parent) ||
      ts.isClassStaticBlockDeclaration(parent)
    )
      return false
    if (ts.isFunctionLike(parent)) return isConvertible(parent) && parent.body === at
  }
  return false
}

class Interruptible {
  private readonly source: ts.SourceFile
  private readonly helper: string
  private readonly edits: Edits
  private readonly begun = new Set<number>()

  constructor(source: ts.SourceFile, helper: string, edits: Edits) {
    this.source = source
    this.helper = helper
    this.edits = edits
  }

  convert(node: Convertible): void {
    if (ts.isArrowFunction(node)) this.arrow(node)
    else if (ts.isFunctionExpression(node)) this.expression(node)
    else if (ts.isFunctionDeclaration(node)) this.declaration(node)
    else this.method(node)
  }

  private arrow(node: ts.ArrowFunction): void {
    const { edits, source } = this
    edits.insert(node.getStart(source), `${this.helper}.g(function*`, startOrder(node, false))
    const [parameter] = node.parameters
    if (!node.getChildren(source).some((each) => each.kind === ts.SyntaxKind.OpenParenToken)) {
      edits.insert(parameter.getStart(source), '(', INSIDE)
      edits.insert(parameter.getEnd(), ')', -INSIDE)
    }
    const { equalsGreaterThanToken: token, body } = node
    edits.replace(token.getStart(source), token.getEnd())
    const block = ts.isBlock(body)
    if (!block) edits.insert(body.getStart(source), '{return(', startOrder(node, false) + 0.5)
    const close = `${block ? '' : ')}'}.bind(this)${this.nameArgument(node)})`
    edits.insert(node.getEnd(), close, endOrder(node, false))
  }

  private expression(node: ts.FunctionExpression): void {
    const { edits, source } = this
    const { name } = node
    // Inside it, its own name means what is called, not the generator.
    const open = name === undefined ? 'g(' : `n((${name.text})=>`
    edits.insert(node.getStart(source), `${this.helper}.${open}`, startOrder(node, false))
    edits.insert(node.getStart(source) + 'function'.length, '*')
    if (name !== undefined) edits.insert(name.getStart(source), this.helper, INSIDE)
    edits.insert(node.getEnd(), `${this.nameArgument(node)})`, endOrder(node, false))
  }

  /** Hoisted like before: the function under its name, and beside it the generator. */
  private declaration(node: ts.FunctionDeclaration): void {
    const { edits, source, helper } = this
    const name = node.name!.text
    const keyword = node.getChildren(source).find((each) => each.kind === ts.SyntaxKind.FunctionKeyword)!
    const plain = `function ${name}(){return ${helper}.r(${name},${helper}${name},this,arguments)}`
    edits.insert(keyword.getStart(source), plain, startOrder(node, false))
    edits.insert(keyword.getEnd(), '*')
    edits.insert(node.name!.getStart(source), helper, INSIDE)
  }

  private method(node: ts.MethodDeclaration): void {
    const name = (node.name as ts.Identifier).text
    const { helper } = this
    const between = ts.isObjectLiteralExpression(node.parent) ? ',' : ' '
    const isStatic = node.modifiers?.some((each) => each.kind === ts.SyntaxKind.StaticKeyword) === true
    const plain = `${name}(){return ${helper}.m(this,"${name}",arguments)}${between}${isStatic ? 'static ' : ''}*${helper}`
    this.edits.insert(node.name.getStart(this.source), plain, INSIDE)
  }

  /** The name that the language would give the function. */
  private nameArgument(node: ts.ArrowFunction | ts.FunctionExpression): string {
    const { parent } = node
    const named =
      (ts.isVariableDeclaration(parent) && parent.initializer === node) ||
      (ts.isPropertyAssignment(parent) && parent.initializer === node)
    const name = node.name ?? (named ? parent.name : undefined)
    return name !== undefined && ts.isIdentifier(name) ? `,"${name.text}"` : ''
  }

  call(node: ts.CallExpression): void {
    const callee = node.expression
    if (callee.kind === ts.SyntaxKind.SuperKeyword || callee.kind === ts.SyntaxKind.ImportKeyword) return
    if (ts.isPropertyAccessExpression(callee)) return this.methodCall(node, callee)
    // Under ?. what follows may depend on the call not being made.
    if (ts.isOptionalChain(node) || ts.isElementAccessExpression(callee)) return
    this.around(node, 'c')
  }

  private methodCall(node: ts.CallExpression, callee: ts.PropertyAccessExpression): void {
    const { edits, source } = this
    if (callee.expression.kind === ts.SyntaxKind.SuperKeyword || ts.isPrivateIdentifier(callee.name)) return
    if (node.questionDotToken !== undefined || continuesChain(node)) return
    const dot =
      callee.questionDotToken ??
      callee.getChildren(source).find((each) => each.kind === ts.SyntaxKind.DotToken)
    if (dot === undefined) return
    edits.replace(dot.getStart(source), dot.getEnd(), ',')
    edits.insert(callee.name.getStart(source), '"', INSIDE)
    edits.insert(callee.name.getEnd(), '"', -INSIDE)
    this.around(node, ts.isOptionalChain(node) ? 'q' : 'k')
  }

  /** A line that begins with a parenthesis would go on with the line before it, where that ends without a semicolon. */
  private beginStatement(node: ts.CallExpression): void {
    const start = node.getStart(this.source)
    let at: ts.Node = node
    while (
      at.parent !== undefined &&
      !ts.isExpressionStatement(at) &&
      at.parent.getStart(this.source) === start
    )
      at = at.parent
    if (!ts.isExpressionStatement(at) || this.begun.has(start)) return
    this.begun.add(start)
    this.edits.insert(start, `${this.helper}.z,`, 0)
  }

  /** callee(arguments) becomes (yield*helper.way(callee,[arguments])). */
  private around(node: ts.CallExpression, way: string): void {
    const { edits, source } = this
    const parens = node.getChildren(source)
    const open = parens.findLast((each) => each.kind === ts.SyntaxKind.OpenParenToken)!
    const close = parens.findLast((each) => each.kind === ts.SyntaxKind.CloseParenToken)!
    this.beginStatement(node)
    edits.insert(node.getStart(source), `(yield*${this.helper}.${way}(`, startOrder(node, false))
    edits.replace(open.getStart(source), open.getEnd(), ',')
    edits.insert(open.getEnd(), '[', -INSIDE)
    edits.insert(close.getStart(source), ']', INSIDE)
    edits.insert(node.getEnd(), ')', endOrder(node, false))
  }
}

/** a?.b().c: the rest is skipped together with the call. */
function continuesChain(node: ts.CallExpression): boolean {
  const { parent } = node
  if (!ts.isOptionalChain(node)) return false
  return (
    (ts.isPropertyAccessExpression(parent) ||
      ts.isElementAccessExpression(parent) ||
      ts.isCallExpression(parent)) &&
    parent.expression === node
  )
}
