/** What `ptlab replay` prints for people. */
import type { Difference, RecordReport, ReplayTotals, WorkloadReport } from '../interop/golden/report.ts'

/** One line per record and one per workload that is not fully matched. */
export function recordText(record: RecordReport, verbose: boolean): string {
  const count = (status: WorkloadReport['status']): number =>
    record.workloads.filter((each) => each.status === status).length
  const head = `${record.file}  ${record.variant}, kernel ${record.kernel}: ${count('matched')} matched, ${count('mismatched')} mismatched, ${count('not-modelled')} not modelled\n`
  return head + record.workloads.map((each) => workloadText(each, verbose)).join('')
}

function workloadText(workload: WorkloadReport, verbose: boolean): string {
  const { name, status, compared, matched, differences, notModelled } = workload
  if (status === 'matched') return verbose ? `  = ${name}: ${compared} fields\n` : ''
  if (status === 'not-modelled')
    return `  ? ${name}: not modelled: ${notModelled.join('; ')} (${matched} of ${compared} fields matched so far)\n`
  const shown = verbose ? differences : differences.slice(0, 1)
  const more = differences.length - shown.length
  return (
    `  ! ${name}: ${differences.length} of ${compared} fields differ\n` +
    shown.map(differenceText).join('') +
    (more > 0 ? `      and ${more} more (-v shows all)\n` : '')
  )
}

function differenceText({ op, process, field, expected, actual, mechanism }: Difference): string {
  const where = op < 0 ? 'before the first operation' : `operation ${op}`
  const who = process < 0 ? '' : `, process ${process}`
  return `      ${where}${who}: ${field}: the kernel ${expected}, the lab ${actual}  [${mechanism}]\n`
}

export function totalsText(totals: ReplayTotals): string {
  const { workloads, matched, mismatched, notModelled, compared, fieldsMatched } = totals
  return `${workloads} workloads: ${matched} matched, ${mismatched} mismatched, ${notModelled} not modelled; ${fieldsMatched} of ${compared} fields matched\n`
}
