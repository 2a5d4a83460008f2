/** Fills the model from source texts. */
import { posix } from 'node:path'
import ts from 'typescript'
import {
  bare,
  classAround,
  functionAround,
  isFunctionNode,
  memberName,
  type Declared,
  type Fn,
  type FunctionNode,
  type Model,
  type Source,
} from './model.ts'

/** Adds one file. `file` is project-relative with forward slashes. */
export function readSource(model: Model, file: string, text: string): Source {
  const tree = ts.createSourceFile(file, text, ts.ScriptTarget.ES2023, true, ts.ScriptKind.TS)
  const source: Source = { file, text, tree, top: new Map(), functions: [] }
  model.sources.set(file, source)
  const visit = (node: ts.Node): void => {
    if (isFunctionNode(node) && node.body !== undefined) addFunction(model, source, node)
    if (ts.isImportDeclaration(node)) addImport(source, node)
    else if (ts.isVariableDeclaration(node)) addVariable(model, source, node)
    else if (ts.isParameter(node)) addParameter(model, source, node)
    else if (ts.isClassLike(node) || ts.isInterfaceDeclaration(node)) addType(model, node)
    else if (ts.isTypeAliasDeclaration(node)) addAlias(model, node)
    else if (ts.isMethodSignature(node)) note(model.returns, memberName(node.name), node.type)
    else if (ts.isPropertyDeclaration(node) || ts.isPropertySignature(node)) addProperty(model, node)
    else if (ts.isPropertyAssignment(node) || ts.isShorthandPropertyAssignment(node)) addLiteral(model, node)
    else if (ts.isBinaryExpression(node)) addAssignment(model, node)
    ts.forEachChild(node, visit)
  }
  visit(tree)
  return source
}

function addFunction(model: Model, source: Source, node: FunctionNode): void {
  if (model.fnOf.has(node)) return
  const owner = ts.isClassLike(node.parent) ? (node.parent.name?.text ?? '') : null
  const fn: Fn = { node, source, yields: false, owner }
  source.functions.push(fn)
  model.fnOf.set(node, fn)
  if (!model.scopes.has(node)) model.scopes.set(node, new Map())
  if (ts.isFunctionDeclaration(node) && node.name)
    declare(model, source, node.parent, node.name.text, { kind: 'function', fn })
  if (ts.isGetAccessor(node)) noteType(model, memberName(node.name), node.type)
  else if (node.name) note(model.returns, memberName(node.name), node.type)
  if (ts.isConstructorDeclaration(node) && owner) model.constructors.set(owner, fn)
  if (ts.isMethodDeclaration(node)) addMember(model, memberName(node.name), owner, fn, null)
}

function addMember(
  model: Model,
  name: string | null,
  owner: string | null,
  fn: Fn | null,
  value: ts.Expression | null,
): void {
  if (name === null) return
  const all = model.members.get(name) ?? []
  all.push({ name, owner, fn, value, hot: false })
  model.members.set(name, all)
}

/** Into the innermost function's scope; blocks are not told apart. */
function declare(model: Model, source: Source, at: ts.Node, name: string, declared: Declared): void {
  const around = isFunctionNode(at) ? at : functionAround(at)
  if (around === null) {
    if (!source.top.has(name)) source.top.set(name, declared)
    return
  }
  const scope = model.scopes.get(around) ?? new Map<string, Declared>()
  model.scopes.set(around, scope)
  scope.set(name, declared)
}

function addImport(source: Source, node: ts.ImportDeclaration): void {
  const from = (node.moduleSpecifier as ts.StringLiteral).text
  const named = node.importClause?.namedBindings
  if (!from.startsWith('.') || named === undefined || !ts.isNamedImports(named)) return
  const file = posix.join(posix.dirname(source.file), from)
  for (const item of named.elements)
    source.top.set(item.name.text, { kind: 'import', file, name: (item.propertyName ?? item.name).text })
}

function addVariable(model: Model, source: Source, node: ts.VariableDeclaration): void {
  const init = node.initializer ? bare(node.initializer) : null
  if (init && ts.isIdentifier(node.name) && (ts.isArrowFunction(init) || ts.isFunctionExpression(init))) {
    addFunction(model, source, init)
    declare(model, source, node, node.name.text, { kind: 'function', fn: model.fnOf.get(init)! })
    return
  }
  addBinding(model, source, node, node.name, node.type, init)
}

function addParameter(model: Model, source: Source, node: ts.ParameterDeclaration): void {
  if (isFunctionNode(node.parent) && node.parent.body !== undefined)
    addBinding(model, source, node.parent, node.name, node.type, null)
  else if (ts.isIdentifier(node.name)) noteType(model, node.name.text, node.type)
}

function addBinding(
  model: Model,
  source: Source,
  at: ts.Node,
  name: ts.BindingName,
  type: ts.TypeNode | undefined,
  init: ts.Expression | null,
): void {
  if (ts.isIdentifier(name)) {
    noteType(model, name.text, type)
    if (init) noteInit(model, name.text, init)
    const hot = type !== undefined && ts.isTypeReferenceNode(type) && type.typeName.getText() === 'UserCode'
    declare(model, source, at, name.text, { kind: 'variable', hot, init, property: null })
    return
  }
  for (const element of name.elements) {
    if (!ts.isBindingElement(element)) continue
    if (!ts.isIdentifier(element.name)) {
      addBinding(model, source, at, element.name, undefined, null)
      continue
    }
    const property = memberName(element.propertyName) ?? element.name.text
    declare(model, source, at, element.name.text, { kind: 'variable', hot: false, init: null, property })
  }
}

function addType(model: Model, node: ts.ClassLikeDeclaration | ts.InterfaceDeclaration): void {
  const name = node.name?.text
  if (name === undefined) return
  const parents = (node.heritageClauses ?? []).flatMap((clause) =>
    clause.types.map((each) => each.expression.getText()),
  )
  const members = new Set<string>()
  for (const each of node.members) {
    const member = memberName(each.name)
    if (member !== null) members.add(member)
  }
  const known = model.types.get(name)
  model.types.set(name, {
    kind: ts.isClassLike(node) && known?.kind !== 'interface' ? 'class' : 'interface',
    parents: [...(known?.parents ?? []), ...parents],
    members: new Set([...(known?.members ?? []), ...members]),
  })
}

function addAlias(model: Model, node: ts.TypeAliasDeclaration): void {
  const name = node.name.text
  if (ts.isTypeLiteralNode(node.type)) {
    const members = new Set(node.type.members.flatMap((each) => memberName(each.name) ?? []))
    model.types.set(name, { kind: 'interface', parents: [], members })
    return
  }
  const types = new Map<string, Set<string>>()
  note(types, name, node.type)
  model.types.set(name, { kind: 'alias', parents: [...(types.get(name) ?? [])], members: new Set() })
}

function addProperty(model: Model, node: ts.PropertyDeclaration | ts.PropertySignature): void {
  const name = memberName(node.name)
  noteType(model, name, node.type)
  if (!ts.isPropertyDeclaration(node) || node.initializer === undefined) return
  const init = bare(node.initializer)
  noteInit(model, name, init)
  addMember(model, name, classAround(node)?.name?.text ?? '', null, init)
}

function addLiteral(model: Model, node: ts.PropertyAssignment | ts.ShorthandPropertyAssignment): void {
  const value = ts.isPropertyAssignment(node) ? bare(node.initializer) : node.name
  addMember(model, memberName(node.name), null, null, value)
}

/** this.x = value */
function addAssignment(model: Model, node: ts.BinaryExpression): void {
  const { left } = node
  if (node.operatorToken.kind !== ts.SyntaxKind.EqualsToken || !ts.isPropertyAccessExpression(left)) return
  const owner = left.expression.kind === ts.SyntaxKind.ThisKeyword ? classAround(node)?.name?.text : undefined
  const value = bare(node.right)
  addMember(model, memberName(left.name), owner ?? null, null, value)
  noteInit(model, memberName(left.name), value)
}

/** What the initial value says about the type of a name without a declared one. */
function noteInit(model: Model, name: string | null, init: ts.Expression): void {
  if (name === null) return
  if (ts.isNewExpression(init)) noteName(model.typesOfName, name, init.expression.getText())
  else if (ts.isCallExpression(init)) {
    const callee = ts.isPropertyAccessExpression(init.expression) ? init.expression.name : init.expression
    const called = memberName(callee)
    if (called !== null) noteName(model.typesOfName, name, `${called}()`)
  } else if (ts.isArrayLiteralExpression(init)) noteName(model.typesOfName, name, 'Array')
  else if (ts.isLiteralExpression(init)) noteName(model.typesOfName, name, 'primitive')
}

function noteType(model: Model, name: string | null, type: ts.TypeNode | undefined): void {
  note(model.typesOfName, name, type)
}

function note(where: Map<string, Set<string>>, name: string | null, type: ts.TypeNode | undefined): void {
  if (type === undefined || name === null) return
  if (ts.isUnionTypeNode(type) || ts.isIntersectionTypeNode(type)) {
    for (const each of type.types) note(where, name, each)
    return
  }
  if (ts.isParenthesizedTypeNode(type) || ts.isTypeOperatorNode(type)) note(where, name, type.type)
  else if (ts.isTypeReferenceNode(type)) noteName(where, name, type.typeName.getText())
  else if (ts.isArrayTypeNode(type)) {
    noteName(where, name, 'Array')
    note(where, `${name}[]`, type.elementType)
  } else if (ts.isTupleTypeNode(type)) noteName(where, name, 'Array')
  else if (isOpaque(type)) noteName(where, name, '?')
  else noteName(where, name, 'primitive')
}

/** Types that may have any member. */
function isOpaque(type: ts.TypeNode): boolean {
  return (
    type.kind === ts.SyntaxKind.UnknownKeyword ||
    type.kind === ts.SyntaxKind.ObjectKeyword ||
    ts.isTypeLiteralNode(type) ||
    ts.isIndexedAccessTypeNode(type) ||
    ts.isTypeQueryNode(type)
  )
}

function noteName(where: Map<string, Set<string>>, name: string, type: string): void {
  const types = where.get(name) ?? new Set<string>()
  types.add(type)
  where.set(name, types)
}
