/** The matrix as JSON (stable: fields may be added, not renamed or removed) and as text. */
import type { MatrixCell } from '../host/matrix/cells.ts'
import type { MatrixSeam } from '../host/matrix/plan.ts'
import type { Verdict } from '../trace/matrix/verdict.ts'
import { columns } from './columns.ts'

export interface MatrixReport {
  seam: string
  title: string
  scenario: string
  alternatives: { id: string; label: string; kernel: string; used: string; risk: string }[]
  architectures: { id: string; cells: CellReport[] }[]
  totals: Record<
    'cells' | 'works' | 'warns' | 'residue' | 'hangs' | 'oops' | 'doesNotBuild' | 'notRun',
    number
  >
}

export interface CellReport {
  alternative: string
  verdict: Verdict
  message: string | null
  event: number | null
  call: string | null
  line: number | null
  story: string | null
  messages: number
  hiddenBytes: number
  events: number
  machine: MatrixCell['spec']
}

export function matrixReport(
  seam: MatrixSeam,
  archs: readonly string[],
  cells: readonly MatrixCell[],
): MatrixReport {
  const count = (verdict: Verdict) => cells.filter((cell) => cell.verdict === verdict).length
  return {
    seam: seam.id,
    title: seam.title,
    scenario: `scenarios/${seam.scenario}`,
    alternatives: seam.alternatives.map(({ id, label, kernel, used, risk }) => ({
      id,
      label,
      kernel,
      used,
      risk,
    })),
    architectures: archs.map((id) => ({
      id,
      cells: cells.filter((cell) => cell.arch === id).map(cellReport),
    })),
    totals: {
      cells: cells.length,
      works: count('works'),
      warns: count('warns'),
      residue: count('residue'),
      hangs: count('hangs'),
      oops: count('oops'),
      doesNotBuild: count('does not build'),
      notRun: count('not run'),
    },
  }
}

function cellReport({
  alternative,
  verdict,
  evidence,
  messages,
  hiddenBytes,
  events,
  spec,
}: MatrixCell): CellReport {
  return {
    alternative,
    verdict,
    message: evidence?.message ?? null,
    event: evidence === null || evidence.k < 0 ? null : evidence.k,
    call: evidence?.call ?? null,
    line: evidence?.line ?? null,
    story: evidence?.story ?? null,
    messages,
    hiddenBytes,
    events,
    machine: spec,
  }
}

export function matrixText(report: MatrixReport, all: boolean): string {
  const { alternatives, architectures, totals } = report
  const isQuiet = (cells: readonly CellReport[]) => cells.every(({ verdict }) => verdict === 'works')
  const shown = architectures.filter(({ cells }) => all || !isQuiet(cells))
  const head = ['', ...alternatives.map(({ label }) => label)]
  const kernels = ['kernel', ...alternatives.map(({ kernel }) => kernel)]
  const rows = shown.map(({ id, cells }) => [id, ...cells.map(({ verdict }) => verdict)])
  const quiet = architectures.length - shown.length
  const rest =
    quiet === 0 ? '' : `${quiet} more architectures on which every alternative works (--all lists them)\n`
  return `${report.seam}: ${report.title}; ${report.scenario} on ${totals.cells} machines\n\n${columns([head, kernels, ...rows])}${rest}\n${messages(report)}${totalsText(totals)}`
}

/** What each kernel said first, once for all machines that said the same. */
function messages({ architectures, alternatives }: MatrixReport): string {
  const said = new Map<string, string[]>()
  for (const { id, cells } of architectures)
    for (const { alternative, verdict, message, call } of cells) {
      if (message === null) continue
      const label = alternatives.find((one) => one.id === alternative)?.label ?? alternative
      const line = `${verdict}: ${message}${call ? `  [${call}]` : ''}`
      said.set(line, [...(said.get(line) ?? []), `${id} ${label}`])
    }
  return [...said].map(([line, where]) => `${line}\n    ${where.join(', ')}\n`).join('')
}

function totalsText({
  cells,
  works,
  warns,
  residue,
  hangs,
  oops,
  doesNotBuild,
  notRun,
}: MatrixReport['totals']): string {
  const parts = [
    [works, 'work'],
    [warns, 'warn'],
    [residue, 'leave a residue'],
    [hangs, 'hang'],
    [oops, 'oops'],
    [doesNotBuild, 'do not build'],
    [notRun, 'could not be run'],
  ] as const
  const told = parts.filter(([count]) => count > 0).map(([count, what]) => `${count} ${what}`)
  return `\n${cells} cells: ${told.join(', ')}\n`
}
