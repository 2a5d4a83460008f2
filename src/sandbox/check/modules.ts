/** Which files a scenario is made of: its own text and the files it imports, in the order they are evaluated. */
import { readFileSync, realpathSync, statSync } from 'node:fs'
import { posix, resolve, sep } from 'node:path'
import ts from 'typescript'
import type { Problem } from '../messages.ts'
import { problemOfNode } from './problems.ts'

export interface SourceModule {
  file: string
  text: string
  source: ts.SourceFile
  /** Specifier text → file; null for 'ptlab'. */
  links: Map<string, string | null>
}

export interface ModuleGraph {
  /** Imported files before their importers; the scenario is last. */
  modules: SourceModule[]
  problems: Problem[]
}

export type ReadFile = (file: string) => string | null

const MAX_FILES = 64
const MAX_BYTES = 2_000_000

/** Follows imports from the scenario. `read` gives the text of a file inside the folder, or null when there is none. */
export function loadModules(file: string, text: string, read: ReadFile): ModuleGraph {
  const loader = new Loader(read)
  loader.load(file, text, [])
  return { modules: loader.modules, problems: loader.problems }
}

class Loader {
  readonly modules: SourceModule[] = []
  readonly problems: Problem[] = []
  private readonly done = new Set<string>()
  private readonly read: ReadFile

  constructor(read: ReadFile) {
    this.read = read
  }

  load(file: string, text: string, path: string[]): void {
    const source = ts.createSourceFile(file, text, ts.ScriptTarget.ES2023, true, ts.ScriptKind.TS)
    const module: SourceModule = { file, text, source, links: new Map() }
    for (const specifier of specifiers(source)) this.follow(module, specifier, [...path, file])
    this.done.add(file)
    this.modules.push(module)
  }

  private follow(module: SourceModule, specifier: ts.StringLiteral, path: string[]): void {
    const name = specifier.text
    const complain = (message: string) =>
      this.problems.push(problemOfNode(module.source, module.file, specifier, message))
    if (name === 'ptlab') {
      module.links.set(name, null)
      return
    }
    if (!name.startsWith('./') && !name.startsWith('../')) {
      complain(
        `'${name}' cannot be imported: a scenario imports from 'ptlab' and from its own files ('./name.ts') only.`,
      )
      return
    }
    const target = resolveName(module.file, name)
    if (target === null) {
      complain(`'${name}' lies outside the scenario's folder and cannot be imported.`)
      return
    }
    module.links.set(name, target)
    if (path.includes(target)) {
      complain(
        `Import cycle: ${[...path.slice(path.indexOf(target)), target].join(' → ')}. Move what both need into a third file.`,
      )
      return
    }
    if (this.done.has(target)) return
    if (this.done.size + path.length >= MAX_FILES) {
      complain(`A scenario may be made of at most ${MAX_FILES} files.`)
      return
    }
    const text = this.read(target)
    if (text === null) complain(`There is no file '${target}' beside the scenario.`)
    else this.load(target, text, path)
  }
}

/** Name inside the folder that a relative import means, or null when it leaves the folder. */
function resolveName(importer: string, specifier: string): string | null {
  const joined = posix.normalize(posix.join(posix.dirname(importer), specifier))
  if (joined === '..' || joined.startsWith('../') || joined.startsWith('/')) return null
  if (joined.endsWith('.ts')) return joined
  return joined.replace(/\.js$/, '') + '.ts'
}

function specifiers(source: ts.SourceFile): ts.StringLiteral[] {
  const found: ts.StringLiteral[] = []
  for (const statement of source.statements) {
    if (!ts.isImportDeclaration(statement) && !ts.isExportDeclaration(statement)) continue
    const specifier = statement.moduleSpecifier
    if (specifier && ts.isStringLiteral(specifier)) found.push(specifier)
  }
  return found
}

/** Reads files of one folder of the disk; a name or a symbolic link that leads out of it is answered as absent. */
export function folderReader(root: string): ReadFile {
  return (file) => {
    try {
      const base = realpathSync(root)
      const path = realpathSync(resolve(base, file))
      if (!path.startsWith(base.endsWith(sep) ? base : base + sep)) return null
      if (statSync(path).size > MAX_BYTES) return null
      return readFileSync(path, 'utf8')
    } catch {
      return null
    }
  }
}
