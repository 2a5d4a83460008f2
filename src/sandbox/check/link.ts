/**
 * Module syntax to something a function body can hold: imports become names handed in from outside, exports become a
 * list of [name, local name] that the runner turns into getters. Nothing moves: keywords are blanked in place.
 */
import ts from 'typescript'
import type { Binding, Problem } from '../messages.ts'
import type { Edits } from './edits.ts'
import type { SourceModule } from './modules.ts'
import { problemOfNode } from './problems.ts'

export interface Linked {
  imports: Binding[]
  exports: [string, string][]
  reexports: [string, number | null, string][]
  problems: Problem[]
}

/** `helper.d =` has to fit where `export` stood. */
export const HELPER_LENGTH = 2

export function linkModule(
  module: SourceModule,
  order: ReadonlyMap<string, number>,
  helper: string,
  edits: Edits,
): Linked {
  const linked: Linked = { imports: [], exports: [], reexports: [], problems: [] }
  const linker = new Linker(module, order, helper, edits, linked)
  for (const statement of module.source.statements) linker.statement(statement)
  return linked
}

class Linker {
  private readonly module: SourceModule
  private readonly order: ReadonlyMap<string, number>
  private readonly helper: string
  private readonly edits: Edits
  private readonly out: Linked

  constructor(
    module: SourceModule,
    order: ReadonlyMap<string, number>,
    helper: string,
    edits: Edits,
    out: Linked,
  ) {
    this.module = module
    this.order = order
    this.helper = helper
    this.edits = edits
    this.out = out
  }

  statement(node: ts.Statement): void {
    if (ts.isImportDeclaration(node)) this.import(node)
    else if (ts.isExportDeclaration(node)) this.exportList(node)
    else if (ts.isExportAssignment(node)) this.exportDefault(node)
    else if (ts.canHaveModifiers(node)) this.exportDeclared(node)
  }

  private import(node: ts.ImportDeclaration): void {
    this.blank(node)
    const clause = node.importClause
    if (!clause || clause.phaseModifier === ts.SyntaxKind.TypeKeyword) return
    const target = this.target(node.moduleSpecifier)
    const add = (local: ts.Identifier, name: string) =>
      this.out.imports.push({ local: local.text, module: target, name })
    if (clause.name) add(clause.name, 'default')
    const named = clause.namedBindings
    if (!named) return
    if (ts.isNamespaceImport(named)) add(named.name, '*')
    else
      for (const item of named.elements)
        if (!item.isTypeOnly) add(item.name, (item.propertyName ?? item.name).text)
  }

  private exportList(node: ts.ExportDeclaration): void {
    this.blank(node)
    if (node.isTypeOnly) return
    const clause = node.exportClause
    if (!node.moduleSpecifier) {
      if (clause && ts.isNamedExports(clause)) for (const item of clause.elements) this.exportName(item)
      return
    }
    const target = this.target(node.moduleSpecifier)
    if (!clause) this.out.reexports.push(['*', target, '*'])
    else if (ts.isNamespaceExport(clause)) this.out.reexports.push([clause.name.text, target, '*'])
    else
      for (const item of clause.elements)
        if (!item.isTypeOnly)
          this.out.reexports.push([item.name.text, target, (item.propertyName ?? item.name).text])
  }

  private exportName(item: ts.ExportSpecifier): void {
    if (item.isTypeOnly) return
    this.out.exports.push([item.name.text, (item.propertyName ?? item.name).text])
  }

  private exportDefault(node: ts.ExportAssignment): void {
    if (node.isExportEquals) {
      this.complain(node, "export = is not understood here: write 'export default'.")
      return
    }
    const start = node.getStart(this.module.source)
    this.edits.replace(start, node.expression.getStart(this.module.source), `${this.helper}.d =`)
    this.out.exports.push(['default', `${this.helper}.d`])
  }

  private exportDeclared(node: ts.Statement & ts.HasModifiers): void {
    const modifiers = ts.getModifiers(node) ?? []
    if (!modifiers.some((each) => each.kind === ts.SyntaxKind.ExportKeyword)) return
    if (modifiers.some((each) => each.kind === ts.SyntaxKind.DeclareKeyword)) return
    const isDefault = modifiers.find((each) => each.kind === ts.SyntaxKind.DefaultKeyword)
    if (ts.isVariableStatement(node)) this.exportVariables(node)
    else if (ts.isFunctionDeclaration(node) || ts.isClassDeclaration(node)) {
      if (isDefault && !node.name) {
        this.edits.replace(node.getStart(this.module.source), isDefault.getEnd(), `${this.helper}.d =`)
        this.out.exports.push(['default', `${this.helper}.d`])
        return
      }
      if (node.name) this.out.exports.push([isDefault ? 'default' : node.name.text, node.name.text])
    } else return
    for (const each of modifiers) {
      const keyword = each.kind === ts.SyntaxKind.ExportKeyword || each.kind === ts.SyntaxKind.DefaultKeyword
      if (keyword) this.edits.replace(each.getStart(this.module.source), each.getEnd())
    }
  }

  private exportVariables(node: ts.VariableStatement): void {
    if ((node.declarationList.flags & ts.NodeFlags.Const) === 0) {
      this.complain(
        node,
        'Only constants, functions and classes can be exported: export a function that reads or changes the variable.',
      )
    }
    for (const declaration of node.declarationList.declarations) this.exportBinding(declaration.name)
  }

  private exportBinding(name: ts.BindingName): void {
    if (ts.isIdentifier(name)) {
      this.out.exports.push([name.text, name.text])
      return
    }
    for (const element of name.elements) if (ts.isBindingElement(element)) this.exportBinding(element.name)
  }

  /** Number of the module that a specifier means; null is 'ptlab'. */
  private target(specifier: ts.Expression): number | null {
    const file = ts.isStringLiteral(specifier) ? this.module.links.get(specifier.text) : undefined
    return file ? (this.order.get(file) ?? null) : null
  }

  /** Blanks a statement; the semicolon keeps the lines around it from being read as one statement. */
  private blank(node: ts.Statement): void {
    this.edits.replace(node.getStart(this.module.source), node.getEnd(), ';')
  }

  private complain(node: ts.Node, message: string): void {
    this.out.problems.push(problemOfNode(this.module.source, this.module.file, node, message))
  }
}
