/** From a scenario's text to what the runner evaluates, or to what is wrong with it. */
import { blankSourceFile } from 'ts-blank-space'
import type { CheckAnswer, CheckRequest, ModuleCode, Problem, Program } from '../messages.ts'
import { Edits } from './edits.ts'
import { guard } from './guard.ts'
import { makeInterruptible, mayRace } from './interrupt.ts'
import { Language, syntaxProblems } from './language.ts'
import { HELPER_LENGTH, linkModule } from './link.ts'
import { folderReader, loadModules } from './modules.ts'
import type { SourceModule } from './modules.ts'
import { problemOfNode } from './problems.ts'
import { markSites } from './sites.ts'
import { unstrippable, unsupported } from './unsupported.ts'

export class Checker {
  private language: Language | null = null

  /** Loads the libraries, so that the first check is as fast as the others. */
  warm(): void {
    this.types(
      new Map([
        [
          'warm.ts',
          "import { scenario } from 'ptlab'\nexport default scenario({ title: '', about: '', run() {} })\n",
        ],
      ]),
    )
  }

  check(request: CheckRequest): CheckAnswer {
    const { modules, problems } = loadModules(request.file, request.text, folderReader(request.root))
    const program = compile(modules, problems)
    // A file that does not parse, or an import that is missing, makes most type errors noise.
    if (request.types && problems.length === 0)
      problems.push(...this.types(new Map(modules.map((each) => [each.file, each.text]))))
    const failed = problems.some((each) => each.severity === 'error')
    return { id: request.id, problems, program: failed ? null : program, failure: '' }
  }

  private types(texts: Map<string, string>): Problem[] {
    this.language ??= new Language()
    const language = this.language
    language.setFiles(texts)
    return [...texts.keys()].reverse().flatMap((file) => language.typeProblems(file))
  }
}

function compile(modules: SourceModule[], problems: Problem[]): Program {
  const order = new Map(modules.map((module, i) => [module.file, i]))
  const races = modules.some(({ text }) => mayRace(text))
  return { modules: modules.map((module) => compileModule(module, order, races, problems)) }
}

function compileModule(
  module: SourceModule,
  order: ReadonlyMap<string, number>,
  races: boolean,
  problems: Problem[],
): ModuleCode {
  const { source, file } = module
  problems.push(...syntaxProblems(source, file), ...unsupported(source, file))
  const helper = freeName(module.text)
  const stripped = blankSourceFile(source, (node) =>
    problems.push(problemOfNode(source, file, node, unstrippable(node))),
  )
  const edits = new Edits(source)
  const linked = linkModule(module, order, helper, edits)
  const guarded = guard(source, file, helper, edits)
  const sites = markSites(source, helper, edits)
  if (races) makeInterruptible(source, helper, edits)
  problems.push(...linked.problems, ...guarded.problems)
  const { code, inserts } = edits.apply(stripped)
  return {
    file,
    code,
    imports: linked.imports,
    exports: linked.exports,
    reexports: linked.reexports,
    helper,
    texts: guarded.texts,
    sites,
    inserts,
  }
}

/** A name of HELPER_LENGTH letters that the text does not contain. */
function freeName(text: string): string {
  const letters = 'abcdefghijklmnopqrstuvwxyz'
  for (const first of ['$', '_']) {
    for (const second of ['_', '$', ...letters]) {
      const name = (first + second).slice(0, HELPER_LENGTH)
      if (!text.includes(name)) return name
    }
  }
  throw new Error('no free helper name')
}
