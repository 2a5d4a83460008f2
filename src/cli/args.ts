/**
 * Command lines from a table: one declaration per option gives parsing, --help and the message for a wrong one.
 */
import { parseArgs } from 'node:util'

export interface OptionSpec {
  type: 'boolean' | 'string'
  /** What the value is, for --help: 'FILE', 'SECONDS' … */
  value?: string
  short?: string
  /** May be given several times. */
  multiple?: boolean
  help: string
}

export interface CommandSpec {
  name: string
  /** One line for `ptlab --help`. */
  summary: string
  /** What stands behind the name, e.g. 'FILES|DIR…'. */
  operands: string
  options: Record<string, OptionSpec>
  /** More for `ptlab NAME --help`. */
  details?: string
}

export interface Parsed {
  operands: string[]
  flag(name: string): boolean
  text(name: string): string | undefined
  texts(name: string): string[]
}

export interface Command extends CommandSpec {
  /** Returns the exit code. */
  run(args: Parsed): Promise<number>
}

/** Wrong use: exit code 2 and one line that says what to do. */
export class UsageError extends Error {}

const HELP: OptionSpec = { type: 'boolean', short: 'h', help: 'show this help' }

/** @throws UsageError */
export function parse(command: CommandSpec, argv: string[]): Parsed {
  const options = { ...command.options, help: HELP }
  const { tokens } = parseArgs({
    args: argv,
    options: specs(options),
    strict: false,
    allowPositionals: true,
    tokens: true,
  })
  const operands: string[] = []
  const values = new Map<string, string[]>()
  for (const token of tokens) {
    if (token.kind === 'positional') operands.push(token.value)
    if (token.kind !== 'option') continue
    const option = Object.hasOwn(options, token.name)
      ? options[token.name as keyof typeof options]
      : undefined
    if (!option)
      throw new UsageError(
        `${command.name} has no option ${token.rawName}${suggestion(token.rawName, optionNames(options))}`,
      )
    values.set(token.name, [...(values.get(token.name) ?? []), valueOf(command, option, token)])
  }
  const texts = (name: string) => values.get(name) ?? []
  return { operands, texts, flag: (name) => values.has(name), text: (name) => texts(name).at(-1) }
}

function valueOf(
  command: CommandSpec,
  option: OptionSpec,
  token: { rawName: string; value?: string | undefined },
): string {
  if (option.type === 'boolean') {
    if (token.value !== undefined) throw new UsageError(`${command.name}: ${token.rawName} takes no value`)
    return ''
  }
  if (token.value === undefined || token.value === '') {
    throw new UsageError(`${command.name}: ${token.rawName} needs a value (${option.value ?? 'TEXT'})`)
  }
  return token.value
}

function specs(options: Record<string, OptionSpec>) {
  return Object.fromEntries(
    Object.entries(options).map(([name, { type, short, multiple }]) => [
      name,
      { type, ...(short ? { short } : {}), ...(multiple ? { multiple } : {}) },
    ]),
  )
}

function optionNames(options: Record<string, OptionSpec>): string[] {
  return Object.keys(options).map((name) => `--${name}`)
}

/** " (did you mean --json?)", or nothing when no name is near. */
export function suggestion(wrong: string, names: readonly string[]): string {
  const near = nearest(wrong, names)
  return near === null ? '; see --help' : ` (did you mean ${near}?)`
}

export function nearest(wrong: string, names: readonly string[]): string | null {
  let best: string | null = null
  let least = Math.max(2, Math.floor(wrong.length / 2)) + 1
  for (const name of names) {
    const far = name.startsWith(wrong) ? 1 : distance(wrong, name)
    if (far >= least) continue
    least = far
    best = name
  }
  return best
}

/** Edit distance; two neighbours swapped count as one. */
function distance(a: string, b: string): number {
  let before: number[] = []
  let row = Array.from({ length: b.length + 1 }, (_, i) => i)
  for (let i = 1; i <= a.length; i++) {
    const next = [i]
    for (let j = 1; j <= b.length; j++) {
      const changed = Math.min(row[j] + 1, next[j - 1] + 1, row[j - 1] + (a[i - 1] === b[j - 1] ? 0 : 1))
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]
      next.push(swapped ? Math.min(changed, before[j - 2] + 1) : changed)
    }
    before = row
    row = next
  }
  return row[b.length]
}

export function commandHelp(command: CommandSpec): string {
  const rows = Object.entries({ ...command.options, help: HELP }).map(([name, option]) => {
    const short = option.short ? `-${option.short}, ` : ''
    const value = option.type === 'string' ? ` ${option.value ?? 'TEXT'}` : ''
    return [`${short}--${name}${value}`, option.help] as const
  })
  const usage = `Usage: ptlab ${command.name} [options] ${command.operands}`.trimEnd()
  const details = command.details ? `\n\n${command.details.trim()}` : ''
  return `${usage}\n\n${command.summary}${details}\n\nOptions:\n${table(rows)}`
}

/** Two columns, the first as wide as it needs. */
export function table(rows: readonly (readonly [string, string])[]): string {
  const width = Math.max(...rows.map(([left]) => left.length))
  return rows.map(([left, right]) => `  ${left.padEnd(width)}  ${right}\n`).join('')
}
