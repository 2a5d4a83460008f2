/**
 * The steps of a fuzz run: each does one operation on the simulator and on the model and compares what both say.
 */
import fc from 'fast-check'
import type { Machine, Process, Prot } from '../api.ts'
import { LinuxError, SignalError } from '../errors.ts'
import { letGo, UNDER_A_WALK, walkerOf, type Held } from './heldWalk.ts'
import { age, lockAndUnlock, remap, share, type Place } from './mappingSteps.ts'
import { ModelProcess } from './model.ts'

export interface Step {
  kind:
    | 'mmap'
    | 'munmap'
    | 'mprotect'
    | 'write'
    | 'read'
    | 'dontneed'
    | 'fork'
    | 'exit'
    | 'dontfork'
    | 'wipe'
    | 'hugepage'
    | 'thp'
    | 'collapse'
    | 'uffd'
    | 'mremap'
    | 'mlock'
    | 'age'
    | 'share'
    | 'execve'
    | 'gup'
    | 'failing'
    | 'far'
  /** Which process, place, size and protection: reduced to what there is when the step runs. */
  who: number
  at: number
  pages: number
  prot: number
  cpu: number
  shared: boolean
}

const KINDS: [Step['kind'], number][] = [
  ['mmap', 6],
  ['munmap', 5],
  ['mprotect', 4],
  ['write', 12],
  ['read', 12],
  ['dontneed', 3],
  ['fork', 3],
  ['exit', 1],
  ['dontfork', 1],
  ['wipe', 1],
  ['hugepage', 1],
  ['thp', 1],
  ['collapse', 1],
  ['uffd', 2],
  ['mremap', 4],
  ['mlock', 1],
  ['age', 2],
  ['share', 1],
  ['execve', 1],
  ['gup', 2],
  ['failing', 2],
  ['far', 1],
]
/** Steps that change entries and neither VMAs nor contents. */
const HUGE_STEPS: ReadonlySet<Step['kind']> = new Set(['hugepage', 'thp', 'collapse', 'uffd'])
const PROTS: Prot[] = ['rw', 'r', 'none', 'rx', 'rwx', 'rw']
/** Pages of the arena that steps work in: some pmd ranges, so that tables come and go. */
const PMD_RANGES = 3
const MAX_PROCESSES = 4
/** An address that some address spaces must gain a level for (s390). */
const FAR = 1n << 42n
/** Pages around a border at which ranges begin, and their sizes (0: up to the next border). */
const NEAR = 16
const SIZES = [1, 1, 2, 3, 5, 9, 24, 0]

/** `more`: weights of kinds that are to be met more often than usual. */
export function steps(
  length: number,
  more: Partial<Record<Step['kind'], number>> = {},
): fc.Arbitrary<Step[]> {
  const kind = fc.oneof(
    ...KINDS.map(([name, weight]) => ({ arbitrary: fc.constant(name), weight: more[name] ?? weight })),
  )
  const step = fc.record({
    kind,
    who: fc.nat(7),
    at: fc.nat(0xffff),
    pages: fc.nat(0xffff),
    prot: fc.nat(PROTS.length - 1),
    cpu: fc.nat(3),
    shared: fc.boolean(),
  })
  return fc.array(step, { minLength: 1, maxLength: length, size: 'max' })
}

interface Pair {
  real: Process
  model: ModelProcess
}

export class Fuzz {
  private readonly pairs: Pair[] = []
  private held: Held | null = null
  /** Where the present step runs. */
  private cpu = 0
  private readonly first: number
  private readonly span: number
  private readonly pmd: number
  private readonly pageSize: bigint
  private serial = 1n
  private readonly machine: Machine

  constructor(machine: Machine) {
    this.machine = machine
    const { PAGE_SIZE, PMD_SIZE } = machine.arch
    this.pageSize = BigInt(PAGE_SIZE)
    this.pmd = PMD_SIZE / PAGE_SIZE
    this.span = this.pmd * PMD_RANGES
    this.first = this.pmd * 64
    this.pairs.push({ real: machine.spawn('first'), model: new ModelProcess() })
  }

  /** Runs one step. @throws Error that says where simulator and model disagree. */
  run(step: Step): void {
    const index = step.who % this.pairs.length
    const pair = this.pairs[index]
    const [page, count] = this.range(step)
    if (!UNDER_A_WALK.has(step.kind)) this.end()
    const { held } = this
    this.held = null
    this.cpu = this.cpuFor(step, held)
    this.machine.cpu(this.cpu).run(pair.real, () => this.step(step, pair, index, page, count))
    if (held !== null) letGo(held)
  }

  /** Ends the walk that a last step began. */
  end(): void {
    if (this.held !== null) letGo(this.held)
    this.held = null
  }

  /** A CPU whose interrupts are off runs nothing. */
  private cpuFor(step: Step, held: Held | null): number {
    const cpu = step.cpu % this.machine.cpus
    return cpu === held?.cpu ? (cpu + 1) % this.machine.cpus : cpu
  }

  /** A lockless walk to a page that is mapped, if one is; and sometimes everything is unmapped under it at once. */
  private walkAndUnmap(step: Step, { real, model }: Pair): void {
    const mapped = [...model.pages.keys()]
    const page = mapped.length === 0 ? this.first : mapped[step.at % mapped.length]
    this.beginWalk(step, real, BigInt(page) * this.pageSize)
    if (step.pages % 3 !== 0) return
    real.munmap(BigInt(this.first) * this.pageSize, this.span * Number(this.pageSize))
    model.unmap(this.first, this.span)
    // What waits for the walk would be counted as lost.
    this.end()
  }

  /** A thread begins to walk tables without locks on another CPU, and stops in the middle of it until the next step is done. */
  private beginWalk(step: Step, real: Process, addr: bigint): void {
    const { cpus } = this.machine
    const cpu = (this.cpu + 1 + (step.pages % (cpus - 1))) % cpus
    if (cpu === this.cpu) return
    const thread = real.clone({ vm: true, name: 'walker' })
    const walker = walkerOf(() => this.machine.cpu(cpu).gupFast(thread, addr, { write: step.shared }))
    if (walker === null) return thread.exit()
    for (let i = 0; i < step.prot; i++) walker.step()
    if (walker.state === 'walking') this.held = { walker, thread, cpu }
    else letGo({ walker, thread, cpu })
  }

  /** VMAs and contents of every process, against the model. */
  compare(): void {
    for (const { real, model } of this.pairs) {
      const runs = mergedRuns(real, this.pageSize)
      same('VMAs', runs, model.runs())
    }
  }

  /** Contents of every page of every process, without touching it. `peek`: the word a page holds, null when not mapped yet. */
  compareContents(peek: (pid: number, page: number) => bigint | null): void {
    for (const { real, model } of this.pairs) {
      for (const [page, { cell, shared }] of model.pages) {
        const held = peek(real.pid, page)
        if (held !== null || !shared) same(`contents of page ${page} of ${real.pid}`, held ?? 0n, cell.value)
      }
    }
  }

  private step(step: Step, pair: Pair, index: number, page: number, count: number): void {
    const { real, model } = pair
    const prot = PROTS[step.prot]
    const addr = BigInt(page) * this.pageSize
    const length = count * Number(this.pageSize)
    switch (step.kind) {
      case 'mmap':
        real.mmap({ addr, length, prot, shared: step.shared && step.prot % 2 === 0, fixed: true })
        model.map(page, count, prot, step.shared && step.prot % 2 === 0)
        return
      case 'munmap':
        real.munmap(addr, length)
        model.unmap(page, count)
        return
      case 'mprotect':
        same(
          'mprotect',
          outcome(() => real.mprotect(addr, length, prot)),
          model.protect(page, count, prot) ? '' : 'ENOMEM',
        )
        return
      case 'dontneed':
        same(
          'DONTNEED',
          outcome(() => real.madvise(addr, length, 'DONTNEED')),
          model.dontNeed(page, count) ? '' : 'ENOMEM',
        )
        return
      case 'dontfork':
        outcome(() => real.madvise(addr, length, 'DONTFORK'))
        model.each(page, count, (entry) => (entry.dontFork = true))
        return
      case 'wipe':
        this.wipe(pair, page, count)
        return
      case 'write':
        return this.write(pair, page, Math.min(count, 8))
      case 'read':
        return this.read(pair, page)
      case 'fork':
        if (this.pairs.length < MAX_PROCESSES) this.pairs.push({ real: real.fork(), model: model.fork() })
        return
      case 'exit':
        if (this.pairs.length < 2) return
        real.exit()
        this.pairs.splice(index, 1)
        return
      default:
        this.stepOnMappings(step, pair, page, count)
    }
  }

  private stepOnMappings(step: Step, pair: Pair, page: number, count: number): void {
    if (HUGE_STEPS.has(step.kind)) return this.hugeStep(step, pair.real, page, count)
    const place = { ...pair, page, count, pageSize: this.pageSize }
    if (step.kind === 'mremap') this.remap(step, place, false)
    else if (step.kind === 'gup') this.walkAndUnmap(step, pair)
    else if (step.kind === 'failing') this.failing(step, pair, place)
    else if (step.kind === 'mlock') same('mlock', lockAndUnlock(place, outcome), '')
    else if (step.kind === 'age') age(place, step.prot, outcome)
    else if (step.kind === 'far') this.far(pair.real)
    else if (step.kind === 'share') {
      if (this.pairs.length < MAX_PROCESSES)
        this.pairs.push(share(this.machine, pair.real, pair.model, step.prot))
    } else if (step.prot === 0) {
      pair.real.execve()
      pair.model = new ModelProcess()
    }
  }

  /**
   * A page far from all others comes and goes, and then one that is nearer: what was the top table before goes with the
   * last VMA below it, and a process without any would leave it behind, as in Linux.
   */
  private far(real: Process): void {
    if (this.machine.arch.TASK_SIZE <= FAR + this.pageSize) return
    const length = Number(this.pageSize)
    const near = BigInt(this.first - this.pmd) * this.pageSize
    for (const addr of [FAR, near]) {
      const mapped = outcome(() => {
        real.mmap({ addr, length, fixed: true })
        real.write(addr)
      })
      same('far mmap', mapped, '')
      real.munmap(addr, length)
    }
  }

  private hugeStep(step: Step, real: Process, page: number, count: number): void {
    const addr = BigInt(page) * this.pageSize
    const length = count * Number(this.pageSize)
    if (step.kind === 'hugepage')
      outcome(() => real.madvise(addr, length, step.prot % 2 === 0 ? 'HUGEPAGE' : 'NOHUGEPAGE'))
    else if (step.kind === 'uffd') protect(real, addr, length, Number(this.pageSize), step)
    else if (step.kind === 'thp') {
      this.machine.thp((['always', 'never', 'madvise'] as const)[step.prot % 3])
      this.machine.shmemThp((['never', 'always', 'advise', 'within_size'] as const)[step.pages % 4])
    } else if (step.shared) this.machine.khugepaged.scan(real)
    else outcome(() => real.madvise(addr, length, 'COLLAPSE'))
  }

  private remap(step: Step, place: Place, mayFail: boolean): void {
    const target = this.first + ((step.at * 7 + step.pages) % this.span)
    const move = { style: step.prot, target, end: this.first + this.span, mayFail }
    const { got, expected } = remap(place, move, outcome)
    same(`mremap of page ${place.page}`, got, expected)
  }

  /** One of the next allocations fails: fork then makes no child, mremap moves nothing. */
  private failing(step: Step, { real, model }: Pair, place: Place): void {
    const { fail } = this.machine
    fail.alloc(1 + (step.pages % 6))
    if (step.shared) this.remap(step, place, true)
    else if (this.pairs.length < MAX_PROCESSES) {
      const made = outcome(() => this.pairs.push({ real: real.fork(), model: model.fork() }))
      same('fork', made, fail.pending > 0 ? '' : 'ENOMEM')
    }
    fail.alloc(0)
  }

  /** WIPEONFORK is refused as soon as the range meets a shared mapping; what lies before keeps the advice. */
  private wipe({ real, model }: Pair, page: number, count: number): void {
    const addr = BigInt(page) * this.pageSize
    const result = outcome(() => real.madvise(addr, count * Number(this.pageSize), 'WIPEONFORK'))
    let met = false
    model.each(page, count, (entry) => {
      met ||= entry.shared
      if (!met) entry.wipeOnFork = true
    })
    if (met) same('WIPEONFORK', result, 'EINVAL')
  }

  private write({ real, model }: Pair, page: number, count: number): void {
    for (let i = 0; i < count; i++) {
      const entry = model.pages.get(page + i)
      const allowed = entry !== undefined && entry.prot.includes('w')
      const value = ++this.serial
      const got = outcome(() => real.write(BigInt(page + i) * this.pageSize, { value }))
      same(
        `write of page ${page + i}`,
        got,
        allowed ? '' : entry === undefined ? 'SEGV_MAPERR' : 'SEGV_ACCERR',
      )
      if (allowed) entry.cell.value = value
    }
  }

  private read({ real, model }: Pair, page: number): void {
    const entry = model.pages.get(page)
    const allowed = entry !== undefined && entry.prot !== 'none'
    let value = 0n
    const got = outcome(() => (value = real.read(BigInt(page) * this.pageSize)))
    same(`read of page ${page}`, got, allowed ? '' : entry === undefined ? 'SEGV_MAPERR' : 'SEGV_ACCERR')
    if (allowed) same(`contents of page ${page}`, value, entry.cell.value)
  }

  /** Ranges begin near the border of a pmd range, so that steps meet; some are whole pmd ranges, most a few pages. */
  private range(step: Step): [number, number] {
    const base = (step.at % PMD_RANGES) * this.pmd
    const at = Math.max(0, base + (Math.floor(step.at / PMD_RANGES) % NEAR) - (base === 0 ? 0 : NEAR / 4))
    const size = SIZES[step.pages % SIZES.length]
    const pages = size === 0 ? this.pmd - (at % this.pmd) : size
    return [this.first + at, Math.max(1, Math.min(pages, this.span - at))]
  }
}

function mergedRuns(real: Process, pageSize: bigint): string[] {
  const runs: { from: bigint; to: bigint; perms: string }[] = []
  for (const vma of real.vmas) {
    const last = runs[runs.length - 1]
    if (last !== undefined && last.to === vma.start && last.perms === vma.perms) last.to = vma.end
    else runs.push({ from: vma.start, to: vma.end, perms: vma.perms })
  }
  return runs.map((run) => `${run.from / pageSize}-${run.to / pageSize} ${run.perms}`)
}

/** Write-protects what can be of a range; every write to it is allowed as soon as it is told. */
function protect(real: Process, addr: bigint, length: number, pageSize: number, step: Step): void {
  const uffd = real.userfaultfd({
    handler: ({ address, uffd: of }) => of.writeprotect(address, pageSize, false),
    eventFork: step.prot % 2 === 0,
    wpUnpopulated: step.prot % 3 === 0,
  })
  if (outcome(() => uffd.register(addr, length)) !== '') return
  outcome(() => uffd.writeprotect(addr, length, true))
  if (step.shared) outcome(() => uffd.unregister(addr, length))
}

/** '' when the call returned, else its errno or si_code. */
function outcome(call: () => unknown): string {
  try {
    call()
    return ''
  } catch (error) {
    if (error instanceof LinuxError) return error.errno
    if (error instanceof SignalError) return error.code
    throw error
  }
}

function same(what: string, got: unknown, expected: unknown): void {
  const show = (value: unknown): string => (Array.isArray(value) ? value.join(', ') : String(value))
  if (show(got) !== show(expected))
    throw new Error(`${what}: simulator ${show(got)}, model ${show(expected)}`)
}
