/**
 * A process as scenarios see it: system calls, touches, and everything that can be read of it.
 */
import { ACCESS_EXEC, ACCESS_READ, ACCESS_WRITE } from '../hw/walker.ts'
import { POINT } from '../hw/yieldPoints.ts'
import { doBrk } from '../mm/brk.ts'
import { errnoName } from '../mm/errno.ts'
import { doMadvise } from '../mm/madvise.ts'
import { doClearRefs } from '../mm/clearRefs.ts'
import { doMincore } from '../mm/mincore.ts'
import { UNITS } from '../mm/layout/units.ts'
import { doMlock, doMlockall, doMunlock, doMunlockall } from '../mm/mlock.ts'
import { doMmap } from '../mm/mmap.ts'
import { doMprotect } from '../mm/mprotect.ts'
import { doMremap } from '../mm/mremap.ts'
import { doMunmap } from '../mm/munmap.ts'
import { oomBadness } from '../mm/oom/badness.ts'
import { maps, smaps, status } from '../mm/procfs.ts'
import type { Process as KernelProcess } from '../mm/process.ts'
import { mmapForAdvice, mmapRead, mmapWrite } from '../mm/mmapLock.ts'
import { switchTo } from '../mm/switch.ts'
import type {
  Address,
  Advice,
  CloneArgs,
  Entry,
  ExecveArgs,
  MmapArgs,
  MmStruct,
  MremapArgs,
  Process,
  Prot,
  Tables,
  TouchArgs,
  Vma,
  WalkEntry,
} from './api.ts'
import { checkAdvice } from './advice.ts'
import { describe, describeMore, nothing } from './callText.ts'
import { kernelProcess, rememberKernelSide } from './kernelSide.ts'
import { pagemap, readProc, type ProcFile } from './readProc.ts'
import { recordCounters } from './counters.ts'
import { refuse } from './blocked.ts'
import { LabError, LinuxError } from './errors.ts'
import { gupFast } from './gupWalker.ts'
import { clone, execve, exit, fork, type Bench } from './machine.ts'
import { untilKilled } from './killed.ts'
import { mmapArgs, protBits } from './mmapArgs.ts'
import { mclFlags, mremapArgs } from './mremapArgs.ts'
import { mmView } from './mmView.ts'
import { hex } from './show.ts'
import { tablesView } from './tablesView.ts'
import { openUserfaultfd } from './userfaultfd.ts'
import { touchRange } from './touchRange.ts'
import { vmaViews } from './vmaView.ts'
import { entryAt, frameAt, walkSteps } from './walkView.ts'

export class LabProcess implements Process {
  readonly pid: number
  readonly mm: MmStruct
  readonly userfaultfd: Process['userfaultfd']
  readonly #bench: Bench
  readonly #process: KernelProcess

  constructor(bench: Bench, process: KernelProcess) {
    this.pid = process.pid
    this.#bench = bench
    this.#process = process
    this.mm = mmView(bench, process)
    this.userfaultfd = (args = {}) => openUserfaultfd(bench, process, args)
    rememberKernelSide(this, process)
    Object.freeze(this)
  }

  get name(): string {
    return this.#process.name
  }

  get alive(): boolean {
    return this.#process.alive
  }

  get vmas(): Vma[] {
    return vmaViews(this.#bench, this.#process)
  }

  get tables(): Tables {
    return tablesView(this.#bench, this.#process)
  }

  get oomScore(): number {
    return oomBadness(this.#bench.kernel, this.#process.mm)
  }

  get waitsFor(): string {
    return this.#process.waitsFor
  }

  get minFaults(): number {
    return this.#process.minFlt
  }

  get majFaults(): number {
    return this.#process.majFlt
  }

  mmap(args: MmapArgs): bigint {
    const { addresses, kernel } = this.#bench
    return this.#call(
      () => `mmap(${describe(args)})`,
      () => {
        const request = mmapArgs(addresses, args)
        const at = this.#alone(() => doMmap(kernel, this.#process, request))
        return addresses.address(this.#result('mmap', at))
      },
      hex,
    )
  }

  munmap(addr: Address, length: number): void {
    this.#range('munmap', addr, length, '', (from, to) =>
      this.#alone(() => doMunmap(this.#bench.kernel, this.#process.mm, from, to, true)),
    )
  }

  mprotect(addr: Address, length: number, prot: Prot): void {
    const bits = protBits(prot)
    this.#range('mprotect', addr, length, `, '${prot}'`, (from, to) =>
      this.#alone(() => doMprotect(this.#bench.kernel, this.#process.mm, from, to, bits)),
    )
  }

  madvise(addr: Address, length: number, advice: Advice): void {
    checkAdvice(this.#bench, advice)
    this.#range('madvise', addr, length, `, '${advice}'`, (from, to) =>
      mmapForAdvice(this.#process.mm, advice, () =>
        doMadvise(this.#bench.kernel, this.#process, from, to, advice),
      ),
    )
  }

  mremap(addr: Address, oldLength: number, newLength: number, args: MremapArgs = {}): bigint {
    const { addresses, kernel } = this.#bench
    return this.#call(
      () => `mremap(${hex(BigInt(addr))}, ${oldLength}, ${newLength}${describeMore(args)})`,
      () => {
        const request = mremapArgs(addresses, addr, oldLength, newLength, args)
        const at = this.#alone(() => doMremap(kernel, this.#process, request))
        return addresses.address(this.#result('mremap', at))
      },
      hex,
    )
  }

  mlock(addr: Address, length: number, args: { onFault?: boolean } = {}): void {
    this.#pages('mlock', addr, length, describeMore(args), (from, to) =>
      this.#alone(() => doMlock(this.#bench.kernel, this.#process, from, to, args.onFault === true)),
    )
  }

  munlock(addr: Address, length: number): void {
    this.#pages('munlock', addr, length, '', (from, to) =>
      this.#alone(() => doMunlock(this.#process.mm, from, to)),
    )
  }

  mlockall(args: { current?: boolean; future?: boolean; onFault?: boolean }): void {
    this.#call(
      () => `mlockall(${describe(args)})`,
      () => {
        const flags = mclFlags(args)
        const locked = this.#alone(() => doMlockall(this.#bench.kernel, this.#process, flags))
        this.#result('mlockall', locked)
      },
      () => '',
    )
  }

  munlockall(): void {
    const unlock = (): void => this.#alone(() => doMunlockall(this.#process.mm))
    this.#call(() => 'munlockall()', unlock, nothing)
  }

  mincore(addr: Address, length: number): boolean[] {
    let found = new Uint8Array(0)
    this.#range('mincore', addr, length, '', (from, to) => {
      found = new Uint8Array(to - from)
      return mmapRead(this.#process.mm, () =>
        doMincore(this.#bench.kernel, this.#process.mm, from, to, found),
      )
    })
    return Array.from(found, (present) => present === 1)
  }

  clearRefs(value: 1 | 2 | 3 | 4 | 5): void {
    this.#call(
      () => `clearRefs(${value})`,
      () => {
        const cleared = this.#alone(() => doClearRefs(this.#bench.kernel, this.#process.mm, value))
        this.#result('clearRefs', cleared)
      },
      () => '',
    )
  }

  brk(addr?: Address): bigint {
    const { addresses, kernel } = this.#bench
    return this.#call(
      () => (addr === undefined ? 'brk()' : `brk(${hex(BigInt(addr))})`),
      () => {
        const wanted = addr === undefined ? 0 : addresses.pages(addresses.parse(addr), 'address')
        return addresses.address(this.#alone(() => doBrk(kernel, this.#process, wanted)))
      },
      hex,
    )
  }

  read(addr: Address, args: TouchArgs = {}): bigint {
    return this.#touch('read', addr, args, ACCESS_READ, null)
  }

  write(addr: Address, args: TouchArgs & { value?: Address } = {}): void {
    const value = args.value === undefined ? null : this.#bench.addresses.parse(args.value, 'value')
    this.#touch('write', addr, args, ACCESS_WRITE, value)
  }

  fetch(addr: Address, args: TouchArgs = {}): void {
    this.#touch('fetch', addr, args, ACCESS_EXEC, null)
  }

  fork(name?: string): Process {
    return this.#call(
      () => 'fork()',
      () => fork(this.#bench, this.#process, name ?? this.name),
      (child) => `pid ${child.pid}`,
    )
  }

  vfork(name?: string): Process {
    return this.#call(
      () => 'vfork()',
      () => clone(this.#bench, this.#process, name ?? this.name, true),
      (child) => `pid ${child.pid}`,
    )
  }

  clone(args: CloneArgs = {}): Process {
    if (args.vm !== true) {
      if (args.vfork) throw new LabError('clone: vfork needs vm: true')
      return this.fork(args.name)
    }
    return this.#call(
      () => `clone(${describe(args)})`,
      () => clone(this.#bench, this.#process, args.name ?? this.name, args.vfork === true),
      (child) => `pid ${child.pid}`,
    )
  }

  execve(name?: string, args: ExecveArgs = {}): void {
    this.#call(
      () => `execve(${name === undefined ? '' : `'${name}'`}${describeMore(args)})`,
      () => execve(this.#bench, this.#process, name ?? this.name, args),
      () => '',
    )
  }

  exit(code = 0): void {
    if (!Number.isInteger(code)) throw new LabError(`exit(${String(code)}): give a whole number`)
    this.#call(
      () => `exit(${code})`,
      () => exit(this.#bench, this.#process, code),
      nothing,
    )
  }

  pte(addr: Address): Entry {
    return entryAt(this.#bench, this.#living(), addr)
  }

  gupFast(addr: Address, args: { write?: boolean } = {}): number | null {
    return gupFast(this.#bench, this.#living(), addr, args.write === true)
  }

  walk(addr: Address): WalkEntry[] {
    return walkSteps(this.#bench, this.#living(), addr)
  }

  frame(addr: Address): number | null {
    return frameAt(this.#bench, this.#living(), addr)
  }

  maps(): string {
    return maps(this.#bench.kernel, this.#living().mm)
  }

  smaps(): string {
    return smaps(this.#bench.kernel, this.#living().mm)
  }

  status(): string {
    return status(this.#bench.kernel, this.#living())
  }

  pagemap(addr: Address, length: number): bigint[] {
    return pagemap(this.#bench, this.#living(), addr, length)
  }

  readProc(target: Process, file: ProcFile): string {
    return this.#call(
      () => `readProc(${target.name}, '${file}')`,
      () => readProc(this.#bench.kernel, kernelProcess(target), file),
      () => '',
    )
  }

  #living(): KernelProcess {
    if (this.#process.alive) return this.#process
    throw new LabError(`process ${this.name} (${this.pid}) has exited`)
  }

  /** One operation of this process on its CPU. */
  #call<T>(text: () => string, work: () => T, result: (value: T) => string): T {
    const process = this.#living()
    const { kernel, calls, pinned } = this.#bench
    refuse(kernel, process, kernel.cpus[pinned ?? process.cpu])
    return calls.run(
      this.pid,
      () => `${this.name}.${text()}`,
      () => {
        kernel.points.reach(POINT.call)
        switchTo(kernel, kernel.cpus[pinned ?? process.cpu], process)
        try {
          return untilKilled(kernel, process, work)
        } finally {
          recordCounters(process)
        }
      },
      result,
    )
  }

  /** As the only user of the address space. */
  #alone<T>(work: () => T): T {
    return mmapWrite(this.#process.mm, work)
  }

  #result(call: string, value: number): number {
    if (value < 0) throw new LinuxError(`${this.name}.${call}`, errnoName(value))
    return value
  }

  /** A call on [addr, addr + length): Linux wants the start on a page border and rounds the length up. */
  #range(
    call: string,
    addr: Address,
    length: number,
    rest: string,
    work: (from: number, to: number) => number,
  ): void {
    const { addresses } = this.#bench
    this.#call(
      () => `${call}(${hex(BigInt(addr))}, ${String(length)}${rest})`,
      () => {
        const start = addresses.parse(addr)
        const pages = addresses.pages(length)
        if (addresses.offset(start) !== 0) throw new LinuxError(`${this.name}.${call}`, 'EINVAL')
        const from = addresses.page(start)
        this.#result(call, work(from, from + pages))
      },
      () => '',
    )
  }

  /** As #range, for the calls that round the start down and the end up. */
  #pages(
    call: string,
    addr: Address,
    length: number,
    rest: string,
    work: (from: number, to: number) => number,
  ): void {
    const { addresses } = this.#bench
    const down = addresses.offset(addresses.parse(addr))
    this.#range(call, addresses.parse(addr) - BigInt(down), length === 0 ? 0 : length + down, rest, work)
  }

  #touch(call: string, addr: Address, args: TouchArgs, access: number, value: bigint | null): bigint {
    const { kernel, addresses } = this.#bench
    const name = `${this.name}.${call}`
    return this.#call(
      () =>
        `${call}(${hex(addresses.parse(addr))}${args.count === undefined ? '' : `, { count: ${args.count} }`})`,
      () =>
        this.#process.mm.lockedBy(UNITS.fault, () =>
          touchRange(kernel, this.#process, addresses, name, addr, args, { access, value }),
        ),
      () => '',
    )
  }
}
