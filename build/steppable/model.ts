/**
 * What the analysis knows of the sources, from their syntax alone: functions, the names in their scopes, members of
 * classes and object literals, and which types a name is declared with anywhere.
 */
import ts from 'typescript'

export type FunctionNode =
  | ts.FunctionDeclaration
  | ts.FunctionExpression
  | ts.ArrowFunction
  | ts.MethodDeclaration
  | ts.ConstructorDeclaration
  | ts.AccessorDeclaration

export interface Fn {
  node: FunctionNode
  source: Source
  /** May reach a yield point. */
  yields: boolean
  /** The class whose body it stands in, if it is a member. */
  owner: string | null
}

/** What an identifier stands for. */
export type Declared =
  | { kind: 'function'; fn: Fn }
  | { kind: 'import'; file: string; name: string }
  | { kind: 'variable'; hot: boolean; init: ts.Expression | null; property: string | null }

export interface Member {
  name: string
  /** Name of the class, or null for an object literal. */
  owner: string | null
  fn: Fn | null
  /** What is assigned to it, when it is no function written in place. */
  value: ts.Expression | null
  hot: boolean
}

export interface Source {
  file: string
  text: string
  tree: ts.SourceFile
  top: Map<string, Declared>
  functions: Fn[]
}

export interface TypeInfo {
  kind: 'class' | 'interface' | 'alias'
  /** Names after extends and implements. */
  parents: string[]
  members: Set<string>
}

export interface Model {
  sources: Map<string, Source>
  fnOf: Map<ts.Node, Fn>
  scopes: Map<ts.Node, Map<string, Declared>>
  members: Map<string, Member[]>
  /** By name of the class. */
  constructors: Map<string, Fn>
  types: Map<string, TypeInfo>
  /** Type names that a variable, parameter or property of this name is declared with anywhere. */
  typesOfName: Map<string, Set<string>>
  /** The same for what a function or method of this name returns. */
  returns: Map<string, Set<string>>
  /** What a property access may mean; kept, because nothing learnt later changes it. */
  meant: Map<ts.Node, Member[]>
  /** What a name stands for at a node; kept as well. */
  declared: Map<ts.Node, Declared | null>
}

export function emptyModel(): Model {
  return {
    sources: new Map(),
    fnOf: new Map(),
    scopes: new Map(),
    members: new Map(),
    constructors: new Map(),
    types: new Map(),
    typesOfName: new Map(),
    returns: new Map(),
    meant: new Map(),
    declared: new Map(),
  }
}

export function isFunctionNode(node: ts.Node): node is FunctionNode {
  return (
    ts.isFunctionDeclaration(node) ||
    ts.isFunctionExpression(node) ||
    ts.isArrowFunction(node) ||
    ts.isMethodDeclaration(node) ||
    ts.isConstructorDeclaration(node) ||
    ts.isAccessor(node)
  )
}

/** The innermost function around a node, the node itself not counted. */
export function functionAround(node: ts.Node): FunctionNode | null {
  for (let at = node.parent; at !== undefined; at = at.parent) if (isFunctionNode(at)) return at
  return null
}

/** The class around a node. */
export function classAround(node: ts.Node): ts.ClassLikeDeclaration | null {
  for (let at = node.parent; at !== undefined; at = at.parent) if (ts.isClassLike(at)) return at
  return null
}

export function declarationOf(model: Model, source: Source, from: ts.Node, name: string): Declared | null {
  const known = model.declared.get(from)
  if (known !== undefined) return known
  let found: Declared | null = null
  for (let at: ts.Node | undefined = from; at !== undefined && found === null; at = at.parent)
    found = model.scopes.get(at)?.get(name) ?? null
  found ??= source.top.get(name) ?? null
  model.declared.set(from, found)
  return found
}

/** Follows imports to the function they bring in. */
export function functionNamed(model: Model, declared: Declared | null): Fn | null {
  for (let steps = 0; declared?.kind === 'import' && steps < 10; steps++)
    declared = model.sources.get(declared.file)?.top.get(declared.name) ?? null
  return declared?.kind === 'function' ? declared.fn : null
}

export function memberName(name: ts.Node | undefined): string | null {
  if (name === undefined) return null
  if (ts.isIdentifier(name) || ts.isPrivateIdentifier(name) || ts.isStringLiteral(name)) return name.text
  return null
}

/** Parentheses, casts and ! do not change which function a value is. */
export function bare(node: ts.Expression): ts.Expression {
  while (
    ts.isParenthesizedExpression(node) ||
    ts.isAsExpression(node) ||
    ts.isSatisfiesExpression(node) ||
    ts.isNonNullExpression(node)
  )
    node = node.expression
  return node
}
