/** The TypeScript language service over files that exist only in memory (the scenario and its imports). */
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import ts from 'typescript'
import type { Problem } from '../messages.ts'
import { COMPILER_LIBS, DECLARATIONS_FILE, declarations } from './declarations.ts'
import { withHint } from './hints.ts'
import { problemAt } from './problems.ts'

const LIB_FOLDER = dirname(createRequire(import.meta.url).resolve('typescript'))
/** Scenario files live under this made-up folder, so that no file of the real disk is ever found by a name in a scenario. */
const ROOT = '/scenario/'

const OPTIONS: ts.CompilerOptions = {
  target: ts.ScriptTarget.ES2023,
  module: ts.ModuleKind.ESNext,
  moduleResolution: ts.ModuleResolutionKind.Bundler,
  moduleDetection: ts.ModuleDetectionKind.Force,
  allowImportingTsExtensions: true,
  isolatedModules: true,
  strict: true,
  noEmit: true,
  types: [],
  lib: COMPILER_LIBS,
}

export class Language {
  private files = new Map<string, { text: string; version: number }>()
  private version = 0
  private readonly service: ts.LanguageService
  private readonly libs = new Map<string, ts.IScriptSnapshot>()
  private readonly ambient = ts.ScriptSnapshot.fromString(declarations())

  constructor() {
    this.service = ts.createLanguageService(this.host(), ts.createDocumentRegistry())
  }

  /** Replaces the files of the program; keys are names as the user knows them. */
  setFiles(texts: ReadonlyMap<string, string>): void {
    const files: typeof this.files = new Map()
    for (const [name, text] of texts) {
      const old = this.files.get(ROOT + name)
      files.set(ROOT + name, old?.text === text ? old : { text, version: ++this.version })
    }
    this.files = files
  }

  /** Type errors of one file, in the order of the text. */
  typeProblems(file: string): Problem[] {
    const source = this.service.getProgram()?.getSourceFile(ROOT + file)
    if (!source) return []
    return this.service
      .getSemanticDiagnostics(ROOT + file)
      .map((diagnostic) => toProblem(source, file, diagnostic))
  }

  private host(): ts.LanguageServiceHost {
    return {
      getCompilationSettings: () => OPTIONS,
      getScriptFileNames: () => [ROOT + DECLARATIONS_FILE, ...this.files.keys()],
      getScriptVersion: (name) => String(this.files.get(name)?.version ?? 0),
      getScriptSnapshot: (name) => this.snapshot(name),
      getCurrentDirectory: () => ROOT,
      getDefaultLibFileName: () => join(LIB_FOLDER, 'lib.es2023.d.ts'),
      fileExists: (name) => this.snapshot(name) !== undefined,
      readFile: (name) => textOf(this.snapshot(name)),
      directoryExists: (name) => name === '/scenario' || name.startsWith(ROOT),
      getDirectories: () => [],
    }
  }

  private snapshot(name: string): ts.IScriptSnapshot | undefined {
    if (name === ROOT + DECLARATIONS_FILE) return this.ambient
    const file = this.files.get(name)
    if (file) return ts.ScriptSnapshot.fromString(file.text)
    return this.libSnapshot(name)
  }

  private libSnapshot(name: string): ts.IScriptSnapshot | undefined {
    if (dirname(name) !== LIB_FOLDER.replaceAll('\\', '/') && dirname(name) !== LIB_FOLDER) return undefined
    const known = this.libs.get(name)
    if (known) return known
    const text = ts.sys.readFile(name)
    if (text === undefined) return undefined
    const snapshot = ts.ScriptSnapshot.fromString(text)
    this.libs.set(name, snapshot)
    return snapshot
  }
}

function textOf(snapshot: ts.IScriptSnapshot | undefined): string | undefined {
  return snapshot?.getText(0, snapshot.getLength())
}

/** The parser's own complaints about a file. */
export function syntaxProblems(source: ts.SourceFile, file: string): Problem[] {
  // parseDiagnostics is what getSyntacticDiagnostics returns; a program is not needed for it.
  const found =
    (source as ts.SourceFile & { parseDiagnostics?: readonly ts.DiagnosticWithLocation[] })
      .parseDiagnostics ?? []
  return found.map((diagnostic) => toProblem(source, file, diagnostic))
}

function toProblem(source: ts.SourceFile, file: string, diagnostic: ts.Diagnostic): Problem {
  const start = diagnostic.start ?? 0
  const message = withHint(ts.flattenDiagnosticMessageText(diagnostic.messageText, '\n'))
  const severity = diagnostic.category === ts.DiagnosticCategory.Error ? 'error' : 'warning'
  return problemAt(source, file, start, start + (diagnostic.length ?? 0), message, severity)
}
