/** ptlab proc: what /proc said at any event of a run. */
import { existsSync, readFileSync } from 'node:fs'
import { relative, resolve } from 'node:path'
import { Headless, scenarioFile } from '../host/headless.ts'
import { diagnosticsOf } from '../host/runStatus.ts'
import { decodeTraceText } from '../host/traceText.ts'
import { queryOf } from '../host/traceQuery.ts'
import { PROC_FILE_ABOUT, PROC_FILES, PROCESS_FILES } from '../trace/proc/files.ts'
import type { ProcFile } from '../trace/proc/files.ts'
import type { TraceQuery } from '../trace/query.ts'
import type { Trace } from '../trace/trace.ts'
import type { ProcView } from '../trace/views.ts'
import { nearest, table, UsageError } from './args.ts'
import type { Command, Parsed } from './args.ts'
import { numberOption } from './numbers.ts'

export const proc: Command = {
  name: 'proc',
  summary: 'Prints files of /proc as they stood at any event of a run.',
  operands: 'SCENARIO|TRACE.ptl FILE…',
  options: {
    pid: { type: 'string', value: 'N', help: 'this process (default: the last one that lives)' },
    at: { type: 'string', value: 'K', help: 'after this event (default: the last)' },
    since: { type: 'string', value: 'K', help: 'mark the lines that changed since this event: + − ~' },
    machine: { type: 'string', value: 'N', help: "of a scenario's machines, from 0 (default 0)" },
    arch: { type: 'string', value: 'ID', help: 'run the scenario on this architecture instead of its own' },
    kernel: { type: 'string', value: 'VERSION', help: 'model this kernel, e.g. 6.12' },
    json: { type: 'boolean', help: 'print one JSON object' },
  },
  details: `
A scenario is run first; a trace that \`ptlab run --trace\` saved is only read. Without a name, status and maps are printed.
The formats are the kernel's own, those that are binary there as one line for each page or frame.

${table(PROC_FILES.map((file) => [file, PROC_FILE_ABOUT[file]]))}
--json prints { source, arch, kernel, events, at, since, processes: [{ pid, name }], files: [{ file, pid, text,
changes: [{ mark, text, was }] }] }; \`changes\` only with --since. Exit code: 0, or 2 when there is no such process or event.`,

  async run(args) {
    const [source, ...names] = args.operands
    if (source === undefined)
      throw new UsageError('proc needs a scenario or a trace, e.g. ptlab proc a.ts smaps')
    const files = filesOf(names)
    const trace = source.endsWith('.ptl') ? readTrace(source) : await runScenario(source, args)
    const query = queryOf(trace)
    const at = eventOption(args, 'at', trace, trace.length - 1)
    const since = args.text('since') === undefined ? null : eventOption(args, 'since', trace, 0)
    const pid = numberOption(args, 'pid', 0)
    const views = files.map((file) => query.proc(at, isOfProcess(file) ? pid : 0, file, since))
    rejectMissing(views, query, at)
    process.stdout.write(
      args.flag('json')
        ? json(source, trace, views, at, since)
        : views.map((view) => text(view, views.length > 1, since)).join('\n'),
    )
    return 0
  },
}

function isOfProcess(file: ProcFile): boolean {
  return (PROCESS_FILES as readonly string[]).includes(file)
}

function filesOf(names: readonly string[]): ProcFile[] {
  const wanted = names.flatMap((name) => name.split(',')).filter((name) => name !== '')
  for (const name of wanted) {
    if ((PROC_FILES as readonly string[]).includes(name)) continue
    const near = nearest(name, PROC_FILES)
    throw new UsageError(
      `proc has no file '${name}'${near ? ` (did you mean ${near}?)` : ''}; it has ${PROC_FILES.join(', ')}`,
    )
  }
  return wanted.length === 0 ? ['status', 'maps'] : (wanted as ProcFile[])
}

function readTrace(path: string): Trace {
  if (!existsSync(path)) throw new UsageError(`${path}: no such file`)
  try {
    const { trace, notice } = decodeTraceText(path, readFileSync(path))
    if (notice !== '') process.stderr.write(`ptlab: ${notice}\n`)
    return trace
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error))
  }
}

async function runScenario(source: string, args: Parsed): Promise<Trace> {
  const path = resolve(source)
  if (!existsSync(path)) throw new UsageError(`${source}: no such file`)
  const arch = args.text('arch')
  const kernel = args.text('kernel')
  const headless = new Headless()
  try {
    const live = await headless.run(scenarioFile(path), {
      types: true,
      choice: { ...(arch ? { archs: [arch] } : {}), ...(kernel ? { kernel } : {}) },
      seed: null,
      traceLevel: 'full',
    })
    const index = numberOption(args, 'machine', 0)
    const trace = live.machines[index]?.trace
    if (trace && trace.length > 0) return trace
    const why =
      diagnosticsOf(live).map(({ line, message }) => `line ${line}: ${message}`)[0] ??
      live.machines[index]?.reason
    throw new UsageError(
      live.machines.length > 0 && index >= live.machines.length
        ? `${source} has ${live.machines.length} machines: --machine 0 to ${live.machines.length - 1}`
        : `${source} recorded nothing${why ? `: ${why}` : ''}`,
    )
  } finally {
    headless.close()
  }
}

/** An event of the trace; payload records stand for the event before them. */
function eventOption(args: Parsed, name: string, trace: Trace, otherwise: number): number {
  const event = numberOption(args, name, otherwise)
  if (!Number.isInteger(event) || event >= trace.length)
    throw new UsageError(`--${name} ${event}: the trace has events 0 to ${trace.eventOf(trace.length - 1)}`)
  return trace.eventOf(event)
}

function rejectMissing(views: readonly ProcView[], query: TraceQuery, at: number): void {
  const missing = views.find(
    ({ file, pid, processes }) => isOfProcess(file) && !processes.some((each) => each.pid === pid),
  )
  if (!missing) return
  const living = query.proc(at, 0, 'vmstat').processes.map(({ pid, name }) => `${pid} ${name}`)
  throw new UsageError(
    missing.pid === 0
      ? `no process lives after event ${at}; --at chooses another event`
      : `no process ${missing.pid} lives after event ${at}; there ${living.length === 0 ? 'is none' : `are ${living.join(', ')}`}`,
  )
}

function text(view: ProcView, titled: boolean, since: number | null): string {
  const name = isOfProcess(view.file) ? `/proc/${view.pid}/${view.file}` : `/proc/${view.file}`
  const title = titled ? [`==> ${name} <==`] : []
  const lines = view.lines.map((line) => {
    if (since === null) return line.text
    return line.mark === '~' ? `~ ${line.text}   (was: ${line.was.trim()})` : `${line.mark} ${line.text}`
  })
  const left = view.left > 0 ? [`… ${view.left} more lines`] : []
  return [...title, ...lines, ...left, ''].join('\n')
}

function json(
  source: string,
  trace: Trace,
  views: readonly ProcView[],
  at: number,
  since: number | null,
): string {
  const shown = relative(process.cwd(), resolve(source))
  const { arch, kernel } = trace.header
  const files = views.map(({ file, pid, lines }) => ({
    file,
    pid: isOfProcess(file) ? pid : null,
    text: lines
      .filter(({ mark }) => mark !== '−')
      .map((line) => `${line.text}\n`)
      .join(''),
    ...(since === null ? {} : { changes: lines.filter(({ mark }) => mark !== ' ') }),
  }))
  const { processes } = views[0]
  return `${JSON.stringify({ source: shown, arch, kernel, events: trace.events, at, since, processes, files }, null, 2)}\n`
}
