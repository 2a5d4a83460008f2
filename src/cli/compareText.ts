/** The human form of what `ptlab compare` reports. */
import type { ComparedReport, CompareReport } from './compareReport.ts'
import { columns } from './columns.ts'

const MARK: Readonly<Record<string, string>> = { passed: 'ok', failed: 'FAIL', skipped: 'skip', error: 'ERR' }
const MAX_LOG = 3

export function compareText(report: CompareReport): string {
  const { scenario, title, message, machines, calls, worst } = report
  const head = title === '' ? scenario : `${scenario}: ${title}`
  if (message !== '' && calls.rows === 0) return `${head}\n${message}\n`
  const most = Math.max(1, ...machines.map(({ atWorst }) => atWorst?.hiddenBytes ?? 0))
  const memory = `
After call ${worst?.row ?? 0}, ${worst?.text ?? 'none'}:
${columns([
  ['', 'page tables, KiB', 'known, KiB', 'hidden, KiB', 'rss, pages', ''],
  ...machines.map((one) => memoryRow(one, most)),
])}`
  const whole = `
Over the whole scenario:
${columns([
  ['', '', 'events', 'calls', 'faults', 'flushes', 'IPIs', 'simulated µs'],
  ...machines.map(totalRow),
])}`
  const same =
    calls.differing === 0 ? 'all of them the same' : `${calls.differing} of them not the same everywhere`
  return `${head}\n${machines.length} machines, ${calls.rows} calls, ${same}\n${memory}${whole}${logs(machines)}${divergenceText(report)}`
}

function memoryRow({ title, atWorst, status, reason }: ComparedReport, most: number): string[] {
  if (atWorst === null) return [title, '', '', '', '', `${status}${reason === '' ? '' : `: ${reason}`}`]
  const { tableBytes, knownBytes, hiddenBytes, rssPages } = atWorst
  const kib = (bytes: number) => (bytes / 1024).toLocaleString('en-US')
  const bar = '#'.repeat(Math.max(0, Math.round((20 * hiddenBytes) / most)))
  return [title, kib(tableBytes), kib(knownBytes), kib(hiddenBytes), String(rssPages), bar]
}

function totalRow({
  title,
  status,
  events,
  calls,
  faults,
  flushes,
  ipis,
  nanoseconds,
}: ComparedReport): string[] {
  const count = (value: number) => value.toLocaleString('en-US')
  return [
    title,
    MARK[status] ?? status,
    count(events),
    count(calls),
    count(faults),
    count(flushes),
    count(ipis),
    count(Math.round(nanoseconds / 1000)),
  ]
}

function logs(machines: readonly ComparedReport[]): string {
  const lines = machines.flatMap(({ title, dmesg }) => {
    const more = dmesg.length > MAX_LOG ? [`  ${title}: … ${dmesg.length - MAX_LOG} more lines`] : []
    return [...dmesg.slice(0, MAX_LOG).map((text) => `  ${title}: ${text}`), ...more]
  })
  return lines.length === 0 ? '' : `\ndmesg:\n${lines.join('\n')}\n`
}

function divergenceText({ divergences }: CompareReport): string {
  return divergences.map(({ explanation }) => `\n${explanation.join('\n  ')}\n`).join('')
}
