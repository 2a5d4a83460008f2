/**
 * The text of a source with its twins. Everything that was there stays where it was, line by line: a twin is inserted
 * before the brace that closes its class, beside the property of an object literal, or at the end of the file.
 */
import ts from 'typescript'
import { hasTwin, isHotValue, SUFFIX } from './analyse.ts'
import {
  bare,
  functionAround,
  isFunctionNode,
  memberName,
  type Fn,
  type Model,
  type Source,
} from './model.ts'
import { CALL_MAYBE, CALL_METHOD, CALL_VALUE, TWIN, TwinWriter } from './twin.ts'

export interface Emitted {
  /** Null when the file needs no twins. */
  code: string | null
  problems: string[]
}

interface Insert {
  at: number
  text: string
}

/** `helper` is what the file imports src/hw/steps.ts as. */
export function emit(model: Model, source: Source, helper: string): Emitted {
  const writer = new TwinWriter(model, source)
  const inserts: Insert[] = []
  const tail: string[] = []
  for (const fn of source.functions) if (fn.yields) place(model, source, fn, writer, inserts, tail)
  for (const fn of source.functions) unreachable(fn, writer)
  if (inserts.length === 0 && tail.length === 0) return { code: null, problems: writer.problems }
  const names = [CALL_METHOD, CALL_MAYBE, CALL_VALUE, TWIN].map((name) => `${name.slice(1)} as ${name}`)
  const imports = `import { ${names.join(', ')} } from ${JSON.stringify(helper)};`
  return {
    code: `${imports} ${splice(source.text, inserts)}\n;${tail.join(' ')}\n`,
    problems: writer.problems,
  }
}

function splice(text: string, inserts: Insert[]): string {
  let at = 0
  let out = ''
  for (const each of inserts.toSorted((a, b) => a.at - b.at)) {
    out += text.slice(at, each.at) + each.text
    at = each.at
  }
  return out + text.slice(at)
}

function place(
  model: Model,
  source: Source,
  fn: Fn,
  writer: TwinWriter,
  inserts: Insert[],
  tail: string[],
): void {
  const { node } = fn
  // What stands inside a function that has a twin is written with that twin.
  if (isInsideTwin(model, node) && !(isTest(source) && isValue(node))) return
  if (ts.isFunctionDeclaration(node) && node.name) {
    const name = node.name.text
    if (functionAround(node) !== null) return writeNestedDeclaration(node, writer, inserts)
    if (!hasTwin(model, fn, name)) tail.push(writer.declaration(node, name))
    tail.push(`${TWIN}(${name}, ${name}${SUFFIX});`)
    return
  }
  if (ts.isMethodDeclaration(node)) {
    const name = memberName(node.name)
    if (name === null || hasTwin(model, fn, name)) return
    const at = ts.isClassLike(node.parent) ? node.parent.end - 1 : node.end
    const text = writer.method(node)
    inserts.push({ at, text: ts.isClassLike(node.parent) ? ` ;${text} ` : `, ${text}` })
    return
  }
  if (ts.isArrowFunction(node) || ts.isFunctionExpression(node)) wrap(node, writer, inserts)
}

/** A function value in code that runs only plainly (module level, constructors): it gets its twin where it is made. */
function wrap(node: ts.ArrowFunction | ts.FunctionExpression, writer: TwinWriter, inserts: Insert[]): void {
  inserts.push({ at: node.getStart(), text: `${TWIN}(` }, { at: node.end, text: `, ${writer.value(node)})` })
}

function writeNestedDeclaration(node: ts.FunctionDeclaration, writer: TwinWriter, inserts: Insert[]): void {
  const name = node.name!.text
  const text = ` ${writer.declaration(node, name)} ${TWIN}(${name}, ${name}${SUFFIX});`
  inserts.push({ at: node.end, text })
}

/** The tasks of a race stand inside a function that runs plainly, although it could be stepped itself. */
function isTest({ file }: Source): boolean {
  return file.endsWith('.test.ts')
}

function isValue(node: ts.Node): boolean {
  return ts.isArrowFunction(node) || ts.isFunctionExpression(node)
}

function isInsideTwin(model: Model, node: ts.Node): boolean {
  for (let at = functionAround(node); at !== null; at = functionAround(at))
    if (model.fnOf.get(at)?.yields === true && !ts.isConstructorDeclaration(at) && !ts.isAccessor(at))
      return true
  return false
}

/** Getters and constructors have no second body. */
function unreachable(fn: Fn, writer: TwinWriter): void {
  if (!fn.yields || !(ts.isAccessor(fn.node) || ts.isConstructorDeclaration(fn.node))) return
  const { line } = fn.source.tree.getLineAndCharacterOfPosition(fn.node.getStart())
  const what = ts.isConstructorDeclaration(fn.node)
    ? 'a constructor'
    : `the accessor ${memberName(fn.node.name)}`
  writer.problems.push(
    `${fn.source.file}:${line + 1}: ${what} may reach a yield point and cannot be stepped through`,
  )
}

export { bare, isFunctionNode, isHotValue }
