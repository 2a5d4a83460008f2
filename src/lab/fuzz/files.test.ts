import fc from 'fast-check'
import { describe, it } from 'vitest'
import { Recorder } from '../../trace/recorder.ts'
import { MACHINE } from '../../pgtable/fields.ts'
import type { File, Machine, Process } from '../api.ts'
import { buildKernel, plan } from '../build.ts'
import { Calls } from '../calls.ts'
import { LinuxError, SignalError } from '../errors.ts'
import { LabMachine } from '../machine.ts'
import { FILE_REGRESSIONS } from './fileRegressions.ts'
import { ModelFile, ModelTask, type ModelMapping } from './fileModel.ts'
import { violations } from './invariants.ts'

const VARIANTS = [
  'x86-64-4level',
  'x86-pae',
  'arm64-4k-va48',
  'riscv64-sv39',
  's390-3level',
  'arm-2level',
  'ppc64-radix-64k',
  'mips64-4k',
]
const HUGE_VARIANTS = ['x86-64-4level', 'x86-pae', 'arm64-4k-va48', 'riscv64-sv39', 's390-3level']
/** Files of small pages, of pages that may become huge ones, of hugetlb pages. */
type Flavour = 'small' | 'thp' | 'hugetlb'
const CASES: [Flavour, string][] = [
  ...VARIANTS.map((variant): [Flavour, string] => ['small', variant]),
  ...HUGE_VARIANTS.map((variant): [Flavour, string] => ['thp', variant]),
  ...HUGE_VARIANTS.map((variant): [Flavour, string] => ['hugetlb', variant]),
]
const OPS = Number(process.env.PTLAB_FUZZ_OPS ?? 12000)
const LENGTH = 120
const SLOTS = 3
const PAGES = 24
const MAX_TASKS = 4

const KINDS = [
  'map',
  'map',
  'unmap',
  'touch',
  'touch',
  'touch',
  'touch',
  'dontneed',
  'truncate',
  'punch',
  'write',
  'allocate',
  'remove',
  'fork',
  'exit',
  'populate',
  'protect',
  'mode',
  'collapse',
  'uffd',
] as const

interface Step {
  kind: (typeof KINDS)[number]
  who: number
  slot: number
  page: number
  count: number
  cpu: number
  shared: boolean
  write: boolean
}

const stepsOf = fc.array(
  fc.record({
    kind: fc.constantFrom(...KINDS),
    who: fc.nat(7),
    slot: fc.nat(SLOTS - 1),
    page: fc.nat(PAGES - 1),
    count: fc.integer({ min: 1, max: 20 }),
    cpu: fc.nat(1),
    shared: fc.boolean(),
    write: fc.boolean(),
  }),
  { maxLength: LENGTH, size: 'max' },
)

/** Huge pages of the pool: more than all mappings can use and reserve at once. */
const POOL = 400

class FileFuzz {
  private readonly file: File
  private readonly model: ModelFile
  private readonly tasks: { real: Process; model: ModelTask }[] = []
  /** Bytes of a page of the file, base or huge. */
  private readonly pageSize: number
  private readonly stride: bigint
  /** Pages that one table, or one huge page, holds: mappings of exactly that are made too. */
  private readonly wide: number
  private readonly machine: Machine
  private readonly flavour: Flavour
  private serial = 1n

  constructor(machine: Machine, flavour: Flavour) {
    this.machine = machine
    this.flavour = flavour
    const { PAGE_SIZE, PMD_SIZE, PUD_SIZE, bits } = machine.arch
    this.pageSize = flavour === 'hugetlb' ? PMD_SIZE : PAGE_SIZE
    const span = flavour === 'hugetlb' && bits === 64 ? PUD_SIZE : PMD_SIZE * (flavour === 'hugetlb' ? 64 : 1)
    this.wide = flavour === 'small' || bits === 32 ? 0 : span / this.pageSize
    this.stride = BigInt(span) * 2n
    this.model = new ModelFile(flavour === 'hugetlb')
    if (flavour === 'thp') this.model.pages = this.wide
    this.file = machine.memfd('fuzz', this.model.pages * this.pageSize, { hugetlb: flavour === 'hugetlb' })
    this.tasks.push({ real: machine.spawn('first'), model: new ModelTask(new Array<null>(SLOTS).fill(null)) })
  }

  /** Slots share no table; small mappings in them straddle the border of one. */
  private slotStart(slot: number): bigint {
    return this.stride * BigInt((this.flavour === 'hugetlb' ? 4 : 16) + slot)
  }

  run(step: Step): void {
    const task = this.tasks[step.who % this.tasks.length]
    this.machine.cpu(step.cpu).run(task.real, () => this.step(step, task.real, task.model))
  }

  private step(step: Step, real: Process, model: ModelTask): void {
    const { page, count, slot } = step
    const mapping = model.slots[slot]
    const at = (mapping?.start ?? this.slotStart(slot)) + BigInt(page * this.pageSize)
    const length = count * this.pageSize
    const whole = mapping !== null && mapping.gone.size === 0 && page + count <= mapping.pages
    switch (step.kind) {
      case 'map':
        return this.map(step, real, model)
      case 'unmap':
        real.munmap(at, length)
        return model.unmap(slot, page, page + count)
      case 'touch':
        return this.touch(real, model, slot, page, at, step.write ? this.serial++ : null)
      case 'populate':
        if (!whole || mapping.pgoff + page + count > this.model.pages) return
        real.madvise(at, length, 'POPULATE_READ')
        for (let i = page; i < page + count; i++) model.touch(this.model, slot, i, null)
        return
      case 'remove':
        if (!whole || !mapping.shared) return
        real.madvise(at, length, 'REMOVE')
        return this.zero(mapping.pgoff + page, count)
      case 'protect':
      case 'dontneed':
      case 'uffd':
      case 'collapse':
        return this.entryStep(step, real, model, whole)
      default:
        return this.fileStep(step, real, model)
    }
  }

  /** Steps that change entries, and at most private contents. */
  private entryStep(step: Step, real: Process, model: ModelTask, whole: boolean): void {
    const { page, count, slot } = step
    const mapping = model.slots[slot]
    if (mapping === null) return
    const at = mapping.start + BigInt(page * this.pageSize)
    const length = count * this.pageSize
    switch (step.kind) {
      case 'dontneed':
        if (!whole) return
        real.madvise(at, length, 'DONTNEED')
        return model.dontNeed(slot, page, page + count)
      case 'protect':
        if (!whole) return
        real.mprotect(at, length, 'r')
        return real.mprotect(at, length, 'rw')
      case 'uffd':
        if (whole && this.flavour !== 'hugetlb') this.protect(step, real, at, length)
        return
      case 'collapse':
        if (mapping !== null && step.write)
          refused(() => real.madvise(mapping.start, this.wide * this.pageSize, 'COLLAPSE'))
        else this.machine.khugepaged.scan(real)
        return
    }
  }

  private map(step: Step, real: Process, model: ModelTask): void {
    const { page, count, slot, shared } = step
    const isWide = this.wide > 0 && count > 12
    const low = this.slotStart(slot)
    const pgoff = isWide ? 0 : page % 8
    const start = isWide ? low + this.stride / 2n : low + this.stride / 2n - BigInt(this.pageSize * 10)
    const pages = isWide ? this.wide : count
    real.munmap(low, Number(this.stride))
    real.mmap({
      file: this.file,
      offset: pgoff * this.pageSize,
      length: pages * this.pageSize,
      addr: start,
      fixed: true,
      shared,
      noreserve: isWide,
    })
    // Writable mappings of hugetlbfs make the file as long as they are.
    if (this.flavour === 'hugetlb') this.model.pages = Math.max(this.model.pages, pgoff + pages)
    model.slots[slot] = { pages, pgoff, start, shared, gone: new Set(), copies: new Map() }
  }

  /** Write-protects or unprotects a range; every write to it is allowed as soon as it is told. */
  private protect(step: Step, real: Process, at: bigint, length: number): void {
    const uffd = real.userfaultfd({
      handler: ({ address, uffd: of }) => of.writeprotect(address, this.machine.arch.PAGE_SIZE, false),
      eventFork: step.shared,
    })
    if (refused(() => uffd.register(at, length))) return
    uffd.writeprotect(at, length, true)
    if (!step.write) uffd.unregister(at, length)
  }

  private fileStep(step: Step, real: Process, model: ModelTask): void {
    const { page, count } = step
    const [offset, length] = [page * this.pageSize, count * this.pageSize]
    switch (step.kind) {
      case 'truncate':
        if (this.flavour === 'thp' && step.shared) {
          // As long as a huge page again: otherwise hardly any would be mapped.
          this.file.truncate(this.wide * this.pageSize)
          this.model.pages = this.wide
          this.forget(this.wide, Infinity)
          for (const task of this.tasks) task.model.truncated(this.wide)
          return
        }
        this.file.truncate(offset + (this.isPart(step) ? 8 : 0))
        this.model.pages = page + (this.isPart(step) ? 1 : 0)
        this.forget(this.model.pages, Infinity)
        for (const task of this.tasks) task.model.truncated(this.model.pages)
        return
      case 'punch':
        this.file.punch(offset, length)
        return this.zero(page, count)
      case 'mode':
        this.machine.shmemThp((['always', 'never', 'within_size', 'advise'] as const)[count % 4])
        return
      case 'write': {
        if (this.flavour === 'hugetlb') return
        const value = this.serial++
        this.file.write(offset, length, { value })
        for (let i = page; i < page + count; i++) this.model.words.set(i, value)
        this.model.pages = Math.max(this.model.pages, page + count)
        return
      }
      case 'allocate':
        this.file.allocate(offset, length, { keepSize: step.shared })
        for (let index = page; index < page + count; index++) this.model.cached?.add(index)
        if (!step.shared) this.model.pages = Math.max(this.model.pages, page + count)
        return
      case 'fork':
        if (this.tasks.length < MAX_TASKS) this.tasks.push({ real: real.fork('child'), model: model.fork() })
        return
      default:
        if (this.tasks.length === 1) return
        real.exit()
        this.tasks.splice(
          this.tasks.findIndex((task) => task.real === real),
          1,
        )
    }
  }

  private isPart(step: Step): boolean {
    return step.write && this.flavour !== 'hugetlb'
  }

  /** A hole. In files of hugetlb private copies go too. */
  private zero(first: number, count: number): void {
    this.forget(first, first + count)
    if (this.model.cached === null) return
    for (const { model } of this.tasks) model.lose(first, first + count)
  }

  private forget(from: number, to: number): void {
    const { words, cached } = this.model
    for (const index of words.keys()) if (index >= from && index < to) words.delete(index)
    for (const index of cached ?? []) if (index >= from && index < to) cached!.delete(index)
  }

  /** A huge entry maps past the end of the file without a signal, which the model does not know. */
  private isUnsure(mapping: ModelMapping | null, page: number): boolean {
    return this.flavour === 'thp' && mapping !== null && mapping.pgoff + page >= this.model.pages
  }

  private touch(
    real: Process,
    model: ModelTask,
    slot: number,
    page: number,
    at: bigint,
    value: bigint | null,
  ): void {
    if (this.isUnsure(model.slots[slot], page)) return
    const expected = model.touch(this.model, slot, page, value)
    let found: unknown
    try {
      if (value !== null) real.write(at, { value })
      found = real.read(at)
    } catch (error) {
      if (!(error instanceof SignalError)) throw error
      found = error.signal
    }
    if (found !== expected)
      throw new Error(`touch of page ${page}: ${String(found)}, the model has ${expected}`)
  }

  /** Contents of every page that is mapped, without touching it; copies are always mapped. */
  compare(wordOf: (frame: number) => bigint): void {
    for (const { real, model } of this.tasks) {
      for (const mapping of model.slots) {
        for (let page = 0; page < Math.min(mapping?.pages ?? 0, 2 * PAGES); page++) {
          if (this.isUnsure(mapping, page)) continue
          const frame = real.frame(mapping!.start + BigInt(page * this.pageSize))
          this.check(mapping!, page, frame === null ? null : wordOf(frame))
        }
      }
    }
  }

  private check(mapping: ModelMapping, page: number, word: bigint | null): void {
    const copy = mapping.copies.get(page)
    const index = mapping.pgoff + page
    const inFile = !mapping.gone.has(page) && index < this.model.pages
    const expected = copy ?? (inFile && word !== null ? this.model.word(index) : null)
    if (word !== expected)
      throw new Error(`page ${page} holds ${String(word)}, the model has ${String(expected)}`)
  }

  end(): void {
    for (const { real } of this.tasks) real.exit()
    this.file.close()
  }
}

/** Whether a call ended with an errno. */
function refused(call: () => unknown): boolean {
  try {
    call()
    return false
  } catch (error) {
    if (error instanceof LinuxError) return true
    throw error
  }
}

function play(flavour: Flavour, variant: string, sequence: readonly Step[]): void {
  const hugepages = flavour === 'hugetlb' ? POOL : 0
  const planned = plan({
    arch: variant,
    cpus: 2,
    memory: 2 ** (flavour === 'hugetlb' ? 31 : 30),
    config: { hugepages, shmemThp: flavour === 'thp' ? 'always' : 'never' },
  })
  const kernel = buildKernel(planned, new Recorder('off'))
  const { data } = kernel.memory
  const machine = new LabMachine(
    kernel,
    planned,
    new Calls(kernel.trace, () => ({ file: '', line: 0, column: 0 })),
  )
  const init = machine.spawn('init')
  const { free } = kernel.memory.allocator
  const fuzz = new FileFuzz(machine, flavour)
  for (const [i, step] of sequence.entries()) {
    fuzz.run(step)
    fuzz.compare((frame) => (BigInt(data.readHi(frame, 0)) << 32n) | BigInt(data.readLo(frame, 0)))
    const broken = violations(kernel)
    if (broken.length > 0) throw new Error(`step ${i} (${step.kind}): ${broken.slice(0, 4).join('; ')}`)
  }
  fuzz.end()
  // CPUs that went idle keep the last address space until a task with another one runs there.
  for (let cpu = 0; cpu < machine.cpus; cpu++) machine.cpu(cpu).run(init, () => {})
  const lost = free - kernel.memory.allocator.free
  if (lost !== 0) throw new Error(`P11: ${lost} pages were not given back`)
  if (kernel.vmstat.get(MACHINE.nr_shmem) !== 0) throw new Error('nr_shmem is not 0 at the end')
  if (kernel.vmstat.get(MACHINE.nr_shmem_hugepages) !== 0) throw new Error('nr_shmem_hugepages is not 0')
  const { total, free: unused, reserved } = machine.hugepages
  if (unused !== total || reserved !== 0)
    throw new Error(`hugetlb: ${unused} of ${total} free, ${reserved} reserved`)
  if (kernel.dmesg.length > 0) throw new Error(`P2: ${kernel.dmesg.join('; ')}`)
}

describe('any history of operations on a file and its mappings, against a naive model', () => {
  const numRuns = Math.max(1, Math.ceil(OPS / LENGTH / CASES.length))
  it.each(CASES)('%s pages on %s', { timeout: 0 }, (flavour, variant) => {
    fc.assert(
      fc.property(stepsOf, (sequence) => play(flavour, variant, sequence)),
      { numRuns },
    )
  })
  it.each(FILE_REGRESSIONS)('once failed: %s', (_why, flavour, variant, steps) =>
    play(flavour, variant, steps),
  )
})
