/**
 * The walls inside the runner: SES lockdown (frozen, tamed primordials) and one Compartment per evaluation whose globals
 * are the pure part of the language. Everything else a scenario can reach is what the lab hands it.
 */
import { createRequire } from 'node:module'
import type {} from 'ses'
import { withFastFreeze } from './freeze.ts'

/** What stays of the language's globals. Typed arrays and weak references are out: their contents cannot be frozen. */
const GLOBALS = [
  'Array',
  'BigInt',
  'Boolean',
  'Error',
  'EvalError',
  'Infinity',
  'Iterator',
  'JSON',
  'Map',
  'NaN',
  'Number',
  'Object',
  'Promise',
  'Proxy',
  'RangeError',
  'ReferenceError',
  'Reflect',
  'RegExp',
  'Set',
  'String',
  'Symbol',
  'SyntaxError',
  'TypeError',
  'URIError',
  'AggregateError',
  'WeakMap',
  'WeakSet',
  'decodeURI',
  'decodeURIComponent',
  'encodeURI',
  'encodeURIComponent',
  'escape',
  'unescape',
  'globalThis',
  'isFinite',
  'isNaN',
  'parseFloat',
  'parseInt',
  'undefined',
  'Function',
  'Date',
  'Math',
]

/** Tames the realm for good; `ses` is the library's file. Nothing of the scenario may have been evaluated before. */
export function lockDown(ses: string): void {
  const load = createRequire(import.meta.url)
  withFastFreeze(() => load(ses))
  // 'min': with 'moderate', typed arrays and Array.prototype.push go through accessors, which the simulator would pay for.
  lockdown({
    overrideTaming: 'min',
    consoleTaming: 'unsafe',
    errorTrapping: 'none',
    unhandledRejectionTrapping: 'none',
    stackFiltering: 'verbose',
  })
}

/** A fresh, frozen set of globals. */
export function createCompartment(): Compartment {
  const compartment = new Compartment({}, {}, { name: 'scenario' })
  const globals: Record<string, unknown> = compartment.globalThis
  const keep = new Set(GLOBALS)
  for (const name of Reflect.ownKeys(globals)) {
    if (typeof name !== 'string' || !keep.has(name)) Reflect.deleteProperty(globals, name)
  }
  globals.Math = deterministicMath()
  harden(globals)
  return compartment
}

/** Math as it is, with a random() that says what to use instead. */
function deterministicMath(): object {
  const random = () => {
    throw new TypeError('Math.random would make every run different: use random from the run context.')
  }
  const properties = { ...Object.getOwnPropertyDescriptors(Math), random: { value: random } }
  return Object.create(Object.prototype, properties) as object
}
