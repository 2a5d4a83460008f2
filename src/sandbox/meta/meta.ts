/** What the gallery shows of a scenario, read from its text: nothing is run and no compiler is loaded. */
import { tokens } from './tokens.ts'
import type { Token } from './tokens.ts'

export interface ScenarioMeta {
  title: string
  about: string
  group: string
  minutes: number
}

/** Null when the text holds no call of scenario({…}). */
export function readMeta(source: string): ScenarioMeta | null {
  const list = [...tokens(source)]
  const start = list.findIndex(
    (token, i) => token.text === 'scenario' && token.kind === 'name' && isCall(list, i),
  )
  if (start < 0) return null
  const fields = topLevelFields(list, start + 3)
  const minutes = Number(fields.get('minutes') ?? 0)
  return {
    title: fields.get('title') ?? '',
    about: dedent(fields.get('about') ?? ''),
    group: fields.get('group') ?? '',
    minutes: Number.isFinite(minutes) ? minutes : 0,
  }
}

function isCall(list: readonly Token[], at: number): boolean {
  return list[at + 1]?.text === '(' && list[at + 2]?.text === '{' && list[at + 1].kind === 'sign'
}

/** `name: literal` pairs of the object that begins at `from`; texts joined by + count as one. */
function topLevelFields(list: readonly Token[], from: number): Map<string, string> {
  const fields = new Map<string, string>()
  let depth = 1
  for (let i = from; i < list.length && depth > 0; i++) {
    const { kind, text } = list[i]
    if (kind === 'sign') depth += '([{'.includes(text) ? 1 : ')]}'.includes(text) ? -1 : 0
    const isField =
      depth === 1 && (kind === 'name' || kind === 'text') && isSign(list[i + 1], ':') && !fields.has(text)
    if (!isField) continue
    const value = literal(list, i + 2)
    if (value !== null) fields.set(text, value)
  }
  return fields
}

function literal(list: readonly Token[], from: number): string | null {
  const first = list[from]
  if (!first || (first.kind !== 'text' && first.kind !== 'number')) return null
  let value = first.text
  for (let i = from + 1; isSign(list[i], '+') && list[i + 1]?.kind === 'text'; i += 2)
    value += list[i + 1].text
  return value
}

function isSign(token: Token | undefined, sign: string): boolean {
  return token?.kind === 'sign' && token.text === sign
}

/** Lesson text is indented like the code around it; Markdown would take that for code. */
export function dedent(text: string): string {
  const lines = text.split('\n')
  const indents = lines
    .slice(1)
    .filter((line) => line.trim() !== '')
    .map((line) => line.length - line.trimStart().length)
  const indent = indents.length === 0 ? 0 : Math.min(...indents)
  return lines
    .map((line, i) =>
      i === 0 ? line.trimStart() : line.slice(Math.min(indent, line.length - line.trimStart().length)),
    )
    .join('\n')
    .trim()
}
