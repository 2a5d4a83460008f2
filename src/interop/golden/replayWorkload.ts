/**
 * One recorded workload on a simulated machine: every operation, and after each everything the kernel reported.
 */
import { LabError } from '../../lab/errors.ts'
import type { MachineSpec } from '../../lab/api.ts'
import { ReplayMachine } from '../../lab/replay/machine.ts'
import { address, compareSnapshot, type Place } from './compareSnapshot.ts'
import { mechanismOf } from './mechanisms.ts'
import { perform, type Outcome } from './operations.ts'
import { PageIdentity } from './pageIdentity.ts'
import { Comparison, type WorkloadReport } from './report.ts'
import type { GoldenRecord, Operation, Snapshot, Workload } from './schema.ts'
import { pageOf, targetOf, type Target } from './target.ts'

export function replayWorkload(record: GoldenRecord, spec: MachineSpec, workload: Workload): WorkloadReport {
  const comparison = new Comparison()
  const thp = record.hasThp ? workload.thp : 'never'
  try {
    const machine = new ReplayMachine({ ...spec, config: { ...spec.config, ...hugetlbOf(record), thp, root: true } })
    new WorkloadReplay(record, workload, machine, comparison).run()
  } catch (error) {
    if (!(error instanceof LabError)) throw error
    comparison.notModelled.add(error.message)
  }
  return comparison.report(workload.name)
}

/** hugepages= of the command line, where the CPU has such pages at all. */
function hugetlbOf(record: GoldenRecord): Record<string, number | boolean> {
  if (record.hugepageSizeKb === null) return { hugetlb: false }
  return { hugepages: Number(/\bhugepages=(\d+)/.exec(record.cmdline)?.[1] ?? 0) }
}

class WorkloadReplay {
  private readonly target: Target
  private readonly identity = new PageIdentity()
  private readonly unstable: ReadonlySet<string>
  private readonly tablePages: number

  private readonly workload: Workload
  private readonly machine: ReplayMachine
  private readonly comparison: Comparison

  constructor(record: GoldenRecord, workload: Workload, machine: ReplayMachine, comparison: Comparison) {
    this.workload = workload
    this.machine = machine
    this.comparison = comparison
    const baseline = workload.baseline === 'common' ? record.baseline : workload.baseline
    this.target = targetOf(machine, baseline)
    this.unstable = new Set(workload.unstable)
    machine.execve(this.target.image)
    this.tablePages = machine.pageTablePages
  }

  run(): void {
    compareSnapshot(this.place(null), 0, this.workload.before)
    for (const op of this.workload.ops) {
      this.comparison.op = op.i
      if (!this.step(op)) return
    }
  }

  /** False when the rest of the workload cannot be replayed. */
  private step(op: Operation): boolean {
    const faults = this.machine.minorFaults(op.proc)
    const outcome = perform(this.machine, this.target, op)
    if (outcome.notModelled !== '') {
      this.comparison.notModelled.add(outcome.notModelled)
      return false
    }
    this.comparison.process = op.proc
    this.compareResult(op, outcome)
    if (op.op !== 'exit' && op.minflt !== undefined && !this.skipsFaults(op))
      this.same(op, 'minflt', op.minflt, this.machine.minorFaults(op.proc) - faults)
    this.compareProcesses(op)
    this.compareMachine(op)
    return true
  }

  /** Faults of the harness itself are mixed in, or the two recorded boots differed. */
  private skipsFaults(op: Operation): boolean {
    return op.harness?.minfltUnreliable === true || this.unstable.has(`.ops[${op.i}].minflt`)
  }

  private compareResult(op: Operation, { result, touch }: Outcome): void {
    if (result !== null) this.same(op, 'ret', recordedResult(op), this.shown(op, result))
    if (touch === null) return
    const signal = op.signal ?? null
    this.same(op, 'signal', signalText(signal && { ...signal, signal: signal.sig }), signalText(actualSignal(touch)))
    if (op.readSum !== undefined) this.same(op, 'readSum', op.readSum, touch.sum)
  }

  private shown(op: Operation, result: Exclude<Outcome['result'], null>): string {
    if ((op.op === 'mmap' || op.op === 'mremap') && typeof result === 'number') return address(result, this.machine.arch.pageSize)
    return String(result)
  }

  private compareProcesses(op: Operation): void {
    const place = this.place(op)
    if (op.after !== undefined) this.compareProcess(place, op.afterProc, op.after)
    for (const [number, snapshot] of Object.entries(op.others ?? {}))
      this.compareProcess(place, Number(number), snapshot)
    this.identity.compare(this.comparison, mechanismOf('page', op))
  }

  private compareProcess(place: Place, number: number, snapshot: Snapshot): void {
    compareSnapshot(place, number, snapshot)
    for (const page of snapshot.pagemap) {
      const { frame, zero } = this.machine.page(number, pageOf(page.a, this.machine.arch.pageSize))
      this.identity.see(number, page, zero ? 'zero' : frame)
    }
  }

  private compareMachine(op: Operation): void {
    this.comparison.process = -1
    const delta = op.global?.nrPageTablePagesDelta
    if (delta !== undefined)
      this.same(op, 'nrPageTablePagesDelta', delta, this.machine.pageTablePages - this.tablePages)
    this.compareThp(op)
    const { free, reserved } = this.machine.hugePages
    if (typeof op.global?.hugePagesFree === 'number') this.same(op, 'hugePagesFree', op.global.hugePagesFree, free)
    if (typeof op.global?.hugePagesRsvd === 'number') this.same(op, 'hugePagesRsvd', op.global.hugePagesRsvd, reserved)
    this.same(op, 'dmesg', '', this.machine.dmesg.join('\n'))
  }

  /** Counters that changed since the workload began; those the lab does not keep are named. */
  private compareThp(op: Operation): void {
    const delta = op.global?.thpDelta
    if (delta === undefined) return
    const now = this.machine.thpCounters
    for (const [name, value] of Object.entries(now)) this.same(op, `thpDelta.${name}`, delta[name] ?? 0, value)
    for (const name of Object.keys(delta)) if (!(name in now)) this.comparison.notModelled.add(`vmstat ${name}`)
  }

  private place(op: Operation | null): Place {
    return { machine: this.machine, target: this.target, comparison: this.comparison, op }
  }

  private same(op: Operation, field: string, expected: unknown, actual: unknown): void {
    this.comparison.same(field, expected, actual, mechanismOf(field.split('.')[0]!, op))
  }
}

function recordedResult(op: Operation): string {
  return op.ret === -1 && op.errno !== undefined ? op.errno : String(op.ret)
}

/** The record names si_code by number only: 1 and 2 mean different things for SIGSEGV and SIGBUS. */
const CODES: Record<string, string> = {
  SEGV_MAPERR: 'MAPERR/ADRALN',
  SEGV_ACCERR: 'ACCERR/ADRERR',
  BUS_ADRERR: 'ACCERR/ADRERR',
}

function actualSignal({ signal, done }: NonNullable<Outcome['touch']>): SignalText | null {
  return signal && { signal: signal.signal, code: CODES[signal.code] ?? signal.code, atIndex: done }
}

interface SignalText {
  signal: string
  code: string
  atIndex: number
}

function signalText(signal: SignalText | null): string {
  return signal === null ? 'none' : `${signal.signal} ${signal.code} at touch ${signal.atIndex}`
}
