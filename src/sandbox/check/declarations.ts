/**
 * The declarations of 'ptlab' as an ambient module: what the type checker and the editor are given.
 * Their one source is src/lab/api, whose comments are the documentation shown while typing.
 */
import arch from '../../lab/api/arch.ts?raw'
import calls from '../../lab/api/calls.ts?raw'
import cpu from '../../lab/api/cpu.ts?raw'
import file from '../../lab/api/file.ts?raw'
import machine from '../../lab/api/machine.ts?raw'
import policies from '../../lab/api/policies.ts?raw'
import process from '../../lab/api/process.ts?raw'
import race from '../../lab/api/race.ts?raw'
import scenario from '../../lab/api/scenario.ts?raw'
import spec from '../../lab/api/spec.ts?raw'
import values from '../../lab/api/values.ts?raw'

export const DECLARATIONS_FILE = 'ptlab.d.ts'

/** What a scenario finds without importing it; everything else of a usual host is absent on purpose. */
export const COMPILER_LIBS = ['lib.es2023.d.ts']

const PARTS = [values, arch, policies, spec, calls, process, file, cpu, machine, race, scenario]
/** What the parts need of each other is there when they are one module. */
const IMPORTS = /^import type \{[^}]*\} from '[^']*'\n/gm

export function declarations(): string {
  return ambientModule('ptlab', PARTS.map((text) => text.replace(IMPORTS, '')).join('\n'))
}

/** Inside `declare module` everything is ambient already, so `declare` must go; columns stay close, comments stay. */
export function ambientModule(name: string, moduleText: string): string {
  return `declare module '${name}' {\n${moduleText.replace(/^export declare /gm, 'export ')}\n}\n`
}
