/** /proc of a replica says what /proc of the running machine said. */
import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import blankSpace from 'ts-blank-space'
import { describe, expect, it } from 'vitest'
import { KPF } from '../trace/proc/kpage.ts'
import type { PROCESS_FILES } from '../trace/proc/files.ts'
import { procText } from '../trace/query/proc.ts'
import { ReplicaPages } from '../trace/query/pages.ts'
import type { Replica } from '../trace/replica.ts'
import { kpageFlagsOf } from '../trace/proc/kpage.ts'
import { PAGE } from '../trace/schema.ts'
import type { Trace } from '../trace/trace.ts'
import type { Machine, Process, Scenario } from './api.ts'
import { library, SkipRun } from './index.ts'
import { Fuzz, steps } from './fuzz/steps.ts'
import { watched } from './watched.fixture.ts'

/** The files that print themselves on both sides, and the raw values of the others. */
function compare(machine: Machine, { trace, replica }: { trace: Trace; replica: Replica }): void {
  const state = replica.at(trace.length - 1)
  const text = (process: Process, file: (typeof PROCESS_FILES)[number]) =>
    procText(state, trace, process.pid, file)
  for (const process of machine.processes) {
    if (!process.alive) continue
    expect(text(process, 'maps')).toBe(process.maps())
    expect(text(process, 'status')).toBe(process.status())
    expect(text(process, 'smaps')).toBe(process.smaps())
    expect(pagemapValues(text(process, 'pagemap'))).toEqual(livePagemap(machine, process))
  }
  const rules = trace.header.proc
  if (!rules) throw new Error('the header says nothing of /proc')
  const pages = new ReplicaPages(state, rules)
  state.frames.forEach((head, order, kind) => {
    // What the pool of huge pages holds in reserve is no folio yet, and its tables' frames are never mapped.
    if (kind === PAGE.hugetlb && machine.kpagecount(head) === 0) return
    for (const frame of [head, head + 2 ** order - 1]) {
      expect([frame, pages.mapcount(frame)]).toEqual([frame, machine.kpagecount(frame)])
      const flags = BigInt(kpageFlagsOf(pages, rules.tailsShowFolioFlags, frame))
      expect([frame, flags]).toEqual([frame, machine.kpageflags(frame)])
    }
  })
  expect(procText(state, trace, 0, 'meminfo')).toBe(machine.meminfo())
  expect(procText(state, trace, 0, 'vmstat')).toBe(
    Object.entries(machine.vmstat)
      .map(([name, value]) => `${name} ${value}\n`)
      .join(''),
  )
}

function pagemapValues(text: string): Record<string, bigint> {
  const lines = text.split('\n').filter((line) => line !== '' && !line.includes(' pages)'))
  return Object.fromEntries(
    lines.map((line) => {
      const [address, value] = line.split(' ')
      return [address, BigInt(value)]
    }),
  )
}

/** Pages that are present, by address as the listing writes it; those that only say soft-dirty come in runs there. */
function livePagemap(machine: Machine, process: Process): Record<string, bigint> {
  const found: Record<string, bigint> = {}
  for (const { start, end } of process.vmas) {
    const size = machine.arch.PAGE_SIZE
    const values = process.pagemap(start, Number(end - start))
    const holes = values.filter((value) => value >> 55n <= 1n && value >> 63n === 0n).length
    values.forEach((value, i) => {
      const lone = holes === 1 || !neighbourIsHole(values, i)
      if (value >> 63n || lone) found[(start + BigInt(i * size)).toString(16).padStart(8, '0')] = value
    })
  }
  return found
}

function neighbourIsHole(values: readonly bigint[], i: number): boolean {
  return [i - 1, i + 1].some((at) => at >= 0 && at < values.length && values[at] >> 63n === 0n)
}

const VARIANTS = [
  'x86-64-4level',
  'x86-pae',
  'arm64-16k-va47',
  's390-3level',
  'ppc64-radix-64k',
  'arm-2level',
]

const SCENARIOS = ['first-touch', 'fork-and-cow', 'zero-page', 'splitting-vmas', 'who-frees-a-page-table']

/** A lesson as a module of its own, its import of 'ptlab' answered by the lab's library. */
async function scenarioOf(name: string): Promise<Scenario> {
  const text = readFileSync(new URL(`../../scenarios/${name}.ts`, import.meta.url), 'utf8')
  const plain = blankSpace(text).replace(/import (\{[^}]*\}) from 'ptlab'/, 'const $1 = globalThis.ptlab')
  Object.assign(globalThis, { ptlab: library })
  const url = `data:text/javascript,${encodeURIComponent(plain)}`
  return ((await import(/* @vite-ignore */ url)) as { default: Scenario }).default
}

describe('/proc of the replica', () => {
  it.each(VARIANTS)('%s: after any history of operations', { timeout: 0 }, (arch) => {
    const histories = fc.property(steps(60), (sequence) => {
      const { machine, read } = watched({ arch, cpus: 2, memory: 2 ** 30, config: { thp: 'always' } })
      const fuzz = new Fuzz(machine)
      for (const [i, step] of sequence.entries()) {
        fuzz.run(step)
        if (i % 20 === 19) compare(machine, read())
      }
      compare(machine, read())
    })
    fc.assert(histories, { numRuns: 12, seed: 1 })
  })

  it.each(['6.1', '6.12', '7.2'])('files, hugetlb, MADV_FREE, clear_refs on %s', (kernel) => {
    const { machine, read } = watched({ kernel, config: { thp: 'madvise', hugepages: 8 } })
    const task = machine.spawn('t')
    const size = machine.arch.PMD_SIZE
    const memory = machine.memfd('data', size)
    memory.write(0, 8 * 4096)
    memory.allocate(8 * 4096, 4 * 4096)
    const disk = machine.file('disk', size)
    const shared = task.mmap({ file: memory, length: size, shared: true })
    const onDisk = task.mmap({ file: disk, length: size, offset: 0 })
    task.write(shared, { count: 12 })
    task.read(onDisk, { count: 40 })
    task.write(onDisk, { count: 3 })
    const huge = task.mmap({ length: 2 * size, hugetlb: true })
    task.write(huge)
    const anon = task.mmap({ length: 4 * size })
    task.madvise(anon, 4 * size, 'HUGEPAGE')
    task.write(anon, { count: 2, stride: size })
    task.read(anon + BigInt(2 * size))
    task.madvise(anon, size, 'FREE')
    task.mprotect(anon + BigInt(size), 4096, 'r')
    task.mlock(shared, 4 * 4096)
    compare(machine, read())
    const child = task.fork()
    child.write(anon, { count: 3 })
    task.clearRefs(1)
    task.clearRefs(4)
    task.munmap(shared, 4 * 4096)
    compare(machine, read())
    child.exit()
    memory.truncate(4096)
    disk.close()
    compare(machine, read())
  })

  it.each(SCENARIOS)('at the end of the scenario %s', async (name) => {
    const { machines, run } = await scenarioOf(name)
    for (const spec of machines ?? [{}]) {
      const { machine, context, read } = watched(spec)
      try {
        run(context)
      } catch (error) {
        if (!(error instanceof SkipRun)) throw error
      }
      compare(machine, read())
    }
  })

  it('tells the flags of a page in words', () => {
    const { machine, read } = watched({})
    const task = machine.spawn('t')
    const at = task.mmap({ length: 4096 })
    task.write(at)
    const { trace, replica } = read()
    const state = replica.at(trace.length - 1)
    expect(procText(state, trace, task.pid, 'pagemap')).toMatch(
      /frame 0x[0-9a-f]+: present exclusive soft-dirty/,
    )
    expect(procText(state, trace, task.pid, 'kpageflags')).toMatch(/ PGTABLE/)
    expect(KPF.PGTABLE).toBe(26)
    expect(procText(state, trace, 99, 'maps')).toBe('')
  })
})
