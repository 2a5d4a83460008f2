/**
 * The machine as scenarios see it.
 */
import { cloneVm, vforkProcess } from '../mm/clone.ts'
import { doExecve } from '../mm/execve.ts'
import { setAnonFolioMode } from '../mm/anonFolio.ts'
import { exitProcess } from '../mm/exit.ts'
import type { Kernel } from '../mm/kernel.ts'
import { Kthread as KernelThread } from '../mm/kthread.ts'
import type { Process as KernelProcess } from '../mm/process.ts'
import { forkProcess, spawnProcess } from '../mm/spawn.ts'
import { switchTo } from '../mm/switch.ts'
import { VMSTAT_NAMES } from '../trace/schema.ts'
import { Addresses } from './address.ts'
import type {
  Address,
  ArchInfo,
  Breakage,
  Corruption,
  Cpu,
  ExecveArgs,
  File,
  Kthread,
  Machine,
  MachineCost,
  Process,
  WaitingCpu,
  StructInfo,
} from './api.ts'
import { archInfo } from './archInfo.ts'
import type { MachinePlan } from './build.ts'
import type { Calls } from './calls.ts'
import { LabCosts } from './cost.ts'
import { recordCounters, settle } from './counters.ts'
import { breakSteps, corruptionsOf, rcuView, waitingOf } from './breakage.ts'
import { LabCpu } from './cpu.ts'
import { LabKthread } from './kthread.ts'
import { LabError, LinuxError } from './errors.ts'
import { errnoName } from '../mm/errno.ts'
import { FileObject, type FileOptions } from '../mm/file.ts'
import type { AnyFile } from '../mm/fileOps.ts'
import { HugetlbFile } from '../mm/hugetlbFile.ts'
import { scanMm } from '../mm/khugepaged.ts'
import { SHMEM_MODES, type ShmemMode } from '../mm/shmemHuge.ts'
import { UNITS } from '../mm/layout/units.ts'
import { mmapRead, mmapWrite } from '../mm/mmapLock.ts'
import { meminfo } from '../mm/meminfo.ts'
import { MACHINE } from '../pgtable/fields.ts'
import { kpageCount, kpageFlags } from '../mm/kpage.ts'
import { bytes, LabFile } from './file.ts'
import { pmdClearBad } from '../mm/badPmd.ts'
import { hex } from './show.ts'
import { structInfo } from './structInfo.ts'
import { kernelProcess } from './kernelSide.ts'
import { LabProcess } from './process.ts'

/** What the API objects of one machine share. */
export interface Bench {
  kernel: Kernel
  calls: Calls
  addresses: Addresses
  /** CPU that cpu(i).run chose, or null: each process stays where it ran last. */
  pinned: number | null
  processOf(process: KernelProcess): Process
  /** Kernel threads by pid. */
  kthreads: Map<number, Kthread>
}

const benches = new WeakMap<LabMachine, Bench>()

/** What the API objects of a machine share. */
export function benchOf(machine: LabMachine): Bench {
  return benches.get(machine)!
}

export class LabMachine implements Machine {
  readonly arch: ArchInfo
  readonly kernel: string
  readonly policies: Machine['policies']
  readonly cpus: number
  readonly fail: Machine['fail']
  readonly rcu: Machine['rcu']
  readonly mmStruct: StructInfo
  readonly khugepaged: Machine['khugepaged']
  readonly #bench: Bench
  readonly #wrapped = new Map<number, LabProcess>()
  readonly #cpus: Cpu[]
  readonly #cost: () => MachineCost

  constructor(kernel: Kernel, planned: MachinePlan, calls: Calls, costs = new LabCosts(planned.cpus)) {
    this.#cost = () => costs.totals(kernel.trace, planned.arch, planned.costs)
    this.arch = archInfo(planned.arch)
    this.kernel = planned.kernel.version
    this.policies = Object.freeze({ ...planned.policies })
    this.cpus = planned.cpus
    this.mmStruct = structInfo(planned.layout)
    this.#bench = {
      kernel,
      calls,
      addresses: new Addresses(planned.arch.pageShift, planned.arch.bits),
      pinned: null,
      processOf: (process) => this.#wrap(process),
      kthreads: new Map(),
    }
    this.#cpus = kernel.cpus.map((cpu) => new LabCpu(this.#bench, cpu))
    this.khugepaged = Object.freeze({
      scan: (process: Process) => khugepagedScan(this.#bench, process),
    })
    this.rcu = rcuView(this.#bench)
    this.fail = Object.freeze({
      alloc: (n: number) => failAlloc(kernel, calls, n),
      tableBatch: (n: number) => failTableBatch(kernel, calls, n),
      badPmd: (process: Process, addr: Address) => badPmd(this.#bench, kernelProcess(process), addr),
      get pending() {
        return kernel.memory.allocator.failsIn
      },
    })
    if (kernel.trace.on) kernel.memory.frames.changed = []
    calls.settle = () => settle(kernel)
    benches.set(this, this.#bench)
    Object.freeze(this)
  }

  spawn(name?: string): Process {
    const { kernel, calls } = this.#bench
    const called = checkName(name ?? `task${kernel.nextPid}`)
    return calls.run(
      0,
      () => `spawn('${called}')`,
      () => {
        const process = spawnProcess(kernel, called)
        if (process === null) throw new LinuxError(`spawn('${called}')`, 'ENOMEM')
        switchTo(kernel, kernel.cpus[this.#bench.pinned ?? 0], process)
        recordCounters(process)
        return this.#wrap(process)
      },
      (process) => `pid ${process.pid}`,
    )
  }

  kthread(name: string): Kthread {
    const { kernel, calls, kthreads } = this.#bench
    const called = checkName(name)
    return calls.run(
      0,
      () => `kthread('${called}')`,
      () => {
        const thread = new LabKthread(new KernelThread(kernel, called))
        kthreads.set(thread.pid, thread)
        return thread
      },
      (thread) => `pid ${thread.pid}`,
    )
  }

  memfd(name: string, size = 0, args: { hugetlb?: boolean } = {}): File {
    if (args.hugetlb === true) return this.#openHuge(name, size)
    return this.#open('memfd', name, { name: `/memfd:${name} (deleted)`, size, kind: 'shmem' })
  }

  file(name: string, size = 0, args: { readOnly?: boolean } = {}): File {
    return this.#open('file', name, { name, size, kind: 'regular', readOnly: args.readOnly === true })
  }

  #openHuge(name: string, size: number): File {
    fileName('memfd', name)
    const { kernel } = this.#bench
    const text = `memfd('${name}', ${size}, { hugetlb: true })`
    const unit = 2 ** kernel.behaviour.hugetlbOrder * kernel.arch.pageSize
    if (kernel.behaviour.hugetlbOrder === 0) throw new LinuxError(text, 'EINVAL')
    if (bytes(size, 'size') % unit !== 0)
      throw new LabError(`${text}: give a size of whole huge pages, ${unit} bytes each`)
    return this.#made(text, () => new HugetlbFile(kernel, `/memfd:${name} (deleted)`, size))
  }

  #open(call: string, name: string, options: FileOptions): File {
    fileName(call, name)
    bytes(options.size, 'size')
    const text = `${call}('${name}', ${options.size})`
    return this.#made(text, () => new FileObject(this.#bench.kernel, options))
  }

  #made(text: string, make: () => AnyFile): File {
    return this.#bench.calls.run(
      0,
      () => text,
      () => {
        const file = make()
        file.open()
        return new LabFile(this.#bench, file)
      },
      () => '',
    )
  }

  kpagecount(frame: number): number {
    return kpageCount(this.#bench.kernel, frame)
  }

  kpageflags(frame: number): bigint {
    return BigInt(kpageFlags(this.#bench.kernel, frame))
  }

  thp(mode: 'always' | 'madvise' | 'never', bytes?: number): void {
    if (!['always', 'madvise', 'never'].includes(mode))
      throw new LabError(`thp('${String(mode)}'): give 'always', 'madvise' or 'never'`)
    const { kernel, calls } = this.#bench
    const order = bytes === undefined ? 0 : Math.log2(bytes / kernel.arch.pageSize)
    if (bytes !== undefined && !(Number.isInteger(order) && order > 1 && order < kernel.arch.hpageOrder))
      throw new LabError(`thp: a size of ${bytes} bytes; give a power of two from 4 pages to half a pmd`)
    calls.run(
      0,
      () => `thp('${mode}'${bytes === undefined ? '' : `, ${bytes}`})`,
      () => {
        if (bytes === undefined) kernel.thp = mode
        else setAnonFolioMode(kernel, order, mode)
      },
      () => '',
    )
  }

  shmemThp(mode: ShmemMode): void {
    if (!SHMEM_MODES.includes(mode))
      throw new LabError(`shmemThp('${String(mode)}'): give one of ${SHMEM_MODES.join(', ')}`)
    const { kernel, calls } = this.#bench
    calls.run(
      0,
      () => `shmemThp('${mode}')`,
      () => void (kernel.shmemThp = mode),
      () => '',
    )
  }

  cpu(id: number): Cpu {
    const cpu = this.#cpus[id]
    if (cpu === undefined) throw new LabError(`cpu(${id}): this machine has CPUs 0 to ${this.cpus - 1}`)
    return cpu
  }

  get processes(): Process[] {
    return this.#bench.kernel.processes.map((process) => this.#wrap(process))
  }

  get dmesg(): string[] {
    return [...this.#bench.kernel.dmesg]
  }

  get cost(): MachineCost {
    return this.#cost()
  }

  get vmstat(): Record<string, number> {
    const { kernel } = this.#bench
    const counters = Object.fromEntries(VMSTAT_NAMES.map((name) => [name, kernel.vmstat.get(MACHINE[name])]))
    const { allocator, anonPages } = kernel.memory
    return { ...counters, nr_free_pages: allocator.free, pgfault: kernel.pgfault, nr_anon_pages: anonPages }
  }

  meminfo(): string {
    return meminfo(this.#bench.kernel)
  }

  get hugepages(): Machine['hugepages'] {
    const { total, free, reserved } = this.#bench.kernel.hugetlb
    return Object.freeze({ total, free, reserved })
  }

  break(what: Breakage): void {
    breakSteps(this.#bench, what)
  }

  get corruptions(): Corruption[] {
    return corruptionsOf(this.#bench)
  }

  get waiting(): WaitingCpu[] {
    return waitingOf(this.#bench)
  }

  get freePages(): number {
    return this.#bench.kernel.memory.allocator.free
  }

  get events(): number {
    return this.#bench.kernel.trace.events
  }

  #wrap(process: KernelProcess): LabProcess {
    const known = this.#wrapped.get(process.pid)
    if (known !== undefined) return known
    const wrapped = new LabProcess(this.#bench, process)
    this.#wrapped.set(process.pid, wrapped)
    return wrapped
  }
}

/** Runs in a kernel thread, whoever the CPU runs meanwhile. */
function khugepagedScan({ kernel, calls }: Bench, process: Process): number {
  const scanned = kernelProcess(process)
  if (!scanned.alive) throw new LabError(`process ${scanned.name} (${scanned.pid}) has exited`)
  return calls.run(
    0,
    () => `khugepaged.scan(${scanned.name})`,
    () => scanMm(kernel, scanned.mm),
    (count) => `${count} collapsed`,
  )
}

function failTableBatch(kernel: Kernel, calls: Calls, n: number): void {
  if (!Number.isInteger(n) || n < 0)
    throw new LabError(`fail.tableBatch(${String(n)}): give a whole number, 0 for none`)
  calls.run(
    0,
    () => `fail.tableBatch(${n})`,
    () => kernel.rcu.failNext(n),
    () => '',
  )
}

function failAlloc(kernel: Kernel, calls: Calls, n: number): void {
  if (!Number.isInteger(n) || n < 0)
    throw new LabError(`fail.alloc(${String(n)}): give a whole number, 0 for none`)
  calls.run(
    0,
    () => `fail.alloc(${n})`,
    () => kernel.memory.allocator.failAfter(n),
    () => '',
  )
}

function badPmd({ kernel, calls, addresses }: Bench, { pid, name, mm }: KernelProcess, addr: Address): void {
  calls.run(
    pid,
    () => `fail.badPmd(${name}, ${hex(addresses.parse(addr))})`,
    () => {
      if (pmdClearBad(kernel, mm, addresses.page(addresses.parse(addr)))) return
      throw new LabError(`fail.badPmd: no huge entry maps ${hex(addresses.parse(addr))}`)
    },
    () => '',
  )
}

/** fork and exit, which make and end what LabMachine wraps. */
export function fork(bench: Bench, parent: KernelProcess, name: string): Process {
  const child = parent.mm.lockedBy(UNITS.fork, () =>
    mmapWrite(parent.mm, () => forkProcess(bench.kernel, parent, checkName(name))),
  )
  if (typeof child === 'number') throw new LinuxError(`${parent.name}.fork()`, errnoName(child))
  return bench.processOf(child)
}

/** clone with CLONE_VM, and vfork. */
export function clone(bench: Bench, parent: KernelProcess, name: string, vfork: boolean): Process {
  const make = vfork ? vforkProcess : cloneVm
  return bench.processOf(make(bench.kernel, parent, checkName(name)))
}

export function execve(bench: Bench, process: KernelProcess, name: string, args: ExecveArgs): void {
  const { kernel, addresses } = bench
  const pages = args.argBytes === undefined ? 0 : addresses.pages(args.argBytes)
  const below = addresses.pages(args.stackShift ?? 0)
  const result = doExecve(kernel, process, checkName(name), pages > 0 ? { pages, below } : null)
  if (result < 0) throw new LinuxError(`${process.name}.execve()`, errnoName(result))
}

export function exit(bench: Bench, process: KernelProcess, code: number): void {
  const { mm } = process
  // exit_mm takes the lock to see whether a core is being dumped; where all units agree nobody can tell.
  if (bench.kernel.splitLayout !== null) mm.lockedBy(UNITS.exit, () => mmapRead(mm, () => undefined))
  exitProcess(bench.kernel, process, code)
}

function fileName(call: string, name: string): void {
  if (typeof name !== 'string' || name === '') throw new LabError(`${call}: give a name`)
}

function checkName(name: string): string {
  if (typeof name !== 'string' || name.length === 0 || name.length > 40)
    throw new LabError(`name of a process: give a text of 1 to 40 characters`)
  return name
}
