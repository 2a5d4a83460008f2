/** The command line: `ptlab COMMAND …`. Exit codes: 0 all passed, 1 an expectation failed, 2 bad usage or input, 3 internal error. */
import { tuneEngine } from '../host/headless.ts'
import { commandHelp, parse, suggestion, table, UsageError } from './args.ts'
import type { Command } from './args.ts'
import { archs } from './archs.ts'
import { bench } from './bench.ts'
import { compare } from './compare.ts'
import { proc } from './proc.ts'
import { matrix } from './matrix.ts'
import { profiles } from './profiles.ts'
import { replay } from './replay.ts'
import { run } from './run.ts'
import { serve } from './serve.ts'

export const COMMANDS: readonly Command[] = [
  run,
  compare,
  matrix,
  proc,
  replay,
  archs,
  profiles,
  bench,
  serve,
]

export async function main(argv: string[]): Promise<number> {
  try {
    return await dispatch(argv)
  } catch (error) {
    if (error instanceof UsageError) {
      process.stderr.write(`ptlab: ${error.message}\n`)
      return 2
    }
    process.stderr.write(
      `ptlab: internal error: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`,
    )
    return 3
  }
}

async function dispatch(argv: string[]): Promise<number> {
  const [name, ...rest] = argv
  if (name === undefined) {
    process.stderr.write(overview())
    return 2
  }
  if (name === '--help' || name === '-h' || name === 'help') return help(rest[0])
  const command = find(name)
  const args = parse(command, rest)
  if (args.flag('help')) return help(name)
  tuneEngine()
  return command.run(args)
}

function help(name: string | undefined): number {
  process.stdout.write(name === undefined ? overview() : commandHelp(find(name)))
  return 0
}

function find(name: string): Command {
  const command = COMMANDS.find((each) => each.name === name)
  if (command) return command
  const near = suggestion(
    name,
    COMMANDS.map((each) => each.name),
  )
  throw new UsageError(`there is no command '${name}'${near}`)
}

function overview(): string {
  const rows = COMMANDS.map((each) => [each.name, each.summary] as const)
  return `ptlab: a laboratory for page tables\n\nUsage: ptlab COMMAND [options]\n\nCommands:\n${table(rows)}\nptlab COMMAND --help tells more about one.\n`
}
