/**
 * One simulated kernel: the state that mm code works on. Everything else in this folder is functions over it.
 */
import type { Arch } from '../arch/arch.ts'
import { NO_CONTEXTS, type ContextSpec } from '../arch/context.ts'
import { Cpu } from '../hw/cpu.ts'
import { FRAME_REFERENCED } from '../hw/frames.ts'
import { PhysicalMemory } from '../hw/memory.ts'
import type { TlbGeometry } from '../hw/tlb.ts'
import { Walker } from '../hw/walker.ts'
import type { YieldPoints } from '../hw/yieldPoints.ts'
import type { Accounting } from '../pgtable/accounting.ts'
import { PageTables, type TableKernel } from '../pgtable/pageTables.ts'
import { Fields } from '../pgtable/record.ts'
import { CTX, FIELDS, KIND, OBJ } from '../trace/schema.ts'
import type { Recorder } from '../trace/recorder.ts'
import type { Behaviour } from './behaviour.ts'
import { makeContexts } from './context/make.ts'
import type { Contexts } from './context/scheme.ts'
import { clearCpumask } from './cpumask.ts'
import { MmuGather } from './gather.ts'
import type { Corruption } from './corruption.ts'
import { EntryMask } from './mask.ts'
import { ParkedGathers } from './parked.ts'
import { Rcu } from './rcu.ts'
import { ZapRun } from './zapRun.ts'
import { UnmapBatch } from './partialMap.ts'
import type { ShmemMode } from './shmemHuge.ts'
import type { SizeMode, ThpMode } from './hugePolicy.ts'
import { SharedPmds } from './pmdSharing.ts'
import { HugetlbPool } from './hugetlbPool.ts'
import { splitAtBorder } from './hugeSplit.ts'
import { firstShift, mismatched, type StructLayout, type UnitLayout } from '../trace/layout/struct.ts'
import type { MmStruct } from './mmStruct.ts'
import { outOfMemory } from './oom/kill.ts'
import type { Vma } from './vma.ts'
import type { Process } from './process.ts'
import { TlbFlusher } from './flush/flusher.ts'
import { VmFault } from './vmFault.ts'

export interface KernelOptions {
  arch: Arch
  trace: Recorder
  memoryPages: number
  cpus: number
  tlb: TlbGeometry
  accounting: Accounting
  tableKernel: TableKernel
  behaviour: Behaviour
  /** Little is going to be used, and many machines are made: reserve little. */
  small?: boolean
  /** Default: those of the architecture. */
  contexts?: ContextSpec
  /** mm_struct as each compilation unit sees it; without it all agree. */
  layout?: StructLayout
}

export class Kernel {
  readonly arch: Arch
  readonly trace: Recorder
  readonly memory: PhysicalMemory
  readonly pt: PageTables
  readonly walker: Walker
  readonly cpus: Cpu[]
  /** How address spaces are told apart in TLBs. */
  readonly contextSpec: ContextSpec
  readonly contexts: Contexts
  /** MMU_LAZY_TLB_SHOOTDOWN: a borrowed mm is not counted. */
  readonly lazyShootdown: boolean
  readonly behaviour: Behaviour
  readonly flush: TlbFlusher
  readonly rcu: Rcu
  /** What flushes could not free yet, for a CPU has interrupts off. */
  readonly parked: ParkedGathers
  /** Scratch of zapping. */
  readonly zapRun: ZapRun
  /** These four belong to the task that runs: a race gives each task its own. */
  gather: MmuGather
  unmapBatch = new UnmapBatch()
  vmf = new VmFault()
  /** Scratch for events about many entries of one table. */
  mask: EntryMask
  readonly points: YieldPoints
  readonly hugetlb: HugetlbPool
  /** pmd tables of shared hugetlb mappings that several mms use. */
  readonly sharedPmds = new SharedPmds()
  /** /proc/vmstat counters. */
  readonly vmstat: Fields
  readonly processes: Process[] = []
  /** Every mm that still has its top table, by id. */
  readonly mms = new Map<number, MmStruct>()
  readonly dmesg: string[] = []
  /** Uses of what was freed: none, unless something is broken. */
  readonly corruptions: Corruption[] = []
  /** /sys/kernel/mm/transparent_hugepage/enabled */
  thp: ThpMode
  /** …/shmem_enabled */
  shmemThp: ShmemMode
  /** Sizes of anonymous folios below a pmd that are on, as bits by log2 pages. */
  readonly anonFolios = { always: 0, madvise: 0, inherit: 0 }
  /** The same for one pmd. */
  pmdFolios: SizeMode = 'inherit'
  /** First frame of the huge zero page, −1 until it is first used. */
  hugeZero = -1
  /** Pages of MADV_FREE that are still to stop being swap-backed (cpu_fbatches.lru_lazyfree). */
  readonly lazyFreeBatch: number[] = []
  pgfault = 0
  /** The layouts of mm_struct, when compilation units disagree about it; null: they don't. */
  readonly splitLayout: StructLayout | null
  /** Pid of the process whose call runs, 0 when none does. */
  running = 0
  /** Frame of the last touch. */
  touched = 0
  nextPid = 1
  nextMm = 1
  private nextVma = 1
  private nextAnonVma = 1
  private nextFile = 1
  /** CPU on which the current call runs. */
  cpu: Cpu

  constructor(options: KernelOptions) {
    this.arch = options.arch
    const split = options.layout === undefined ? [] : mismatched(options.layout)
    this.splitLayout = split.length > 0 ? (options.layout ?? null) : null
    this.trace = options.trace
    this.behaviour = options.behaviour
    this.thp = options.behaviour.thp
    this.shmemThp = options.behaviour.shmemThp
    this.vmstat = new Fields(options.trace, OBJ.machine, 0, FIELDS.machine.length)
    this.memory = new PhysicalMemory(options.arch, options.memoryPages, options.trace, options.small)
    this.memory.bornFlags = options.behaviour.faultsReference ? FRAME_REFERENCED : 0
    this.points = this.memory.points
    this.pt = new PageTables(this.memory, options.accounting, this.vmstat, options.tableKernel)
    this.walker = new Walker(options.arch, this.memory.tables)
    this.cpus = Array.from({ length: options.cpus }, (_, id) => new Cpu(id, options.tlb, options.trace))
    this.cpu = this.cpus[0]
    this.contextSpec = options.contexts ?? options.arch.variant.tlb.contexts ?? NO_CONTEXTS
    this.lazyShootdown = this.contextSpec.lazyShootdown === true
    this.contexts = makeContexts(this.contextSpec, options.trace, this.cpus, (mm) =>
      clearCpumask(options.trace, this.cpus, mm),
    )
    this.flush = new TlbFlusher(this, options.cpus)
    this.rcu = new Rcu(this, options.cpus)
    this.parked = new ParkedGathers(this)
    this.zapRun = new ZapRun(options.behaviour.batchesUnmaps)
    this.gather = new MmuGather(this)
    this.mask = new EntryMask(options.arch.levels[options.arch.levels.length - 1].entries)
    this.hugetlb = new HugetlbPool(this, options.behaviour.hugepages)
    this.memory.exhausted = (order, kind) => outOfMemory(this, order, kind)
    if (options.layout !== undefined) for (const unit of split) this.layoutMismatch(options.layout, unit)
    options.trace.ctx = CTX.task
  }

  newVmaId(): number {
    return this.nextVma++
  }

  splitAtBorder(mm: MmStruct, vma: Vma, page: number): void {
    splitAtBorder(this, mm, vma, page)
  }

  newAnonVmaId(): number {
    return this.nextAnonVma++
  }

  newFileId(): number {
    return this.nextFile++
  }

  /** Two units of one image were compiled with different structs. The kernel itself has no way to know. */
  private layoutMismatch(layout: StructLayout, unit: UnitLayout): void {
    const { trace } = this
    const shift = firstShift(layout, unit)
    const [units, field] = [[unit.unit, layout.units[0].unit], shift?.field ?? '']
    if (!trace.on) return
    trace.emit(
      KIND.LAYOUT_MISMATCH,
      0,
      0,
      trace.string(units[0]),
      trace.string(units[1]),
      trace.string(field),
      (shift?.bytes ?? 0) >>> 0,
      0,
    )
  }

  /** printk: a line in the simulated kernel's log. Severity as in <4>. */
  printk(severity: number, text: string): void {
    this.dmesg.push(text)
    this.trace.emit(KIND.DMESG, 0, severity, this.trace.string(text), 0, 0, 0, 0)
  }
}
