/** What a replay reports. The JSON form is stable: fields may be added, not renamed or removed. */
export type WorkloadStatus = 'matched' | 'mismatched' | 'not-modelled'

export interface Difference {
  /** Index of the operation; −1 is the state before the first. */
  op: number
  /** Number of the process; −1 for the machine. */
  process: number
  /** Path of the field, e.g. 'vmpteKb' or 'vmas[0x200000000000].flags'. */
  field: string
  expected: string
  actual: string
  /** The kernel mechanism that decides this field. */
  mechanism: string
}

export interface WorkloadReport {
  name: string
  status: WorkloadStatus
  /** Fields compared, and those of them that agreed. */
  compared: number
  matched: number
  notModelled: string[]
  differences: Difference[]
}

export interface RecordReport {
  file: string
  /** Machine the record was replayed on. */
  variant: string
  kernel: string
  workloads: WorkloadReport[]
}

export interface ReplayTotals {
  workloads: number
  matched: number
  mismatched: number
  notModelled: number
  compared: number
  fieldsMatched: number
}

export interface ReplayReport {
  files: RecordReport[]
  totals: ReplayTotals
}

export function totalsOf(files: readonly RecordReport[]): ReplayTotals {
  const all = files.flatMap((file) => file.workloads)
  const count = (status: WorkloadStatus): number => all.filter((each) => each.status === status).length
  return {
    workloads: all.length,
    matched: count('matched'),
    mismatched: count('mismatched'),
    notModelled: count('not-modelled'),
    compared: all.reduce((sum, each) => sum + each.compared, 0),
    fieldsMatched: all.reduce((sum, each) => sum + each.matched, 0),
  }
}

/** Collects the comparisons of one workload. */
export class Comparison {
  compared = 0
  matched = 0
  readonly differences: Difference[] = []
  readonly notModelled = new Set<string>()

  /** Place of the comparisons that follow. */
  op = -1
  process = -1

  same(field: string, expected: unknown, actual: unknown, mechanism: string): void {
    this.compared++
    if (expected === actual) {
      this.matched++
      return
    }
    this.differences.push({
      op: this.op,
      process: this.process,
      field,
      expected: show(expected),
      actual: show(actual),
      mechanism,
    })
  }

  report(name: string): WorkloadReport {
    const { compared, matched, differences } = this
    const notModelled = [...this.notModelled]
    const incomplete: WorkloadStatus = notModelled.length > 0 ? 'not-modelled' : 'matched'
    const status = differences.length > 0 ? 'mismatched' : incomplete
    return { name, status, compared, matched, notModelled, differences }
  }
}

function show(value: unknown): string {
  if (value === undefined || value === '') return '(none)'
  return typeof value === 'string' ? value : typeof value === 'number' ? String(value) : JSON.stringify(value)
}
