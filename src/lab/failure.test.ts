/**
 * Every page and table allocation of every operation fails once: errors come back with their Linux names, nothing is lost
 * (DIGEST X.5: P1, P10, P11), and who did not ask for anything keeps what it has.
 */
import { describe, expect, it } from 'vitest'
import type { Machine, MachineSpec, Process } from './api.ts'
import { LinuxError, SignalError } from './errors.ts'
import { Recorder } from '../trace/recorder.ts'
import type { Kernel } from '../mm/kernel.ts'
import { buildKernel, plan } from './build.ts'
import { Calls } from './calls.ts'
import { violations } from './fuzz/invariants.ts'
import { LabMachine } from './machine.ts'

function build(spec: MachineSpec): { kernel: Kernel; machine: Machine } {
  const planned = plan(spec)
  const kernel = buildKernel(planned, new Recorder('off'))
  const calls = new Calls(kernel.trace, () => ({ file: 't', line: 1, column: 1 }))
  return { kernel, machine: new LabMachine(kernel, planned, calls) }
}

interface Bench {
  machine: Machine
  task: Process
  /** Written memory at the start of a pmd range, two pmd ranges long. */
  at: bigint
  pmd: bigint
  page: bigint
}

const ALL = ({ mm }: Process): unknown => [
  mm.pgtables_bytes,
  mm.rss,
  mm.map_count,
  mm.total_vm,
  mm.mm_users,
  mm.mm_count,
]
const PAGES = ({ mm }: Process): unknown => mm.rss

interface Case {
  name: string
  /** What the operation may end with when memory is out. */
  errors: string[]
  /** What must be as before when it fails. */
  keeps?: (task: Process) => unknown
  run(bench: Bench): void
}

const CASES: Case[] = [
  {
    name: 'first write to a new range',
    errors: ['SIGKILL'],
    run: ({ task, at, pmd }) => task.write(at + 64n * pmd),
  },
  {
    name: 'first read of a new range',
    errors: ['SIGKILL'],
    run: ({ task, at, pmd }) => task.read(at + 64n * pmd),
  },
  {
    name: 'mmap with MAP_POPULATE',
    errors: [],
    run: ({ task, page }) => void task.mmap({ length: 3 * Number(page), populate: true }),
  },
  { name: 'fork', errors: ['ENOMEM'], keeps: ALL, run: ({ task }) => task.fork().exit() },
  {
    name: 'copy on write after fork',
    errors: ['ENOMEM', 'SIGKILL'],
    run: ({ task, at }) => withChild(task, (child) => child.write(at)),
  },
  {
    name: 'mremap to a new place, entry by entry',
    errors: ['ENOMEM'],
    keeps: PAGES,
    run: ({ task, at, page, pmd }) =>
      void task.mremap(at, Number(page), Number(page), { mayMove: true, fixed: at + 96n * pmd + 7n * page }),
  },
  {
    name: 'mremap of whole tables and a part of one',
    errors: ['ENOMEM'],
    keeps: PAGES,
    run: ({ task, at, page, pmd }) =>
      void task.mremap(at, Number(pmd + 3n * page), Number(pmd + 3n * page), {
        mayMove: true,
        fixed: at + 96n * pmd,
      }),
  },
  {
    name: 'mremap with DONTUNMAP',
    errors: ['ENOMEM'],
    keeps: PAGES,
    run: ({ task, at, page, pmd }) =>
      void task.mremap(at, Number(pmd + page), Number(pmd + page), {
        mayMove: true,
        fixed: at + 96n * pmd,
        dontUnmap: true,
      }),
  },
  {
    name: 'mlock',
    errors: ['EAGAIN'],
    run: ({ task, at, page, pmd }) => task.mlock(at + pmd, 4 * Number(page)),
  },
  {
    name: 'madvise POPULATE_WRITE',
    errors: ['ENOMEM'],
    run: ({ task, at, page, pmd }) => task.madvise(at + pmd, 4 * Number(page), 'POPULATE_WRITE'),
  },
  {
    name: 'shared memory: write, fork, write by the child',
    errors: ['ENOMEM', 'SIGKILL', 'SIGBUS'],
    run: ({ task, page }) => {
      const shared = task.mmap({ length: 4 * Number(page), shared: true })
      task.write(shared, { count: 2 })
      withChild(task, (child) => child.write(shared, { count: 4 }))
    },
  },
  {
    name: 'private mapping of a file: read, write, grow by mremap',
    errors: ['ENOMEM', 'SIGKILL', 'SIGBUS'],
    run: ({ machine, task, page }) => {
      const bytes = 4 * Number(page)
      const file = machine.memfd('data', bytes)
      try {
        const mapped = task.mmap({ length: bytes, file })
        task.read(mapped)
        task.write(mapped + page)
        task.munmap(task.mremap(mapped, bytes, 2 * bytes, { mayMove: true }), 2 * bytes)
      } finally {
        file.close()
      }
    },
  },
  {
    name: 'munmap, DONTNEED and mprotect of parts',
    errors: [],
    run: ({ task, at, page, pmd }) => {
      task.mprotect(at + page, Number(page), 'r')
      task.madvise(at + 2n * page, Number(pmd), 'DONTNEED')
      task.mprotect(at + page, Number(page), 'rw')
      task.munmap(at + 4n * page, Number(page))
    },
  },
  { name: 'execve', errors: ['ENOMEM'], keeps: ALL, run: ({ task }) => task.execve() },
  { name: 'spawn', errors: ['ENOMEM'], keeps: ALL, run: ({ machine }) => machine.spawn('other').exit() },
  {
    name: 'vfork and execve',
    errors: ['ENOMEM'],
    keeps: ALL,
    run: ({ task }) => withVfork(task, (child) => child.execve()),
  },
]

/** The child is gone whatever happens to it. */
function withChild(task: Process, work: (child: Process) => void): void {
  const child = task.fork()
  try {
    work(child)
  } finally {
    child.exit()
  }
}

function withVfork(task: Process, work: (child: Process) => void): void {
  const child = task.vfork()
  try {
    work(child)
  } finally {
    child.exit()
  }
}

function errorName(work: () => void): string {
  try {
    work()
    return ''
  } catch (error) {
    if (error instanceof LinuxError) return error.errno
    if (error instanceof SignalError) return error.signal
    throw error
  }
}

function prepare(machine: Machine): Bench {
  const task = machine.spawn('task')
  const { PMD_SIZE, PAGE_SIZE } = machine.arch
  const pmd = BigInt(PMD_SIZE)
  const page = BigInt(PAGE_SIZE)
  const at = task.mmap({ length: 128 * PMD_SIZE, addr: 64n * pmd, fixed: true })
  task.write(at, { count: 3, value: 7 })
  task.read(at + 3n * page)
  task.write(at + pmd, { value: 8 })
  return { machine, task, at, pmd, page }
}

const SPECS: MachineSpec[] = [
  { arch: 'x86_64', kernel: '6.12' },
  { arch: 'x86_64', kernel: '7.2', config: { thp: 'always' } },
  { arch: 'x86-pae', kernel: '6.12' },
  { arch: 'arm-2level', kernel: '6.1' },
  { arch: 's390', kernel: '6.12' },
  { arch: 'ppc64', kernel: '6.12' },
]

/** Far more than any of these operations allocates. */
const ENOUGH = 200

describe.each(SPECS)('fail.alloc on $arch $kernel', (spec) => {
  const { kernel, machine } = build(spec)
  const started = machine.freePages
  // Fragments of a page that the mm has already: some operations allocate nothing. Huge pages fall back to small ones.
  const mayNotNotice = spec.arch === 'ppc64' || spec.config?.['thp'] === 'always'
  it.each(CASES)('$name: nothing is lost', ({ errors, run, keeps }) => {
    let failures = 0
    for (let n = 1; n < ENOUGH; n++) {
      const bench = prepare(machine)
      const { task, at, pmd } = bench
      const words = [task.read(at), task.read(at + pmd)]
      const before = keeps?.(task)
      machine.fail.alloc(n)
      const error = errorName(() => run(bench))
      const allHadTheirTurn = machine.fail.pending > 0
      machine.fail.alloc(0)
      if (error !== '') {
        failures++
        // A CPU that went idle when the child ended counts the mm that it borrows.
        task.read(at)
        expect(keeps?.(task)).toEqual(before)
        expect(errors, `allocation ${n}`).toContain(error)
        expect([task.read(at), task.read(at + pmd)], `contents after allocation ${n} failed`).toEqual(words)
        task.write(at, { value: 7 })
      }
      expect(broken(kernel), `allocation ${n}`).toEqual([])
      task.exit()
      expect(machine.dmesg.filter((line) => line.includes('BUG'))).toEqual([])
      expect(machine.vmstat.nr_page_table_pages).toBe(0)
      // The huge zero page stays once it is there.
      const kept = machine.vmstat.thp_zero_page_alloc * 512
      expect(machine.freePages + kept, `allocation ${n}`).toBe(started)
      if (!allHadTheirTurn) continue
      if (errors.length > 0 && !mayNotNotice) expect(failures).toBeGreaterThan(0)
      return
    }
    throw new Error(`still allocating after ${ENOUGH} allocations`)
  })
})

/** Violated properties; that a process ran out of memory is no fault. */
function broken(kernel: Kernel): string[] {
  return violations(kernel).filter((text) => !text.includes('Out of memory'))
}
