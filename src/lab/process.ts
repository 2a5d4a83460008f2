/**
 * A process as scenarios see it: system calls, touches, and everything that can be read of it.
 */
import { ACCESS_EXEC, ACCESS_READ, ACCESS_WRITE } from '../hw/walker.ts'
import { doBrk } from '../mm/brk.ts'
import { errnoName } from '../mm/errno.ts'
import { doMadvise, MODELLED_ADVICE } from '../mm/madvise.ts'
import { doMmap } from '../mm/mmap.ts'
import { doMprotect } from '../mm/mprotect.ts'
import { doMunmap } from '../mm/munmap.ts'
import { maps, pagemapEntry, smaps, status } from '../mm/procfs.ts'
import type { Process as KernelProcess } from '../mm/process.ts'
import { switchTo } from '../mm/switch.ts'
import { KIND } from '../trace/schema.ts'
import type {
  Address,
  Advice,
  Entry,
  MmapArgs,
  MmStruct,
  Process,
  Prot,
  Tables,
  TouchArgs,
  Vma,
  WalkEntry,
} from './api.ts'
import { LabError, LinuxError } from './errors.ts'
import { exit, fork, type Bench } from './machine.ts'
import { mmapArgs, protBits } from './mmapArgs.ts'
import { mmView } from './mmView.ts'
import { hex } from './show.ts'
import { tablesView } from './tablesView.ts'
import { touchRange } from './touchRange.ts'
import { vmaViews } from './vmaView.ts'
import { entryAt, frameAt, walkSteps } from './walkView.ts'

const kernelSide = new WeakMap<object, KernelProcess>()

/** The simulated process behind an API object. @throws LabError for anything else. */
export function kernelProcess(process: Process): KernelProcess {
  const found = kernelSide.get(process)
  if (found === undefined)
    throw new LabError('give a process of this machine, as spawn() or fork() returned it')
  return found
}

export class LabProcess implements Process {
  readonly pid: number
  readonly name: string
  readonly mm: MmStruct
  readonly #bench: Bench
  readonly #process: KernelProcess

  constructor(bench: Bench, process: KernelProcess) {
    this.pid = process.pid
    this.name = process.name
    this.#bench = bench
    this.#process = process
    this.mm = mmView(bench, process)
    kernelSide.set(this, process)
    Object.freeze(this)
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
    const { mm } = this
    return mm.rss.total + mm.rss.swap + Math.floor(mm.accountedBytes / this.#bench.kernel.arch.pageSize)
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
      () => addresses.address(this.#result('mmap', doMmap(kernel, this.#process, mmapArgs(addresses, args)))),
      hex,
    )
  }

  munmap(addr: Address, length: number): void {
    this.#range('munmap', addr, length, '', (from, to) =>
      doMunmap(this.#bench.kernel, this.#process.mm, from, to),
    )
  }

  mprotect(addr: Address, length: number, prot: Prot): void {
    const bits = protBits(prot)
    this.#range('mprotect', addr, length, `, '${prot}'`, (from, to) =>
      doMprotect(this.#bench.kernel, this.#process.mm, from, to, bits),
    )
  }

  madvise(addr: Address, length: number, advice: Advice): void {
    if (!MODELLED_ADVICE.includes(advice)) {
      this.#bench.calls.place(KIND.NOT_MODELLED, 0, `madvise ${String(advice)}`)
      throw new LabError(
        `madvise: '${String(advice)}' is not modelled yet; modelled are ${MODELLED_ADVICE.join(', ')}`,
      )
    }
    this.#range('madvise', addr, length, `, '${advice}'`, (from, to) =>
      doMadvise(this.#bench.kernel, this.#process, from, to, advice),
    )
  }

  brk(addr?: Address): bigint {
    const { addresses, kernel } = this.#bench
    return this.#call(
      () => (addr === undefined ? 'brk()' : `brk(${hex(BigInt(addr))})`),
      () => {
        const wanted = addr === undefined ? 0 : addresses.pages(addresses.parse(addr), 'address')
        return addresses.address(doBrk(kernel, this.#process, wanted))
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

  exec(addr: Address, args: TouchArgs = {}): void {
    this.#touch('exec', addr, args, ACCESS_EXEC, null)
  }

  fork(name?: string): Process {
    return this.#call(
      () => 'fork()',
      () => fork(this.#bench, this.#process, name ?? this.name),
      (child) => `pid ${child.pid}`,
    )
  }

  exit(code = 0): void {
    if (!Number.isInteger(code)) throw new LabError(`exit(${String(code)}): give a whole number`)
    this.#call(
      () => `exit(${code})`,
      () => exit(this.#bench, this.#process, code),
      () => '',
    )
  }

  pte(addr: Address): Entry {
    return entryAt(this.#bench, this.#living(), addr)
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
    const { addresses, kernel } = this.#bench
    const process = this.#living()
    const first = addresses.page(addresses.parse(addr))
    return Array.from({ length: addresses.pages(length) }, (_, i) =>
      pagemapEntry(kernel, process.mm, first + i),
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
    return calls.run(
      this.pid,
      () => `${this.name}.${text()}`,
      () => {
        switchTo(kernel, kernel.cpus[pinned ?? process.cpu], process)
        return work()
      },
      result,
    )
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

  #touch(call: string, addr: Address, args: TouchArgs, access: number, value: bigint | null): bigint {
    const { kernel, addresses } = this.#bench
    const name = `${this.name}.${call}`
    return this.#call(
      () =>
        `${call}(${hex(addresses.parse(addr))}${args.count === undefined ? '' : `, { count: ${args.count} }`})`,
      () => touchRange(kernel, this.#process, addresses, name, addr, args, { access, value }),
      () => '',
    )
  }
}

function describe(args: MmapArgs): string {
  const parts = Object.entries(args).map(
    ([key, value]) => `${key}: ${typeof value === 'bigint' ? hex(value) : String(value)}`,
  )
  return `{ ${parts.join(', ')} }`
}
