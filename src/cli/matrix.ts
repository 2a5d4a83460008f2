/** ptlab matrix: which alternative works on which architecture, and how it fails. */
import { join } from 'node:path'
import { variants } from '../arch/index.ts'
import { projectFolder } from '../host/folders.ts'
import { Headless, scenarioFile } from '../host/headless.ts'
import { matrixCells } from '../host/matrix/cells.ts'
import type { MatrixCell } from '../host/matrix/cells.ts'
import { findSeam, matrixSeams } from '../host/matrix/plan.ts'
import type { MatrixSeam } from '../host/matrix/plan.ts'
import { archsOf } from './archList.ts'
import { UsageError } from './args.ts'
import type { Command, Parsed } from './args.ts'
import { matrixReport, matrixText } from './matrixText.ts'

/** Rows that are run in one go: progress is told between them. */
const ROWS_AT_ONCE = 8

export const matrix: Command = {
  name: 'matrix',
  summary: 'Runs every design alternative on every architecture and shows how each fails.',
  operands: '',
  options: {
    seam: { type: 'string', value: 'SEAM', help: 'the design question (default accounting)' },
    arch: {
      type: 'string',
      value: 'LIST',
      multiple: true,
      help: 'only these architectures (comma separated; default all)',
    },
    json: { type: 'boolean', help: 'print one JSON object' },
    all: { type: 'boolean', help: 'also list the architectures on which every alternative works' },
  },
  details: `
Every cell is a run: the seam's scenario on a machine of that architecture with that alternative, on the last kernel that used
it. What is shown is the worst kind of message its kernel printed, and the first such line:
  works           nothing
  warns           a WARN_ON, or an expectation that failed
  residue         counters that are not back at zero when an mm is freed
  hangs           a task that waits for ever
  oops            a crash
  does not build  the image cannot be built
Exit code: 0 when every cell was run, whatever it showed; 1 when one could not be run.

--json prints { seam, title, scenario, alternatives: [{ id, label, kernel, used, risk }], architectures: [{ id, cells:
[{ alternative, verdict: "works" | "warns" | "residue" | "hangs" | "oops" | "does not build" | "not run", message, event, call,
line, story, messages, hiddenBytes, events, machine }] }], totals: { cells, works, warns, residue, hangs, oops, doesNotBuild, notRun } }.
message is null where it works; event is the number of the event that shows it, machine what to give to \`machines\`.`,

  async run(args) {
    const seam = seamOf(args)
    const wanted = archsOf(args.texts('arch').flatMap((list) => list.split(',').filter(Boolean)))
    const archs = wanted.length > 0 ? wanted : variants().map(({ id }) => id)
    const cells = await run(seam, archs)
    const report = matrixReport(seam, archs, cells)
    process.stdout.write(
      args.flag('json') ? `${JSON.stringify(report, null, 2)}\n` : matrixText(report, args.flag('all')),
    )
    return report.totals.notRun === 0 ? 0 : 1
  },
}

async function run(seam: MatrixSeam, archs: readonly string[]): Promise<MatrixCell[]> {
  const headless = new Headless()
  const file = scenarioFile(join(projectFolder(), 'scenarios', seam.scenario))
  const cells: MatrixCell[] = []
  try {
    for (let from = 0; from < archs.length; from += ROWS_AT_ONCE) {
      progress(`${from}/${archs.length} architectures`)
      const rows = archs.slice(from, from + ROWS_AT_ONCE)
      cells.push(
        ...(await matrixCells(seam, seam.alternatives, rows, (machines) =>
          headless.run(file, { types: from === 0, choice: { machines }, seed: null, traceLevel: 'full' }),
        )),
      )
    }
  } finally {
    headless.close()
    progress('')
  }
  return cells
}

function seamOf(args: Parsed): MatrixSeam {
  const id = args.text('seam') ?? 'accounting'
  if (args.operands.length > 0) throw new UsageError('matrix takes options only, e.g. --seam accounting')
  try {
    return findSeam(id)
  } catch {
    throw new UsageError(
      `there is no seam '${id}' in the matrix; it has ${matrixSeams()
        .map((seam) => seam.id)
        .join(', ')}`,
    )
  }
}

/** One line that is overwritten; on what is not a terminal one line now and then. */
function progress(text: string): void {
  if (process.stderr.isTTY) process.stderr.write(`\r\x1b[K${text}`)
  else if (text !== '') process.stderr.write(`${text}\n`)
}
