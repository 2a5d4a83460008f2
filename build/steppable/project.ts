/** Finds the sources that are analysed, and keeps the result until one of them changes. */
import { createHash } from 'node:crypto'
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { runnerImport } from 'vite'
import type { twins } from './twins.ts'

/** Rooms whose code can reach a yield point or passes functions to some that does. */
const ROOMS = ['hw', 'pgtable', 'mm', 'kernelmap', 'policy', 'lab']
/** What only ever runs plainly. */
const PLAIN = /^src\/lab\/((fuzz|replay)\/|race\/(?!.*\.race\.test)|index\.ts)/
const HELPER = 'src/hw/steps.ts'
const TOOL = 'build/steppable'

export interface Built {
  /** Text with twins by project-relative file; files without twins are missing. */
  code: Record<string, string>
  problems: string[]
}

/** Sources and tests of races; other tests call nothing in steps. */
function isSource(path: string): boolean {
  if (path === HELPER || !path.endsWith('.ts') || path.endsWith('.fixture.ts') || PLAIN.test(path))
    return false
  return !path.endsWith('.test.ts') || path.endsWith('.race.test.ts')
}

function filesBelow(root: string, folder: string): string[] {
  if (!existsSync(join(root, folder))) return []
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = `${folder}/${entry.name}`
    if (entry.isDirectory()) return filesBelow(root, path)
    return isSource(path) ? [path] : []
  })
}

/** Texts of every analysed source, by project-relative path. */
export function readProject(root: string): Map<string, string> {
  const files = ROOMS.flatMap((room) => filesBelow(root, `src/${room}`)).sort()
  return new Map(files.map((file) => [file, readFileSync(join(root, file), 'utf8')]))
}

/** Twins of the whole project; the last result is kept in node_modules/.cache. */
export async function buildProject(root: string): Promise<Built> {
  const texts = readProject(root)
  const key = fingerprint(root, texts)
  const cache = join(root, 'node_modules/.cache/ptlab')
  const kept = join(cache, `steppable-${key}.json`)
  if (existsSync(kept)) return JSON.parse(readFileSync(kept, 'utf8')) as Built
  // Only now is the compiler loaded: most builds find their result above.
  const { module } = await runnerImport<{ twins: typeof twins }>(join(root, TOOL, 'twins.ts'))
  const built = module.twins(texts, relative)
  keep(cache, kept, JSON.stringify(built))
  return built
}

/** Results kept for going back and forth between versions. */
const KEPT = 8

/** Whole or not at all: other builds may look for it now. */
function keep(cache: string, path: string, text: string): void {
  mkdirSync(cache, { recursive: true })
  const draft = `${path}.${process.pid}`
  writeFileSync(draft, text)
  renameSync(draft, path)
  const age = (name: string): number => statSync(join(cache, name), { throwIfNoEntry: false })?.mtimeMs ?? 0
  const known = readdirSync(cache).filter((name) => name.startsWith('steppable-'))
  const old = known.sort((a, b) => age(b) - age(a)).slice(KEPT)
  for (const name of old) rmSync(join(cache, name), { force: true })
}

function fingerprint(root: string, texts: ReadonlyMap<string, string>): string {
  const hash = createHash('sha256')
  for (const name of readdirSync(join(root, TOOL)).sort())
    if (name.endsWith('.ts') && !name.endsWith('.test.ts')) hash.update(readFileSync(join(root, TOOL, name)))
  for (const [file, text] of texts) hash.update(`${file}\0${text}\0`)
  return hash.digest('hex').slice(0, 24)
}

/** How a file imports the helper. */
function relative(file: string): string {
  return `${'../'.repeat(file.split('/').length - 1)}${HELPER}`
}
