/** The human form of what `ptlab run` reports. */
import type { FileReport, MachineReport, Totals } from './runReport.ts'
import { quote } from './quote.ts'

const MARK = { passed: 'ok  ', failed: 'FAIL', skipped: 'skip', error: 'ERR ' } as const

export function fileText(report: FileReport, source: string | null, showConsole: boolean): string {
  const name = report.title === '' ? report.file : `${report.file}: ${report.title}`
  const placed = report.diagnostics.map((each) =>
    quote(each, each.message, each.file === report.file ? source : null),
  )
  const unplaced =
    report.message !== '' && report.diagnostics.length === 0 ? [`${report.file}: ${report.message}\n`] : []
  return `${name}\n${report.runs.map((run) => machineText(run, showConsole)).join('')}${[...placed, ...unplaced].join('')}`
}

function machineText(run: MachineReport, showConsole: boolean): string {
  const counts =
    run.passed + run.failed === 0 ? '' : `${run.passed} of ${run.passed + run.failed} expectations`
  const events = `${run.events.toLocaleString('en-US')} events`
  const head =
    `  ${MARK[run.status]} ${run.title.padEnd(36)} ${counts.padEnd(22)} ${events.padStart(18)}  ${run.hash}`.trimEnd()
  const reason = run.reason === '' ? [] : [`       ${run.reason}`]
  const failures = run.expectations
    .filter((each) => !each.pass)
    .map((each) => `       line ${each.line}: ${each.text}`)
  const console = showConsole
    ? run.console.map((each) => `       ${each.text.replaceAll('\n', '\n       ')}`)
    : []
  const races = run.races.map(
    ({ schedule, preemptions, hung }) =>
      `       race: ${schedule} (${preemptions} ${preemptions === 1 ? 'preemption' : 'preemptions'}${hung ? ', it hangs' : ''})`,
  )
  return [head, ...reason, ...(showConsole ? [] : races), ...console, ...failures, ''].join('\n')
}

export function totalsText({ runs, passed, failed, skipped, errors }: Totals): string {
  const parts = [`${passed} passed`, `${failed} failed`]
  if (skipped > 0) parts.push(`${skipped} skipped`)
  if (errors > 0) parts.push(`${errors} with errors`)
  return `${runs === 1 ? '1 run' : `${runs} runs`}: ${parts.join(', ')}\n`
}
