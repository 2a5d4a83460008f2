/**
 * ESLint rule `ptlab/layers`: keeps every room to the imports and globals the layer table gives it.
 * Tests are exempt: they may look at anything.
 */
import { builtinModules } from 'node:module'
import { posix } from 'node:path'
import { forbiddenGlobals, layers, pureRooms } from './table.js'

const builtins = new Set(builtinModules)
const testFile = /\.(test|spec)\.tsx?$|\/testing\//
const protocolFile = /^src\/host\/protocol\w*(\.ts)?$/

/**
 * The room a project-relative path belongs to, or undefined for files outside every room.
 * @param {string} path
 */
export function roomOf(path) {
  const [top, second] = path.split('/')
  if (top === 'src') return second && !second.includes('.') ? second : undefined
  return top === 'electron' || top === 'renderer' || top === 'scenarios' ? top : undefined
}

/** @param {string} room */
const shown = (room) => (room in layers && room !== 'electron' && room !== 'renderer' ? `src/${room}` : room)

const help = 'see CONTRIBUTING.md#layers'

/**
 * What is wrong with `file` importing `source`, or undefined when nothing is.
 * @param {string} file project-relative, forward slashes
 * @param {string} source the module specifier as written
 * @param {boolean} typeOnly
 * @returns {string | undefined}
 */
export function importProblem(file, source, typeOnly) {
  const room = roomOf(file)
  if (!room || testFile.test(file)) return undefined
  const relative = source.startsWith('.')
  if (room === 'scenarios') return scenarioProblem(file, source, relative)
  if (!(room in layers)) return `src/${room} is not a room of the layer table: ${help}`
  if (!relative) return packageProblem(room, source)
  const target = posix.join(posix.dirname(file), source.replace(/\?.*$/, ''))
  return roomProblem(file, room, target, typeOnly)
}

/** @param {string} file @param {string} source @param {boolean} relative */
function scenarioProblem(file, source, relative) {
  const inside = relative && posix.join(posix.dirname(file), source).startsWith('scenarios/')
  if (source === 'ptlab' || inside) return undefined
  return `a scenario may import only 'ptlab' and other scenario files: ${help}`
}

/** @param {string} room @param {string} source */
function packageProblem(room, source) {
  const name = source.replace(/^node:/, '').split('/')[0] ?? ''
  const isBuiltin = source.startsWith('node:') || builtins.has(name)
  if (source === 'electron' || source.startsWith('electron/')) {
    return room === 'electron' ? undefined : `only electron/ may import 'electron': ${help}`
  }
  if (isBuiltin && pureRooms.has(room)) return `${shown(room)} may not use Node ('${source}'): ${help}`
  if (isBuiltin && room === 'renderer')
    return `renderer runs in a browser and may not use Node ('${source}'): ${help}`
  return undefined
}

/** @param {string} file @param {string} room @param {string} target @param {boolean} typeOnly */
function roomProblem(file, room, target, typeOnly) {
  const to = roomOf(target)
  if (protocolFile.test(file) && !typeOnly && !protocolFile.test(target)) {
    return `${file} also runs in the UI: it may import only types and other src/host/protocol*.ts: ${help}`
  }
  if (to === room) return undefined
  if (room === 'renderer' && protocolFile.test(target)) return undefined
  if (!to)
    return room === 'electron' || room === 'cli'
      ? undefined
      : `${shown(room)} may not import ${target}: ${help}`
  const allowed = layers[room]
  if (allowed?.value.includes(to) || (typeOnly && allowed?.type.includes(to))) return undefined
  const hint = allowed?.type.includes(to) ? ' except as types (import type)' : ''
  return `${shown(room)} may not import ${shown(to)}${hint}: ${help}`
}

/**
 * True when nothing of the import or export is left after types are erased.
 * @param {any} node
 */
function isTypeOnly(node) {
  if (node.importKind === 'type' || node.exportKind === 'type') return true
  const names = node.specifiers ?? []
  return (
    names.length > 0 &&
    names.every((/** @type {any} */ s) => s.importKind === 'type' || s.exportKind === 'type')
  )
}

/**
 * References to names the file itself does not define.
 * @param {import('eslint').Scope.Scope} globalScope
 */
function freeReferences(globalScope) {
  const implicit = globalScope.variables.filter((variable) => variable.defs.length === 0)
  return [...globalScope.through, ...implicit.flatMap((variable) => variable.references)]
}

/** @type {import('eslint').Rule.RuleModule} */
export const layersRule = {
  meta: {
    type: 'problem',
    schema: [],
    messages: { import: '{{problem}}', global: '{{room}} may not use {{name}}: ' + help },
  },
  create(context) {
    const file = posix.normalize(relativeTo(context.cwd, context.filename))
    const room = roomOf(file)
    if (!room || testFile.test(file)) return {}

    /** @param {any} node */
    const check = (node) => {
      if (typeof node.source?.value !== 'string') return
      const problem = importProblem(file, node.source.value, isTypeOnly(node))
      if (problem) context.report({ node: node.source, messageId: 'import', data: { problem } })
    }
    /** @type {import('eslint').Rule.RuleListener} */
    const listeners = {
      ImportDeclaration: check,
      ImportExpression: check,
      ExportNamedDeclaration: check,
      ExportAllDeclaration: check,
    }
    if (!pureRooms.has(room)) return listeners

    /** @param {any} node @param {string} name */
    const forbid = (node, name) =>
      context.report({ node, messageId: 'global', data: { room: shown(room), name } })
    return {
      ...listeners,
      "MemberExpression[object.name='Math'][property.name='random']": (/** @type {any} */ node) =>
        forbid(node, 'Math.random'),
      'Program:exit'(node) {
        for (const { identifier } of freeReferences(context.sourceCode.getScope(node))) {
          if ('name' in identifier && forbiddenGlobals.has(identifier.name))
            forbid(identifier, identifier.name)
        }
      },
    }
  },
}

/** @param {string} root @param {string} path */
function relativeTo(root, path) {
  const from = root.replaceAll('\\', '/') + '/'
  const to = path.replaceAll('\\', '/')
  return to.startsWith(from) ? to.slice(from.length) : to
}
