/** From the texts of all sources to the texts with twins. */
import { analyse } from './analyse.ts'
import { emit } from './emit.ts'
import { emptyModel } from './model.ts'
import type { Built } from './project.ts'
import { readSource } from './read.ts'

/** `helperOf` tells how a file imports src/hw/steps.ts. */
export function twins(texts: ReadonlyMap<string, string>, helperOf: (file: string) => string): Built {
  const model = emptyModel()
  for (const [file, text] of texts) readSource(model, file, text)
  analyse(model)
  const built: Built = { code: {}, problems: [] }
  for (const source of model.sources.values()) {
    const { code, problems } = emit(model, source, helperOf(source.file))
    if (code !== null) built.code[source.file] = code
    built.problems.push(...problems)
  }
  return built
}
