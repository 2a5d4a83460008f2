/** ptlab compare: one scenario on several machines, side by side. */
import { existsSync, statSync } from 'node:fs'
import { relative, resolve } from 'node:path'
import { Headless, scenarioFile } from '../host/headless.ts'
import type { MachineVariation } from '../sandbox/messages.ts'
import { METRICS } from '../trace/compare/counters.ts'
import type { Metric } from '../trace/compare/counters.ts'
import { suggestion, UsageError } from './args.ts'
import type { Command, Parsed } from './args.ts'
import { archsOf } from './archList.ts'
import { compareReport } from './compareReport.ts'
import { compareText } from './compareText.ts'
import { numberOption } from './numbers.ts'

const DEFAULT_TIMEOUT = 300

export const compare: Command = {
  name: 'compare',
  summary: 'Runs one scenario on several machines and shows where they part ways.',
  operands: 'FILE',
  options: {
    arch: {
      type: 'string',
      value: 'LIST',
      multiple: true,
      help: "on these architectures (comma separated, or 'all')",
    },
    kernel: { type: 'string', value: 'LIST', multiple: true, help: 'on these kernels, e.g. 3.19,4.0,6.12' },
    policy: {
      type: 'string',
      value: 'SEAM=LIST',
      multiple: true,
      help: 'with these alternatives, e.g. accounting=A0,A5',
    },
    metric: {
      type: 'string',
      value: 'NAME',
      help: `what the chart of --json shows: ${METRICS.map(({ id }) => id).join(', ')} (default hidden)`,
    },
    points: { type: 'string', value: 'N', help: 'most points of the chart (default 200)' },
    divergences: { type: 'string', value: 'N', help: 'explain so many calls that differ (default 1)' },
    seed: { type: 'string', value: 'N', help: 'seed of the random numbers' },
    json: { type: 'boolean', help: 'print one JSON object' },
    timeout: {
      type: 'string',
      value: 'SECONDS',
      help: `give up after this time (default ${DEFAULT_TIMEOUT}, 0 for none)`,
    },
    'no-check': { type: 'boolean', help: 'do not check types' },
  },
  details: `
Without --arch, --kernel and --policy the scenario's own machines are compared; with any of them its first machine in every
combination. Calls are aligned by their place in the source: the n-th call from a line is one row on all machines.
Exit code: 0 when every machine passed or was skipped, 1 when one failed, 2 when the file could not be run.

--json prints { scenario, title, message, machines: [{ machine, title, arch, kernel, policies, status, reason, passed, failed, events,
calls, hash, dmesg: [string], peak: { row, text, tableBytes, knownBytes, hiddenBytes, tables, rssPages } | null,
atWorst, last: the same without row and text, faults, flushes, ipis, nanoseconds, costs: [{ what, ns, events }], counts: [{ name, count }] }],
worst: { row, text } | null, calls: { rows, differing }, divergences: [{ row, file, line, text, groups: [number], causes: [{ what, counts: [number],
first: [number], doc }], explanation: [string] }], chart: { metric, unit, rows: [number], values: [[number]] } }.
groups, counts, first and values have one element for each machine that recorded anything.`,

  async run(args) {
    const path = fileOf(args)
    const headless = new Headless({ timeoutMs: numberOption(args, 'timeout', DEFAULT_TIMEOUT) * 1000 })
    try {
      const seed = args.text('seed') === undefined ? null : numberOption(args, 'seed', 0)
      const vary = variation(args)
      const options = {
        types: !args.flag('no-check'),
        choice: vary ? { vary } : {},
        seed,
        traceLevel: 'full' as const,
      }
      const live = await headless.run(scenarioFile(path), options, ({ machines }) => {
        const ended = machines.filter(({ status }) => status !== 'waiting' && status !== 'running').length
        if (process.stderr.isTTY) process.stderr.write(`\r\x1b[K${ended}/${machines.length} machines`)
      })
      if (process.stderr.isTTY) process.stderr.write('\r\x1b[K')
      for (const { file, line, column, message } of live.problems)
        process.stderr.write(`${file}:${line}:${column}: ${message}\n`)
      const report = compareReport(relative(process.cwd(), path), live, {
        metric: metricOf(args),
        points: Math.max(2, numberOption(args, 'points', 200)),
        divergences: numberOption(args, 'divergences', 1),
      })
      process.stdout.write(args.flag('json') ? `${JSON.stringify(report, null, 2)}\n` : compareText(report))
      if (report.machines.length === 0) return 2
      return report.machines.every(({ status }) => status === 'passed' || status === 'skipped') ? 0 : 1
    } finally {
      headless.close()
    }
  },
}

function fileOf({ operands }: Parsed): string {
  const [file] = operands
  if (operands.length !== 1) throw new UsageError('compare takes one scenario, e.g. scenarios/pmd-hog.ts')
  const path = resolve(file)
  if (!existsSync(path) || statSync(path).isDirectory()) throw new UsageError(`${file}: no such file`)
  return path
}

function variation(args: Parsed): MachineVariation | null {
  const archs = archsOf(lists(args, 'arch'))
  const kernels = lists(args, 'kernel')
  const policies = policiesOf(args.texts('policy'))
  if (archs.length + kernels.length + Object.keys(policies).length === 0) return null
  return { archs, kernels, policies }
}

function lists(args: Parsed, name: string): string[] {
  return args.texts(name).flatMap((list) => list.split(',').filter(Boolean))
}

function policiesOf(texts: readonly string[]): Record<string, string[]> {
  return Object.fromEntries(
    texts.map((text) => {
      const [seam, list] = text.split('=')
      if (!list) throw new UsageError(`--policy ${text}: write SEAM=LIST, e.g. accounting=A0,A5`)
      return [seam, list.split(',').filter(Boolean)]
    }),
  )
}

function metricOf(args: Parsed): Metric {
  const wanted = args.text('metric') ?? 'hidden'
  const found = METRICS.find(({ id }) => id === wanted)
  if (found) return found.id
  throw new UsageError(
    `--metric ${wanted}: there is no such metric${suggestion(
      wanted,
      METRICS.map(({ id }) => id),
    )}`,
  )
}
