/** Syntax that TypeScript accepts and the lab cannot run, each with what to write instead. */
import ts from 'typescript'
import type { Problem } from '../messages.ts'
import { problemOfNode } from './problems.ts'

export function unsupported(source: ts.SourceFile, file: string): Problem[] {
  const problems: Problem[] = []
  const complain = (node: ts.Node, message: string) =>
    problems.push(problemOfNode(source, file, node, message))
  const visit = (node: ts.Node, inFunction: boolean): void => {
    if (ts.isAwaitExpression(node) && !inFunction)
      complain(node, 'A scenario runs in one go: there is nothing to await.')
    if (ts.isForOfStatement(node) && node.awaitModifier && !inFunction) {
      complain(node.awaitModifier, 'A scenario runs in one go: there is nothing to await.')
    }
    if (ts.isMetaProperty(node) && node.keywordToken === ts.SyntaxKind.ImportKeyword) {
      complain(node, 'import.meta is not available in scenarios.')
    }
    if (ts.isDecorator(node)) complain(node, 'Decorators are not available in scenarios.')
    if (ts.isImportEqualsDeclaration(node)) complain(node, "Write import … from './file.ts' instead.")
    ts.forEachChild(node, (child) => visit(child, inFunction || ts.isFunctionLike(node)))
  }
  visit(source, false)
  return problems
}

/** TypeScript syntax that stands for code instead of types, so it cannot be stripped. */
export function unstrippable(node: ts.Node): string {
  if (ts.isEnumDeclaration(node))
    return 'enum cannot be run here: use a constant object, const Kind = { a: 0, b: 1 } as const.'
  if (ts.isModuleDeclaration(node)) return 'namespace cannot be run here: use a file or an object.'
  if (ts.isModifier(node) || ts.isParameter(node)) {
    return 'Parameter properties cannot be run here: declare the field and assign it in the constructor.'
  }
  return 'This TypeScript syntax cannot be run here; write it in plain JavaScript.'
}
