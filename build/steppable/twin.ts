/**
 * Writes the second body of a function: a generator in which calls that may yield are delegated to (`yield*`).
 * The text has no line breaks of its own, so that inserting it moves no line of the source.
 */
import ts from 'typescript'
import { hasTwin, isHotCall, isHotValue, membersOf, SUFFIX } from './analyse.ts'
import {
  bare,
  declarationOf,
  functionNamed,
  isFunctionNode,
  memberName,
  type FunctionNode,
  type Model,
  type Source,
} from './model.ts'

/** Names under which src/hw/steps.ts is imported. */
export const CALL_METHOD = '$callMethod'
export const CALL_MAYBE = '$callMaybe'
export const CALL_VALUE = '$callValue'
export const TWIN = '$twin'

const printer = ts.createPrinter({ removeComments: true })
const f = ts.factory

export class TwinWriter {
  readonly problems: string[] = []
  private readonly model: Model
  private readonly source: Source

  constructor(model: Model, source: Source) {
    this.model = model
    this.source = source
  }

  /** `function* name$steps(…) {…}` of a declared function, or of a constant function under the name it has. */
  declaration(node: FunctionNode, name: string): string {
    const made = f.createFunctionDeclaration(
      undefined,
      f.createToken(ts.SyntaxKind.AsteriskToken),
      name + SUFFIX,
      node.typeParameters,
      this.parameters(node),
      undefined,
      this.body(node),
    )
    return this.print(made)
  }

  /** `*name$steps(…) {…}` of a method. */
  method(node: ts.MethodDeclaration): string {
    return this.print(this.methodNode(node))
  }

  /** `function* (…) {…}` of a function written as a value, bound to the `this` around it. */
  value(node: ts.ArrowFunction | ts.FunctionExpression): string {
    return this.print(this.generator(node))
  }

  private print(node: ts.Node): string {
    const text = printer.printNode(ts.EmitHint.Unspecified, node, this.source.tree)
    return text.replace(/\s*\n\s*/g, ' ')
  }

  private problem(node: ts.Node, what: string): void {
    const at = node.pos >= 0 ? this.source.tree.getLineAndCharacterOfPosition(node.pos).line + 1 : 0
    this.problems.push(`${this.source.file}:${at}: ${what} cannot be stepped through`)
  }

  private methodNode(node: ts.MethodDeclaration): ts.MethodDeclaration {
    const { name } = node
    const text = `${memberName(name)}${SUFFIX}`
    return f.createMethodDeclaration(
      node.modifiers?.filter((each) => each.kind !== ts.SyntaxKind.OverrideKeyword),
      f.createToken(ts.SyntaxKind.AsteriskToken),
      ts.isPrivateIdentifier(name) ? f.createPrivateIdentifier(text) : text,
      undefined,
      node.typeParameters,
      this.parameters(node),
      undefined,
      this.body(node),
    )
  }

  private generator(node: ts.ArrowFunction | ts.FunctionExpression): ts.Expression {
    const made = f.createFunctionExpression(
      undefined,
      f.createToken(ts.SyntaxKind.AsteriskToken),
      undefined,
      node.typeParameters,
      this.parameters(node),
      undefined,
      this.body(node),
    )
    const closed = f.createParenthesizedExpression(made)
    if (!ts.isArrowFunction(node) || !usesThis(node)) return closed
    return f.createCallExpression(f.createPropertyAccessExpression(closed, 'bind'), undefined, [
      f.createThis(),
    ])
  }

  private parameters(node: FunctionNode): ts.NodeArray<ts.ParameterDeclaration> {
    for (const parameter of node.parameters)
      if (parameter.initializer && this.hasHotCall(parameter.initializer))
        this.problem(parameter, 'a default value that may yield')
    return node.parameters as ts.NodeArray<ts.ParameterDeclaration>
  }

  private hasHotCall(node: ts.Node): boolean {
    if (ts.isCallExpression(node) && isHotCall(this.model, this.source, node)) return true
    return (
      !isFunctionNode(node) &&
      (ts.forEachChild(node, (child) => this.hasHotCall(child) || undefined) ?? false)
    )
  }

  private body(node: FunctionNode): ts.Block {
    const { body } = node
    const changed = ts.transform(body as ts.ConciseBody, [
      (context) => (root) => this.visit(root, context) as ts.ConciseBody,
    ]).transformed[0]
    return ts.isBlock(changed) ? changed : f.createBlock([f.createReturnStatement(changed)])
  }

  /** What is written over several lines cannot be put on one. */
  private checkText(node: ts.Node): void {
    const isText =
      ts.isNoSubstitutionTemplateLiteral(node) ||
      ts.isTemplateHead(node) ||
      ts.isTemplateMiddleOrTemplateTail(node)
    if (isText && node.text.includes('\n')) this.problem(node, 'a template text over several lines')
  }

  private visit(node: ts.Node, context: ts.TransformationContext): ts.VisitResult<ts.Node> {
    this.checkText(node)
    if (ts.isCallExpression(node) && isHotCall(this.model, this.source, node)) return this.call(node, context)
    if (ts.isArrowFunction(node) || ts.isFunctionExpression(node)) return this.nested(node)
    if (ts.isFunctionDeclaration(node)) return this.nestedDeclaration(node)
    if (ts.isObjectLiteralExpression(node)) return this.literal(node, context)
    if (isFunctionNode(node) || ts.isClassLike(node)) return node
    return this.inside(node, context)
  }

  private inside(node: ts.Node, context: ts.TransformationContext): ts.Node {
    return ts.visitEachChild(node, (child) => this.visit(child, context), context)
  }

  private call(node: ts.CallExpression, context: ts.TransformationContext): ts.Expression {
    const args = node.arguments.map((each) => this.visit(each, context) as ts.Expression)
    const callee = bare(node.expression)
    if (ts.isPropertyAccessExpression(callee)) return this.methodCall(node, callee, args, context)
    const fn = ts.isIdentifier(callee)
      ? functionNamed(this.model, declarationOf(this.model, this.source, node, callee.text))
      : null
    if (fn?.yields)
      return delegate(
        f.createCallExpression(f.createPropertyAccessExpression(callee, SUFFIX), undefined, args),
      )
    const value = node.questionDotToken === undefined ? node.expression : orNothing(node.expression)
    return delegate(call(CALL_VALUE, [value, f.createArrayLiteralExpression(args)]))
  }

  private methodCall(
    node: ts.CallExpression,
    callee: ts.PropertyAccessExpression,
    args: ts.Expression[],
    context: ts.TransformationContext,
  ): ts.Expression {
    const { name, expression } = callee
    if (ts.isPrivateIdentifier(name) || expression.kind === ts.SyntaxKind.SuperKeyword) {
      const twin = ts.isPrivateIdentifier(name)
        ? f.createPrivateIdentifier(name.text + SUFFIX)
        : f.createIdentifier(name.text + SUFFIX)
      return delegate(
        f.createCallExpression(f.createPropertyAccessExpression(expression, twin), undefined, args),
      )
    }
    const owner = this.visit(expression, context) as ts.Expression
    const certain = membersOf(this.model, callee)
    if (expression.kind === ts.SyntaxKind.ThisKeyword && certain.length === 1 && certain[0].fn !== null)
      return delegate(
        f.createCallExpression(f.createPropertyAccessExpression(owner, name.text + SUFFIX), undefined, args),
      )
    return delegate(
      call(ts.isOptionalChain(node) ? CALL_MAYBE : CALL_METHOD, [
        owner,
        f.createStringLiteral(name.text, true),
        f.createArrayLiteralExpression(args),
      ]),
    )
  }

  /** A function made here that may yield carries its own twin. */
  private nested(node: ts.ArrowFunction | ts.FunctionExpression): ts.Expression {
    if (this.model.fnOf.get(node)?.yields !== true) return node
    return call(TWIN, [node, this.generator(node)])
  }

  private nestedDeclaration(node: ts.FunctionDeclaration): ts.VisitResult<ts.Node> {
    if (node.name === undefined || this.model.fnOf.get(node)?.yields !== true) return node
    const name = node.name.text
    const twin = f.createFunctionDeclaration(
      undefined,
      f.createToken(ts.SyntaxKind.AsteriskToken),
      name + SUFFIX,
      node.typeParameters,
      this.parameters(node),
      undefined,
      this.body(node),
    )
    return [
      node,
      twin,
      f.createExpressionStatement(call(TWIN, [f.createIdentifier(name), f.createIdentifier(name + SUFFIX)])),
    ]
  }

  private literal(node: ts.ObjectLiteralExpression, context: ts.TransformationContext): ts.Expression {
    const properties = node.properties.flatMap((each): ts.ObjectLiteralElementLike[] => {
      if (!ts.isMethodDeclaration(each)) return [this.inside(each, context) as ts.ObjectLiteralElementLike]
      return this.model.fnOf.get(each)?.yields === true ? [each, this.methodNode(each)] : [each]
    })
    return f.updateObjectLiteralExpression(node, properties)
  }
}

/** work?.() */
function orNothing(value: ts.Expression): ts.Expression {
  const nothing = f.createArrowFunction(undefined, undefined, [], undefined, undefined, f.createVoidZero())
  return f.createBinaryExpression(
    value,
    ts.SyntaxKind.QuestionQuestionToken,
    f.createParenthesizedExpression(nothing),
  )
}

function delegate(value: ts.Expression): ts.Expression {
  return f.createParenthesizedExpression(
    f.createYieldExpression(f.createToken(ts.SyntaxKind.AsteriskToken), value),
  )
}

function call(name: string, args: ts.Expression[]): ts.CallExpression {
  return f.createCallExpression(f.createIdentifier(name), undefined, args)
}

function usesThis(node: ts.Node): boolean {
  if (node.kind === ts.SyntaxKind.ThisKeyword || node.kind === ts.SyntaxKind.SuperKeyword) return true
  if (isFunctionNode(node) && !ts.isArrowFunction(node)) return false
  return ts.forEachChild(node, (child) => usesThis(child) || undefined) ?? false
}

export { hasTwin, isHotValue }
