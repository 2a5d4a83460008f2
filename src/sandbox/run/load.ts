/** Evaluates the modules of a scenario in a Compartment and links their imports and exports. */
import type { Binding, ModuleCode, Program } from '../messages.ts'
import { interruptible, type InterruptibleHelper } from './interruptible.ts'
import { moduleUrl } from './places.ts'

export type Namespace = Readonly<Record<string, unknown>>

/** What marked calls and loops do (check/sites.ts). */
export interface Marks {
  /** Number of the program's first call site of each module. */
  firstSite: number[]
  setSite(site: number): void
  /** As setSite, for a loop. */
  tick(site: number): void
}

interface Helper extends InterruptibleHelper {
  s<T>(value: T, site: number): T
  t(site: number): void
  x: readonly string[]
  /** The default export. */
  d: unknown
}

type Body = (helper: Helper, ...imports: unknown[]) => Namespace

/** Returns the exports of the last module, the scenario. Throws what the user's top-level code throws. */
export function loadProgram(
  program: Program,
  compartment: Compartment,
  library: Namespace,
  marks: Marks,
): Namespace {
  const loaded: Namespace[] = []
  const namespace = (module: number | null) => (module === null ? library : loaded[module])
  program.modules.forEach((module, index) => {
    const body: Body = compartment.evaluate(wrap(module, index))
    const helper = createHelper(module, marks, marks.firstSite[index])
    const values = module.imports.map((each) => imported(namespace(each.module), each))
    loaded.push(withReexports(module, body(helper, ...values), namespace))
  })
  return loaded[loaded.length - 1]
}

/** Frozen: the user's top-level code can find it among its arguments. */
function createHelper(module: ModuleCode, { setSite, tick }: Marks, first: number): Helper {
  let defaultExport: unknown
  return harden({
    ...interruptible(module.helper),
    s<T>(value: T, site: number): T {
      setSite(first + site)
      return value
    },
    t: (site: number) => tick(first + site),
    x: [...module.texts],
    get d() {
      return defaultExport
    },
    set d(value) {
      defaultExport = value
    },
  })
}

function imported(from: Namespace, binding: Binding): unknown {
  return binding.name === '*' ? from : from[binding.name]
}

/** The user's text becomes the body of a function: LINES_BEFORE lines, the text untouched, the exports as getters. */
function wrap(module: ModuleCode, index: number): string {
  const names = [module.helper, ...module.imports.map((each) => each.local)]
  const getters = module.exports.map(([name, local]) => `get ${JSON.stringify(name)}() { return ${local} },`)
  return `(function (${names.join(', ')}) { 'use strict';\n${module.code}\n;return { ${getters.join(' ')} } })\n//# sourceURL=${moduleUrl(index)}`
}

function withReexports(
  module: ModuleCode,
  own: Namespace,
  namespace: (module: number | null) => Namespace,
): Namespace {
  const all = Object.create(null) as Record<string, unknown>
  for (const [name, from, there] of module.reexports) {
    const source = namespace(from)
    if (name !== '*') all[name] = there === '*' ? source : source[there]
    else for (const each of Object.keys(source)) if (each !== 'default') all[each] = source[each]
  }
  Object.defineProperties(all, Object.getOwnPropertyDescriptors(own))
  return Object.freeze(all)
}
