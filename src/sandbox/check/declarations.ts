/**
 * The declarations of 'ptlab' as an ambient module: what the type checker and the editor are given.
 * The one source is src/lab/api.ts, whose comments are the documentation shown while typing.
 */
import apiText from '../../lab/api.ts?raw'

export const DECLARATIONS_FILE = 'ptlab.d.ts'

/** What a scenario finds without importing it; everything else of a usual host is absent on purpose. */
export const COMPILER_LIBS = ['lib.es2023.d.ts']

export function declarations(): string {
  return ambientModule('ptlab', apiText)
}

/** Inside `declare module` everything is ambient already, so `declare` must go; columns stay close, comments stay. */
export function ambientModule(name: string, moduleText: string): string {
  return `declare module '${name}' {\n${moduleText.replace(/^export declare /gm, 'export ')}\n}\n`
}
