/**
 * Which functions may reach a yield point. Seeds are functions that have a hand-written twin (`at` beside `*at$steps`);
 * from there along calls, function values and members until nothing changes.
 *
 * A plain call is resolved by its name. A method call is resolved by the method's name and by the types that the
 * receiver's last name is declared with anywhere; through an interface it reaches every class and object literal that
 * has such a member. Where that says too much a call is merely made with a guard. Where it says too little (a receiver
 * under a name of its own, a getter, a constructor), the yield point notices at run time and says so.
 */
import ts from 'typescript'
import {
  bare,
  classAround,
  declarationOf,
  functionAround,
  functionNamed,
  isFunctionNode,
  memberName,
  type Declared,
  type Fn,
  type Member,
  type Model,
  type Source,
} from './model.ts'

export const SUFFIX = '$steps'

export function analyse(model: Model): void {
  const calls = collectCalls(model)
  seed(model)
  for (let changed = true; changed;) {
    changed = false
    for (const { call, source, fn } of calls) {
      if (fn !== null && !fn.yields && ts.isCallExpression(call) && isHotCall(model, source, call)) {
        fn.yields = true
        changed = true
      }
      if (passParameters(model, source, call)) changed = true
    }
    if (heatVariables(model)) changed = true
    if (heatMembers(model)) changed = true
  }
}

type Call = ts.CallExpression | ts.NewExpression

interface CallSite {
  call: Call
  source: Source
  fn: Fn | null
}

function collectCalls(model: Model): CallSite[] {
  const calls: CallSite[] = []
  for (const source of model.sources.values()) {
    const visit = (node: ts.Node): void => {
      if (ts.isCallExpression(node) || ts.isNewExpression(node)) {
        const around = functionAround(node)
        calls.push({ call: node, source, fn: around && (model.fnOf.get(around) ?? null) })
      }
      ts.forEachChild(node, visit)
    }
    visit(source.tree)
  }
  return calls
}

/** Functions that already have a twin written by hand. */
function seed(model: Model): void {
  for (const source of model.sources.values())
    for (const fn of source.functions) {
      const { node } = fn
      const name = node.name && ts.isIdentifier(node.name) ? node.name.text : null
      if (name === null || name.endsWith(SUFFIX)) continue
      if (hasTwin(model, fn, name)) fn.yields = true
    }
}

/** Whether a twin of this function was written by hand. */
export function hasTwin(model: Model, fn: Fn, name: string): boolean {
  if (ts.isFunctionDeclaration(fn.node)) return fn.source.top.has(name + SUFFIX)
  return (
    ts.isMethodDeclaration(fn.node) &&
    ts.isClassLike(fn.node.parent) &&
    fn.node.parent.members.some((each) => memberName(each.name) === name + SUFFIX)
  )
}

/** Whether a call may yield. */
export function isHotCall(model: Model, source: Source, call: ts.CallExpression): boolean {
  const callee = bare(call.expression)
  if (ts.isIdentifier(callee)) {
    const declared = declarationOf(model, source, call, callee.text)
    if (declared?.kind === 'variable') return declared.hot
    const fn = functionNamed(model, declared)
    if (fn !== null) return fn.yields
    return call.arguments.some((each) => isHotValue(model, source, each))
  }
  if (ts.isPropertyAccessExpression(callee)) {
    if (membersOf(model, callee).some(isHotMember)) return true
    return isForeign(model, callee) && call.arguments.some((each) => isHotValue(model, source, each))
  }
  return false
}

function isHotMember(member: Member): boolean {
  return member.hot || member.fn?.yields === true
}

/** A method that no source declares: of an array, a map. */
function isForeign(model: Model, callee: ts.PropertyAccessExpression): boolean {
  return (model.members.get(memberName(callee.name) ?? '') ?? []).length === 0
}

/** Members that a property access may mean. */
export function membersOf(model: Model, node: ts.PropertyAccessExpression): Member[] {
  const known = model.meant.get(node)
  if (known !== undefined) return known
  const found = resolveMembers(model, node)
  model.meant.set(node, found)
  return found
}

function resolveMembers(model: Model, node: ts.PropertyAccessExpression): Member[] {
  const all = model.members.get(memberName(node.name) ?? '') ?? []
  if (all.length === 0) return all
  const receiver = bare(node.expression)
  if (receiver.kind === ts.SyntaxKind.ThisKeyword || receiver.kind === ts.SyntaxKind.SuperKeyword) {
    const owner = classAround(node)?.name?.text
    return owner === undefined
      ? all
      : all.filter((each) => each.owner !== null && related(model, each.owner, owner))
  }
  const types = typesOf(model, receiver)
  if (types === null) return all
  return all.filter((each) => [...types].some((type) => mayBe(model, type, each, 0)))
}

/** Array, Math, Reflect … */
const GLOBAL: ReadonlySet<string> = new Set()

/** Type names that a receiver may have; null when nothing is known. */
function typesOf(model: Model, receiver: ts.Expression): ReadonlySet<string> | null {
  if (ts.isIdentifier(receiver)) {
    const types = model.typesOfName.get(receiver.text)
    if (types !== undefined) return types
    const source = model.sources.get(receiver.getSourceFile().fileName)!
    return declarationOf(model, source, receiver, receiver.text) === null ? GLOBAL : null
  }
  if (ts.isPropertyAccessExpression(receiver))
    return model.typesOfName.get(memberName(receiver.name) ?? '') ?? null
  if (ts.isElementAccessExpression(receiver)) {
    const list = bare(receiver.expression)
    const name = ts.isPropertyAccessExpression(list) ? memberName(list.name) : memberName(list)
    return model.typesOfName.get(`${name}[]`) ?? null
  }
  if (!ts.isCallExpression(receiver)) return null
  const callee = bare(receiver.expression)
  const name = ts.isPropertyAccessExpression(callee) ? memberName(callee.name) : memberName(callee)
  return model.returns.get(name ?? '') ?? null
}

/** Type parameters, and types that say nothing. */
const OPEN = /^(\?|[A-Z]\w?)$/

function mayBe(model: Model, type: string, member: Member, depth: number): boolean {
  if (depth > 8) return true
  if (type.endsWith('()')) {
    const returned = model.returns.get(type.slice(0, -2))
    return returned === undefined || [...returned].some((each) => mayBe(model, each, member, depth + 1))
  }
  const info = model.types.get(type)
  // What no analysed source declares has no member that yields, unless it stands for any type.
  if (info === undefined) return OPEN.test(type)
  if (info.kind === 'alias') return info.parents.some((each) => mayBe(model, each, member, depth + 1))
  if (info.kind === 'interface')
    return declares(model, type, member.name) && (member.owner === null || fits(model, member.owner, type))
  return member.owner !== null && related(model, member.owner, type)
}

function declares(model: Model, type: string, name: string): boolean {
  const info = model.types.get(type)
  if (info === undefined) return true
  return info.members.has(name) || info.parents.some((each) => declares(model, each, name))
}

/** Whether a class says that it implements an interface, or has all of its members. */
function fits(model: Model, owner: string, type: string): boolean {
  if (inherits(model, owner, type)) return true
  return [...(model.types.get(type)?.members ?? [])].every((each) => declares(model, owner, each))
}

/** One class is the other or inherits from it. */
function related(model: Model, a: string, b: string): boolean {
  return a === b || inherits(model, a, b) || inherits(model, b, a)
}

function inherits(model: Model, child: string, parent: string): boolean {
  const parents = model.types.get(child)?.parents ?? []
  return parents.some((each) => each === parent || inherits(model, each, parent))
}

const CHOICE = new Set([
  ts.SyntaxKind.BarBarToken,
  ts.SyntaxKind.AmpersandAmpersandToken,
  ts.SyntaxKind.QuestionQuestionToken,
])

/** Whether an expression is a function that may yield. */
export function isHotValue(model: Model, source: Source, node: ts.Expression): boolean {
  const value = bare(node)
  if (ts.isArrowFunction(value) || ts.isFunctionExpression(value))
    return model.fnOf.get(value)?.yields === true
  if (ts.isConditionalExpression(value))
    return isHotValue(model, source, value.whenTrue) || isHotValue(model, source, value.whenFalse)
  if (ts.isBinaryExpression(value) && CHOICE.has(value.operatorToken.kind))
    return isHotValue(model, source, value.left) || isHotValue(model, source, value.right)
  if (ts.isIdentifier(value)) {
    const declared = declarationOf(model, source, value, value.text)
    return isHotDeclared(model, declared)
  }
  if (!ts.isPropertyAccessExpression(value) || typesOf(model, bare(value.expression)) === null) return false
  return membersOf(model, value).some(isHotMember)
}

function isHotDeclared(model: Model, declared: Declared | null): boolean {
  if (declared?.kind === 'variable') return declared.hot
  return functionNamed(model, declared)?.yields === true
}

/** Functions that a call may reach. */
function targets(model: Model, source: Source, call: Call): Fn[] {
  if (ts.isNewExpression(call)) {
    const made = model.constructors.get(call.expression.getText())
    return made === undefined ? [] : [made]
  }
  const callee = bare(call.expression)
  if (ts.isIdentifier(callee)) {
    const fn = functionNamed(model, declarationOf(model, source, call, callee.text))
    return fn === null ? [] : [fn]
  }
  if (!ts.isPropertyAccessExpression(callee)) return []
  return membersOf(model, callee).flatMap((each) => {
    if (each.fn !== null) return [each.fn]
    const fn = each.value !== null && isFunctionNode(each.value) ? model.fnOf.get(each.value) : undefined
    return fn === undefined ? [] : [fn]
  })
}

/** A function that may yield, given to another, makes that one's parameter hot. */
function passParameters(model: Model, source: Source, call: Call): boolean {
  let changed = false
  call.arguments?.forEach((argument, index) => {
    if (!isHotValue(model, source, argument)) return
    for (const fn of targets(model, source, call)) {
      const parameters = fn.node.parameters
      const parameter =
        parameters[index] ?? (parameters.at(-1)?.dotDotDotToken ? parameters.at(-1) : undefined)
      if (parameter === undefined || !ts.isIdentifier(parameter.name)) continue
      const declared = model.scopes.get(fn.node)?.get(parameter.name.text)
      if (declared?.kind !== 'variable' || declared.hot) continue
      declared.hot = true
      changed = true
    }
  })
  return changed
}

function heatVariables(model: Model): boolean {
  let changed = false
  const heat = (declared: Declared, source: Source): void => {
    if (declared.kind !== 'variable' || declared.hot) return
    const byName =
      declared.property !== null && (model.members.get(declared.property) ?? []).some(isHotMember)
    if (!byName && (declared.init === null || !isHotValue(model, source, declared.init))) return
    declared.hot = true
    changed = true
  }
  for (const source of model.sources.values()) {
    for (const declared of source.top.values()) heat(declared, source)
    for (const fn of source.functions)
      for (const declared of model.scopes.get(fn.node)?.values() ?? []) heat(declared, source)
  }
  return changed
}

function heatMembers(model: Model): boolean {
  let changed = false
  for (const members of model.members.values())
    for (const member of members) {
      if (member.hot || member.value === null) continue
      const source = model.sources.get(member.value.getSourceFile().fileName)!
      if (!isHotValue(model, source, member.value)) continue
      member.hot = true
      changed = true
    }
  return changed
}
