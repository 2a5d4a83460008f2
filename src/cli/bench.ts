/** ptlab bench: measures the lab, and where it makes sense the machine it runs on beside it. */
import { spawnSync } from 'node:child_process'
import { nearest, UsageError } from './args.ts'
import type { Command } from './args.ts'
import { contended } from './bench/contender.ts'
import { holds } from './bench/suite.ts'
import type { Measure, Suite } from './bench/suite.ts'
import { SUITES } from './bench/suites.ts'

export const bench: Command = {
  name: 'bench',
  summary: 'Measures the lab and prints how it compares.',
  operands: '[SUITE…]',
  options: {
    json: {
      type: 'boolean',
      help: 'print JSON: { suites: [{ name, measures: [{ name, value, unit, target, holds, note }] }] }',
    },
    list: { type: 'boolean', help: 'list the suites' },
  },
  details:
    'Ratios are taken within one run, so that a busy machine slows both sides. Exit code 1 when a target is missed.',

  async run(args) {
    if (await contended()) return 0
    if (args.flag('list')) {
      process.stdout.write(SUITES.map((each) => `${each.name.padEnd(16)}${each.summary}\n`).join(''))
      return 0
    }
    const suites = args.operands.length === 0 ? SUITES : args.operands.map(suiteOf)
    const results: Result[] = []
    for (const suite of suites) {
      const result = suites.length === 1 ? await measured(suite) : apart(suite)
      results.push(result)
      if (!args.flag('json')) process.stdout.write(suiteText(suite, result.measures))
    }
    if (args.flag('json')) process.stdout.write(`${JSON.stringify({ suites: results }, null, 2)}\n`)
    return results.every(({ measures }) => measures.every((each) => each.holds)) ? 0 : 1
  },
}

interface Result {
  name: string
  measures: (Measure & { holds: boolean })[]
}

async function measured(suite: Suite): Promise<Result> {
  const measures = await suite.run((text) => process.stderr.write(`${suite.name}: ${text}\n`))
  return { name: suite.name, measures: measures.map((each) => ({ ...each, holds: holds(each) })) }
}

/** In a process of its own, as every run has one: what another suite left in memory and in compiled code is not its. */
function apart({ name }: Suite): Result {
  const { stdout } = spawnSync(process.execPath, [process.argv[1] ?? '', 'bench', name, '--json'], {
    stdio: ['ignore', 'pipe', 'inherit'],
    encoding: 'utf8',
  })
  const [result] = stdout === '' ? [] : (JSON.parse(stdout) as { suites: Result[] }).suites
  if (result === undefined) throw new Error(`bench ${name}: its process ended without a result`)
  return result
}

function suiteOf(name: string): Suite {
  const found = SUITES.find((each) => each.name === name)
  if (found) return found
  const near = nearest(
    name,
    SUITES.map((each) => each.name),
  )
  throw new UsageError(
    `bench has no suite '${name}'${near ? ` (did you mean ${near}?)` : '; bench --list names them'}`,
  )
}

function suiteText(suite: Suite, measures: readonly Measure[]): string {
  return `${suite.name}: ${suite.summary}\n${measures.map(measureText).join('')}`
}

function measureText(measure: Measure): string {
  const { name, value, unit, target, note } = measure
  const wanted = target ? ('least' in target ? `≥ ${target.least}` : `≤ ${target.most}`) : ''
  const verdict = target ? (holds(measure) ? 'ok' : 'MISSED') : ''
  const shown = Number.isInteger(value) ? String(value) : value.toPrecision(4)
  return (
    `  ${name.padEnd(48)} ${shown.padStart(10)} ${unit.padEnd(8)} ${wanted.padEnd(10)} ${verdict.padEnd(7)} ${note ?? ''}`.trimEnd() +
    '\n'
  )
}
