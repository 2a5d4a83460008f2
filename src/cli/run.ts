/** ptlab run: scenarios without a UI. */
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { relative, resolve } from 'node:path'
import { Headless, scenarioFile } from '../host/headless.ts'
import type { HeadlessOptions, ScenarioFile } from '../host/headless.ts'
import type { LiveRun } from '../host/liveRun.ts'
import { findScenarios } from '../host/scenarioFiles.ts'
import { encodeTrace } from '../trace/file.ts'
import { archsOf } from './archList.ts'
import { UsageError } from './args.ts'
import type { Command, Parsed } from './args.ts'
import { numberOption } from './numbers.ts'
import { exitCodeOf, fileReport, totalsOf } from './runReport.ts'
import type { FileReport } from './runReport.ts'
import { fileText, totalsText } from './runText.ts'

const DEFAULT_TIMEOUT = 60

export const run: Command = {
  name: 'run',
  summary: 'Runs scenarios and checks their expectations.',
  operands: 'FILE|DIR…',
  options: {
    arch: {
      type: 'string',
      value: 'LIST',
      multiple: true,
      help: "run on these architectures (comma separated, or 'all') instead of the scenario's",
    },
    kernel: { type: 'string', value: 'VERSION', help: 'model this kernel, e.g. 6.12' },
    seed: { type: 'string', value: 'N', help: 'seed of the random numbers' },
    json: { type: 'boolean', help: 'print one JSON object' },
    trace: {
      type: 'string',
      value: 'OUT.ptl',
      help: 'save the trace (of the only machine, or OUT.0.ptl, OUT.1.ptl …)',
    },
    timeout: {
      type: 'string',
      value: 'SECONDS',
      help: `give up on a scenario after this time (default ${DEFAULT_TIMEOUT}, 0 for none)`,
    },
    'no-check': { type: 'boolean', help: 'do not check types' },
    console: { type: 'boolean', help: 'also print what the scenarios log' },
  },
  details: `
Folders are searched for files that declare a scenario. Exit code: 0 when all passed, 1 when an expectation or a run
failed, 2 when a file could not be run, 3 for an error of ptlab itself.

--json prints { files: [{ file, title, message, internal, diagnostics: [{ file, line, column, endLine, endColumn, severity, message }],
runs: [{ machine, title, arch, kernel, status: "passed" | "failed" | "skipped" | "error", reason, passed, failed,
expectations: [{ pass, text, line, column }], events, hash, console: [{ line, text }], dmesg: [string],
charts: [{ name, points: [[x, y]] }], cost: { ns, byMechanism: { ID: { events, units, ns } }, byCpu: [ns] } | null }] }], totals: { files, runs, passed, failed, skipped, errors } }.`,

  async run(args) {
    const files = args.operands.flatMap(filesOf)
    if (files.length === 0)
      throw new UsageError(`run needs scenario files or folders, e.g. ptlab run scenarios/`)
    const trace = args.text('trace')
    if (trace !== undefined && files.length > 1)
      throw new UsageError('--trace saves one scenario: name a single file')
    const options = optionsOf(args)
    const timeout = numberOption(args, 'timeout', DEFAULT_TIMEOUT)
    const headless = new Headless({ timeoutMs: timeout * 1000 })
    try {
      const reports: FileReport[] = []
      for (const [i, file] of files.entries())
        reports.push(await one(headless, file, `${i + 1}/${files.length}`, options, args))
      const totals = totalsOf(reports)
      process.stdout.write(
        args.flag('json') ? `${JSON.stringify({ files: reports, totals }, null, 2)}\n` : totalsText(totals),
      )
      return exitCodeOf(reports)
    } finally {
      headless.close()
    }
  },
}

async function one(
  headless: Headless,
  file: ScenarioFile,
  count: string,
  options: HeadlessOptions,
  args: Parsed,
): Promise<FileReport> {
  const shown = shownPath(file.path)
  progress(`${count} ${shown}`)
  const live = await headless.run(file, options, ({ machines }) => {
    const ended = machines.filter((each) => each.status !== 'waiting' && each.status !== 'running').length
    progress(`${count} ${shown} ${ended}/${machines.length}`)
  })
  progress('')
  const report = fileReport(shown, live, (name) => shownPath(resolve(file.root, name)))
  const trace = args.text('trace')
  if (trace !== undefined) saveTraces(trace, live)
  if (!args.flag('json'))
    process.stdout.write(fileText(report, readFileSync(file.path, 'utf8'), args.flag('console')))
  return report
}

/** Short where the file lies below the current folder, else in full. */
function shownPath(path: string): string {
  const short = relative(process.cwd(), path)
  return short === '' || short.startsWith('..') ? path : short
}

/** One line that is overwritten; nothing when nobody watches. */
function progress(text: string): void {
  if (process.stderr.isTTY) process.stderr.write(`\r\x1b[K${text}`)
}

function optionsOf(args: Parsed): HeadlessOptions {
  const kernel = args.text('kernel')
  const archs = archsOf(args.texts('arch').flatMap((list) => list.split(',')))
  const seed = args.text('seed') === undefined ? null : numberOption(args, 'seed', 0)
  return {
    types: !args.flag('no-check'),
    choice: { ...(archs.length > 0 ? { archs } : {}), ...(kernel === undefined ? {} : { kernel }) },
    seed,
    traceLevel: 'full',
  }
}

function filesOf(operand: string): ScenarioFile[] {
  const path = resolve(operand)
  if (!existsSync(path)) throw new UsageError(`${operand}: no such file or folder`)
  if (!statSync(path).isDirectory()) return [scenarioFile(path)]
  const found = findScenarios(path).map(({ name }) => ({ path: resolve(path, name), root: path, name }))
  if (found.length === 0) throw new UsageError(`${operand}: no scenarios in this folder`)
  return found
}

function saveTraces(out: string, { machines }: LiveRun): void {
  machines.forEach(({ trace }, i) => {
    if (!trace) return
    const path = machines.length === 1 ? out : out.replace(/(\.ptl)?$/, `.${i}.ptl`)
    writeFileSync(path, Buffer.concat([...encodeTrace(trace)]))
    process.stderr.write(`trace of ${trace.events.toLocaleString('en-US')} events saved to ${path}\n`)
  })
}
