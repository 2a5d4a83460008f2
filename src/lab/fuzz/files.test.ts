import fc from 'fast-check'
import { describe, it } from 'vitest'
import { Recorder } from '../../trace/recorder.ts'
import { MACHINE } from '../../pgtable/fields.ts'
import type { File, Machine, Process } from '../api.ts'
import { buildKernel, plan } from '../build.ts'
import { Calls } from '../calls.ts'
import { SignalError } from '../errors.ts'
import { LabMachine } from '../machine.ts'
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

class FileFuzz {
  private readonly file: File
  private readonly model = new ModelFile()
  private readonly tasks: { real: Process; model: ModelTask }[] = []
  private readonly pageSize: number
  private readonly base: bigint
  private readonly stride: bigint
  private readonly machine: Machine
  private serial = 1n

  constructor(machine: Machine) {
    this.machine = machine
    this.pageSize = machine.arch.PAGE_SIZE
    // Slots straddle the border of a pte table and share none.
    this.stride = BigInt(machine.arch.PMD_SIZE) * 2n
    this.base = this.stride * 16n - BigInt(this.pageSize * 10)
    this.file = machine.memfd('fuzz')
    this.tasks.push({ real: machine.spawn('first'), model: new ModelTask(new Array<null>(SLOTS).fill(null)) })
  }

  run(step: Step): void {
    const task = this.tasks[step.who % this.tasks.length]
    this.machine.cpu(step.cpu).run(task.real, () => this.step(step, task.real, task.model))
  }

  private step(step: Step, real: Process, model: ModelTask): void {
    const { page, count, slot } = step
    const at = this.base + this.stride * BigInt(slot) + BigInt(page * this.pageSize)
    const length = count * this.pageSize
    const mapping = model.slots[slot]
    const whole = mapping !== null && mapping.gone.size === 0 && page + count <= mapping.pages
    switch (step.kind) {
      case 'map': {
        const pgoff = page % 8
        const start = at - BigInt(page * this.pageSize)
        real.munmap(start, PAGES * this.pageSize)
        real.mmap({
          file: this.file,
          offset: pgoff * this.pageSize,
          length,
          addr: start,
          fixed: true,
          shared: step.shared,
        })
        model.slots[slot] = { pages: count, pgoff, shared: step.shared, gone: new Set(), copies: new Map() }
        return
      }
      case 'unmap':
        real.munmap(at, length)
        return model.unmap(slot, page, page + count)
      case 'touch':
        return this.touch(real, model, slot, page, at, step.write ? this.serial++ : null)
      case 'dontneed':
        if (!whole) return
        real.madvise(at, length, 'DONTNEED')
        return model.dontNeed(slot, page, page + count)
      case 'populate':
        if (!whole || mapping.pgoff + page + count > this.model.pages) return
        return real.madvise(at, length, 'POPULATE_READ')
      case 'remove':
        if (!whole || !mapping.shared) return
        real.madvise(at, length, 'REMOVE')
        return this.zero(mapping.pgoff + page, count)
      default:
        return this.fileStep(step, real, model)
    }
  }

  private fileStep(step: Step, real: Process, model: ModelTask): void {
    const { page, count } = step
    const [offset, length] = [page * this.pageSize, count * this.pageSize]
    switch (step.kind) {
      case 'truncate':
        this.file.truncate(offset + (step.write ? 8 : 0))
        this.model.pages = page + (step.write ? 1 : 0)
        for (const index of this.model.words.keys())
          if (index >= this.model.pages) this.model.words.delete(index)
        for (const task of this.tasks) task.model.truncated(this.model.pages)
        return
      case 'punch':
        this.file.punch(offset, length)
        return this.zero(page, count)
      case 'write': {
        const value = this.serial++
        this.file.write(offset, length, { value })
        for (let i = page; i < page + count; i++) this.model.words.set(i, value)
        this.model.pages = Math.max(this.model.pages, page + count)
        return
      }
      case 'allocate':
        this.file.allocate(offset, length, { keepSize: step.shared })
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

  private zero(first: number, count: number): void {
    for (let index = first; index < first + count; index++) this.model.words.delete(index)
  }

  private touch(
    real: Process,
    model: ModelTask,
    slot: number,
    page: number,
    at: bigint,
    value: bigint | null,
  ): void {
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
      for (const [slot, mapping] of model.slots.entries()) {
        for (let page = 0; page < (mapping?.pages ?? 0); page++) {
          const frame = real.frame(this.base + this.stride * BigInt(slot) + BigInt(page * this.pageSize))
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

function play(variant: string, sequence: readonly Step[]): void {
  const planned = plan({ arch: variant, cpus: 2, memory: 2 ** 30 })
  const kernel = buildKernel(planned, new Recorder('off'))
  const { free } = kernel.memory.allocator
  const { data } = kernel.memory
  const machine = new LabMachine(
    kernel,
    planned,
    new Calls(kernel.trace, () => ({ file: '', line: 0, column: 0 })),
  )
  const fuzz = new FileFuzz(machine)
  for (const [i, step] of sequence.entries()) {
    fuzz.run(step)
    fuzz.compare((frame) => (BigInt(data.readHi(frame, 0)) << 32n) | BigInt(data.readLo(frame, 0)))
    const broken = violations(kernel)
    if (broken.length > 0) throw new Error(`step ${i} (${step.kind}): ${broken.slice(0, 4).join('; ')}`)
  }
  fuzz.end()
  if (kernel.memory.allocator.free !== free)
    throw new Error(`P11: ${free - kernel.memory.allocator.free} pages were not given back`)
  if (kernel.vmstat.get(MACHINE.nr_shmem) !== 0) throw new Error('nr_shmem is not 0 at the end')
  if (kernel.dmesg.length > 0) throw new Error(`P2: ${kernel.dmesg.join('; ')}`)
}

describe('any history of operations on a file and its mappings, against a naive model', () => {
  const numRuns = Math.max(1, Math.ceil(OPS / LENGTH / VARIANTS.length))
  it.each(VARIANTS)('%s', { timeout: 0 }, (variant) => {
    fc.assert(
      fc.property(stepsOf, (sequence) => play(variant, sequence)),
      { numRuns },
    )
  })
})
