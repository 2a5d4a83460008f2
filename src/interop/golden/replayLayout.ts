/**
 * A table dump replayed: the layout's operations as far as they are modelled, then the tables they left, entry by entry.
 */
import type { MachineSpec } from '../../lab/api.ts'
import { LabError } from '../../lab/errors.ts'
import { ReplayMachine } from '../../lab/replay/machine.ts'
import { compareTables } from './compareTables.ts'
import { baselineOf } from './dumpTarget.ts'
import type { DumpRecord } from './dumpSchema.ts'
import { compareHardware, linuxTables } from './hardwareTables.ts'
import { mechanismOf } from './mechanisms.ts'
import { perform } from './operations.ts'
import { Comparison, type WorkloadReport } from './report.ts'
import type { Operation } from './schema.ts'
import { pageOf, targetOf, type Target } from './target.ts'

export const LAYOUT = 'page tables of a mixed layout'

export function replayLayout(record: DumpRecord, spec: MachineSpec): WorkloadReport {
  const comparison = new Comparison()
  try {
    new LayoutReplay(record, spec, comparison).run()
  } catch (error) {
    if (!(error instanceof LabError)) throw error
    comparison.notModelled.add(error.message)
  }
  return comparison.report(LAYOUT)
}

class LayoutReplay {
  private readonly record: DumpRecord
  private readonly comparison: Comparison
  private readonly machine: ReplayMachine
  private readonly target: Target
  /** Ranges of pages whose contents depend on something not modelled. */
  private readonly skipped: { from: number; to: number }[] = []
  /** Set by an operation on the whole machine that is not modelled: faults on MADV_HUGEPAGE memory may differ from then on. */
  private unknownPolicy = false
  /** clear_refs ages and write-protects the program's own pages too: faults are then not the operation's alone. */
  private clearedRefs = false

  constructor(record: DumpRecord, spec: MachineSpec, comparison: Comparison) {
    this.record = record
    this.comparison = comparison
    const hugepages = Number(/\bhugepages=(\d+)/.exec(record.cmdline)?.[1] ?? 0)
    // A machine that had no block of that size to give fell back to small pages.
    const thp = record.vmas.some(({ AnonHugePages }) => (AnonHugePages ?? 0) > 0) ? 'madvise' : 'never'
    this.machine = new ReplayMachine({ ...spec, config: { ...spec.config, hugepages, thp, root: true } })
    this.target = targetOf(this.machine, baselineOf(record))
  }

  run(): void {
    const { machine, comparison, record } = this
    machine.execve(this.target.image)
    for (const op of record.ops) this.step(op)
    comparison.op = record.ops.length - 1
    comparison.process = 0
    this.skipVvar()
    const actual = machine.tables(0)
    const unmodelled = (from: number, to: number): boolean =>
      this.skipped.some((range) => range.from < to && from < range.to)
    const { arch } = machine
    const isPaired = arch.hardwareCopy !== null
    const isZero = (frame: number): boolean => machine.isZero(frame)
    compareTables({ arch, comparison, unmodelled, isZero }, isPaired ? linuxTables(record.tables) : record.tables, actual)
    compareHardware(arch, comparison, record.tables, actual, unmodelled)
    if (comparison.notModelled.size === 0)
      comparison.same('vmpteKb', record.vmpteKb, machine.status(0).vmpteKb, mechanismOf('vmpteKb', null))
  }

  private step(op: Operation): void {
    const { comparison, machine } = this
    comparison.op = op.i
    comparison.process = op.proc
    if (this.unknownPolicy && op.op === 'touch' && this.isHugeRange(op)) return this.skip(op)
    const faults = machine.minorFaults(op.proc)
    const outcome = perform(machine, this.target, op)
    if (outcome.notModelled !== '') {
      comparison.notModelled.add(outcome.notModelled)
      return this.skip(op)
    }
    const { result } = outcome
    if (result !== null && op.op !== 'mmap')
      comparison.same('ret', op.errno ?? String(op.ret), String(result), mechanismOf('ret', op))
    if (op.op === 'clear_refs') this.clearedRefs = true
    const reliable = !this.clearedRefs && op.harness?.minfltUnreliable !== true
    if (op.op === 'touch' && op.minflt !== undefined && reliable)
      comparison.same('minflt', op.minflt, machine.minorFaults(op.proc) - faults, mechanismOf('minflt', op))
  }

  private isHugeRange(op: Operation): boolean {
    const at = BigInt(op.args['addr'] ?? 0)
    return this.record.vmas.some(({ s, e, vmflags }) => BigInt(s) <= at && at < BigInt(e) && vmflags.includes('hg'))
  }

  /** What the operation would have changed is unknown; one without addresses may change every later huge fault. */
  private skip(op: Operation): void {
    const { addr, len, count, stride } = op.args
    if (addr === undefined) {
      this.unknownPolicy = true
      return
    }
    const bytes = len === undefined ? Number(count ?? 1) * Number(stride ?? 1) : Number(len)
    const { pageSize, hpageOrder } = this.machine.arch
    const from = pageOf(String(addr), pageSize)
    // A folio may reach over the touched page to both sides.
    const unit = len === undefined ? 2 ** hpageOrder : 1
    this.skipped.push({ from: Math.floor(from / unit) * unit, to: Math.ceil((from + Math.ceil(bytes / pageSize)) / unit) * unit })
  }

  /** The kernel's own data pages come and go with clock_gettime; they are not modelled. */
  private skipVvar(): void {
    for (const { start, end, name } of this.target.image.mappings)
      if (name.startsWith('[vvar')) this.skipped.push({ from: start, to: end })
  }
}
