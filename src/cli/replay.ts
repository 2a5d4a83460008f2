/** ptlab replay: what real kernels did, against what the simulated ones do. */
import { readFileSync } from 'node:fs'
import { RecordError } from '../interop/golden/errors.ts'
import { replayBytes } from '../interop/golden/replay.ts'
import { totalsOf, type RecordReport, type ReplayReport } from '../interop/golden/report.ts'
import { UsageError } from './args.ts'
import type { Command } from './args.ts'
import { recordText, totalsText } from './replayText.ts'

export const replay: Command = {
  name: 'replay',
  summary: 'Replays records of real kernels and compares.',
  operands: 'RECORD…',
  options: {
    json: { type: 'boolean', help: 'print one JSON object' },
    workload: { type: 'string', value: 'NAME', help: 'only this workload of each record' },
    verbose: { type: 'boolean', short: 'v', help: 'print every difference, and what is not modelled' },
  },
  details: `
Records are plain or gzipped JSON of the formats gt-golden-1 (what /proc said after every system call) and gt-ptdump-1
(raw page tables). Copies of them are in e2e/golden/. What the lab does not model is reported as such, never as matched.
Exit code: 0 when nothing mismatched, 1 when something did, 2 when a file is no record, 3 for an error of ptlab itself.

--json prints { files: [{ file, variant, kernel, workloads: [{ name, status: "matched" | "mismatched" | "not-modelled",
compared, matched, notModelled: [string], differences: [{ op, process, field, expected, actual, mechanism }] }] }],
errors: [{ file, message }], totals: { workloads, matched, mismatched, notModelled, compared, fieldsMatched } }.`,

  async run(args) {
    if (args.operands.length === 0)
      throw new UsageError('replay needs records, e.g. ptlab replay e2e/golden/*.json.gz')
    const { report, errors } = await replayFiles(args.operands, {
      workload: args.text('workload'),
      onFile: (file) => process.stderr.write(`${file}\n`),
    })
    for (const { message } of errors) process.stderr.write(`ptlab: ${message}\n`)
    if (args.flag('json')) process.stdout.write(`${JSON.stringify({ ...report, errors }, null, 2)}\n`)
    else print(report, args.flag('verbose'))
    if (errors.length > 0) return 2
    return report.totals.mismatched > 0 ? 1 : 0
  },
}

export interface FilesOptions {
  workload?: string | undefined
  onFile?: (file: string) => void
}

export interface FileError {
  file: string
  message: string
}

/** Replays every file; files that are no records are reported, and the others go on. */
export async function replayFiles(
  files: readonly string[],
  options: FilesOptions = {},
): Promise<{ report: ReplayReport; errors: FileError[] }> {
  const reports: RecordReport[] = []
  const errors: FileError[] = []
  for (const file of files) {
    options.onFile?.(file)
    try {
      reports.push(await replayBytes(file, read(file), { workload: options.workload }))
    } catch (error) {
      if (!(error instanceof RecordError)) throw error
      errors.push({ file, message: error.message })
    }
  }
  return { report: { files: reports, totals: totalsOf(reports) }, errors }
}

function read(file: string): Uint8Array {
  try {
    return readFileSync(file)
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    throw new RecordError(`${file}: cannot be read: ${reason}`)
  }
}

function print(report: ReplayReport, verbose: boolean): void {
  for (const file of report.files) process.stdout.write(recordText(file, verbose))
  process.stdout.write(totalsText(report.totals))
}
