/**
 * A machine driven system call by system call in plain numbers, without a scenario: what replaying recorded workloads of
 * real kernels needs. Addresses and lengths are page numbers; processes have the numbers the caller gives them.
 */
import type { Arch } from '../../arch/arch.ts'
import { ACCESS_READ, ACCESS_WRITE } from '../../hw/walker.ts'
import { setAnonFolioMode } from '../../mm/anonFolio.ts'
import type { SizeMode } from '../../mm/hugePolicy.ts'
import { errnoName, type ErrnoName } from '../../mm/errno.ts'
import { exitProcess } from '../../mm/exit.ts'
import type { Kernel } from '../../mm/kernel.ts'
import { doClearRefs } from '../../mm/clearRefs.ts'
import { doMadvise, MODELLED_ADVICE } from '../../mm/madvise.ts'
import { doMmap, type MmapRequest } from '../../mm/mmap.ts'
import { doMlock, doMunlock } from '../../mm/mlock.ts'
import { doMprotect } from '../../mm/mprotect.ts'
import { doMremap, type MremapRequest } from '../../mm/mremap.ts'
import { doMunmap } from '../../mm/munmap.ts'
import type { Process } from '../../mm/process.ts'
import { OK, SIGNALS } from '../../mm/signals.ts'
import { forkProcess } from '../../mm/spawn.ts'
import { switchTo } from '../../mm/switch.ts'
import { touchPage } from '../../mm/touch.ts'
import { MACHINE } from '../../pgtable/fields.ts'
import { PAGE } from '../../trace/schema.ts'
import { Recorder } from '../../trace/recorder.ts'
import type { MachineSpec } from '../api.ts'
import { buildKernel, plan } from '../build.ts'
import { LabError } from '../errors.ts'
import { OpenFiles } from './openFiles.ts'
import { execImage, isSpecialName, type Files, type ProgramImage } from './image.ts'
import {
  pageOf,
  statusOf,
  vmasOf,
  type PageSnapshot,
  type StatusSnapshot,
  type VmaSnapshot,
} from './snapshot.ts'
import { tablesOf, type TableSnapshot } from './tables.ts'

export type { MmapRequest, MremapRequest }

/** A number, or the errno of the failed call. */
export type CallResult = number | ErrnoName

export interface TouchResult {
  /** Touches done before the signal, or all. */
  done: number
  /** Sum of the bytes read. */
  sum: number
  signal: { signal: string; code: string } | null
}

const THP_COUNTERS = [
  'nr_anon_transparent_hugepages',
  'thp_fault_alloc',
  'thp_fault_fallback',
  'thp_split_pmd',
  'thp_zero_page_alloc',
  'thp_collapse_alloc',
  'thp_deferred_split_page',
] as const

export class ReplayMachine {
  readonly arch: Arch
  /** Files by descriptor number. */
  readonly opened: OpenFiles
  private readonly kernel: Kernel
  private readonly files: Files = new Map()
  private readonly processes = new Map<number, Process>()

  /** @throws LabError when the machine cannot be built. */
  constructor(spec: MachineSpec) {
    const planned = plan(spec)
    this.arch = planned.arch
    this.kernel = buildKernel(planned, new Recorder('off'))
    this.opened = new OpenFiles(this.kernel)
  }

  /** Process 0: the program as execve and its own start leave it. @throws LabError */
  execve(image: ProgramImage): void {
    this.processes.set(0, execImage(this.kernel, this.files, image))
  }

  get numbers(): number[] {
    return [...this.processes.keys()].sort((a, b) => a - b)
  }

  mmap(number: number, request: MmapRequest): CallResult {
    const process = this.enter(number)
    return named(doMmap(this.kernel, process, request))
  }

  munmap(number: number, from: number, to: number): CallResult {
    const { mm } = this.enter(number)
    return named(doMunmap(this.kernel, mm, from, to))
  }

  mprotect(number: number, from: number, to: number, prot: number): CallResult {
    const { mm } = this.enter(number)
    return named(doMprotect(this.kernel, mm, from, to, prot))
  }

  /** Whether this lab carries out an advice ('DONTNEED', …). */
  models(advice: string): boolean {
    return MODELLED_ADVICE.includes(advice)
  }

  madvise(number: number, from: number, to: number, advice: string): CallResult {
    const process = this.enter(number)
    return named(doMadvise(this.kernel, process, from, to, advice))
  }

  /** hugepages-<size>kB/enabled for one size in base pages. */
  anonFolios(pages: number, mode: SizeMode): CallResult {
    if (this.arch.hpageOrder === 0) return 'ENOENT'
    setAnonFolioMode(this.kernel, Math.log2(pages), mode)
    return 0
  }

  mremap(number: number, request: MremapRequest): CallResult {
    return named(doMremap(this.kernel, this.enter(number), request))
  }

  mlock(number: number, from: number, to: number): CallResult {
    return named(doMlock(this.kernel, this.enter(number), from, to, false))
  }

  munlock(number: number, from: number, to: number): CallResult {
    return named(doMunlock(this.enter(number).mm, from, to))
  }

  /** Written by another process: QEMU forgets a task's translations when it switches to another. */
  clearRefs(number: number, value: number): CallResult {
    const { mm } = this.enter(number)
    const result = doClearRefs(this.kernel, mm, value)
    this.kernel.cpu.tlb.flushTag(this.kernel.cpu.tag)
    return named(result)
  }

  /** Reads (`write` 0) or writes the byte at page·pageSize + k·stride for k below `count`; byte k is (write + k) & 255. */
  touch(number: number, page: number, count: number, stride: number, write: number): TouchResult {
    const process = this.enter(number)
    const { kernel } = this
    const { pageSize } = this.arch
    let sum = 0
    for (let k = 0; k < count; k++) {
      const bytes = k * stride
      const offset = bytes % pageSize
      const access = write === 0 ? ACCESS_READ : ACCESS_WRITE
      const ending = touchPage(kernel, process, page + Math.floor(bytes / pageSize), access)
      if (ending !== OK) return { done: k, sum, signal: { ...SIGNALS[ending] } }
      if (write === 0) sum += this.byteAt(offset)
      else this.storeByte(offset, (write + k) & 255)
    }
    return { done: count, sum, signal: null }
  }

  fork(number: number, child: number): CallResult {
    const parent = this.enter(number)
    if (this.processes.has(child)) throw new LabError(`there is a process ${child} already`)
    const made = forkProcess(this.kernel, parent, `child${child}`)
    if (typeof made === 'number') return errnoName(made)
    this.processes.set(child, made)
    return made.pid
  }

  exit(number: number): void {
    exitProcess(this.kernel, this.enter(number), 0)
    this.processes.delete(number)
  }

  /** What a recorded program does after a fork: touches its own readable pages, writing to those it may write to. */
  settle(number: number, image: ProgramImage): void {
    const process = this.enter(number)
    for (const { start, end, flags, name } of image.mappings) {
      if (isSpecialName(name) || !flags.includes('rd')) continue
      const access = flags.includes('wr') ? ACCESS_WRITE : ACCESS_READ
      for (let page = start; page < end; page++) touchPage(this.kernel, process, page, access)
    }
  }

  minorFaults(number: number): number {
    return this.of(number).minFlt
  }

  status(number: number): StatusSnapshot {
    return statusOf(this.kernel, this.of(number))
  }

  vmas(number: number): VmaSnapshot[] {
    return vmasOf(this.kernel, this.of(number))
  }

  page(number: number, page: number): PageSnapshot {
    return pageOf(this.kernel, this.of(number), page)
  }

  /** Every table of the user half, in walk order. */
  tables(number: number): TableSnapshot[] {
    return tablesOf(this.kernel, this.of(number))
  }

  /** Whether a frame belongs to the small or the huge zero page. */
  isZero(frame: number): boolean {
    return this.kernel.memory.frames.kind[frame] === PAGE.zero
  }

  get pageTablePages(): number {
    return this.kernel.vmstat.get(MACHINE.nr_page_table_pages)
  }

  /** /proc/vmstat counters of transparent huge pages. */
  get thpCounters(): Record<string, number> {
    return Object.fromEntries(THP_COUNTERS.map((name) => [name, this.kernel.vmstat.get(MACHINE[name])]))
  }

  /** HugePages_Free and HugePages_Rsvd. */
  get hugePages(): { free: number; reserved: number } {
    const { free, reserved } = this.kernel.hugetlb
    return { free, reserved }
  }

  /** Lines the kernel printed: none in a correct run. */
  get dmesg(): readonly string[] {
    return this.kernel.dmesg
  }

  private of(number: number): Process {
    const process = this.processes.get(number)
    if (process === undefined) throw new LabError(`there is no process ${number}`)
    return process
  }

  private enter(number: number): Process {
    const process = this.of(number)
    switchTo(this.kernel, this.kernel.cpus[0], process)
    return process
  }

  private byteAt(offset: number): number {
    const { data } = this.kernel.memory
    const { touched } = this.kernel
    const word = offset >>> 3
    const half = offset & 4 ? data.readHi(touched, word) : data.readLo(touched, word)
    return (half >>> ((offset & 3) * 8)) & 255
  }

  private storeByte(offset: number, value: number): void {
    const { data } = this.kernel.memory
    const { touched } = this.kernel
    const word = offset >>> 3
    const shift = (offset & 3) * 8
    const put = (half: number): number => ((half & ~(255 << shift)) | (value << shift)) >>> 0
    const lo = data.readLo(touched, word)
    const hi = data.readHi(touched, word)
    if (offset & 4) data.write(touched, word, lo, put(hi))
    else data.write(touched, word, put(lo), hi)
  }
}

function named(result: number): CallResult {
  return result < 0 ? errnoName(result) : result
}
