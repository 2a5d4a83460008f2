/** TLBs, gathers and grace periods of a replica against those of the machine whose trace it follows. */
import { describe, expect, it } from 'vitest'
import { archOf } from '../arch/declare.ts'
import { Replica } from '../trace/replica.ts'
import { Recorder } from '../trace/recorder.ts'
import { Trace } from '../trace/trace.ts'
import type { Machine, Process } from './api.ts'
import { buildKernel, header, plan } from './build.ts'
import { Calls } from './calls.ts'
import { LabMachine } from './machine.ts'
import type { Kernel } from '../mm/kernel.ts'

const ARCHES = [
  'x86_64',
  'x86-2level',
  'arm64',
  'riscv64',
  's390',
  'ppc64',
  'ppc64-hash-4k',
  'mips64',
  'sparc64-sun4u',
  'arm',
  'alpha',
  'parisc64-4k',
]

function follow(arch: string) {
  const planned = plan({ arch, cpus: 3 })
  const trace = new Trace(header(planned, 'test', 1))
  const recorder = new Recorder('full', (chunk) => trace.append(chunk))
  const kernel = buildKernel(planned, recorder)
  const machine = new LabMachine(
    kernel,
    planned,
    new Calls(recorder, () => ({ file: '', line: 0, column: 0 })),
  )
  const replica = new Replica(trace, archOf({ arch: trace.header.arch }, planned.arch.features), 512, 64)
  const compare = (): void => {
    recorder.flush()
    const state = replica.at(trace.length - 1)
    for (const cpu of kernel.cpus) expect(replicaTlb(state, cpu.id)).toEqual(machineTlb(kernel, cpu.id))
    const { pending } = state
    expect(pending.gathers).toEqual([])
    expect(pending.waiting).toHaveLength(kernel.parked.waiting)
    expect(pending.deferred.reduce((sum, { tables }) => sum + tables, 0)).toBe(kernel.rcu.pendingTables)
  }
  return { machine, kernel, replica, trace, compare }
}

function machineTlb(kernel: Kernel, cpu: number): string[] {
  const found: string[] = []
  kernel.cpus[cpu].tlb.forEach(({ slot, vpnLo, vpnHi, tag, pfn }) =>
    found.push(`${slot}: ${tag < 0 ? 'global' : tag} ${vpnHi}:${vpnLo} ${pfn}`),
  )
  return found.sort()
}

function replicaTlb(state: ReturnType<Replica['at']>, cpu: number): string[] {
  const list = state.tlb(cpu).snapshot()
  const found: string[] = []
  for (let at = 0; at < list.length; at += 7) {
    const global = (list[at + 4] >>> 20) & 16
    const tag = global ? 'global' : list[at + 2]
    found.push(`${list[at]}: ${tag} ${list[at + 4] & 0xfffff}:${list[at + 3]} ${list[at + 5]}`)
  }
  return found.sort()
}

/** Threads on three CPUs that map, fork, protect and unmap. `done` after every call. */
function work(machine: Machine, done: () => void): void {
  const { PAGE_SIZE } = machine.arch
  const task = machine.spawn('task')
  const threads = [task, task.clone({ vm: true }), task.clone({ vm: true })]
  const on = (cpu: number, call: (thread: Process) => void): void => {
    machine.cpu(cpu).run(threads[cpu], () => call(threads[cpu]))
    done()
  }
  const at = task.mmap({ length: 600 * PAGE_SIZE })
  const page = (i: number): bigint => at + BigInt(i * PAGE_SIZE)
  for (const cpu of [0, 1, 2]) on(cpu, (thread) => thread.write(at, { count: 40 }))
  on(0, (thread) => thread.madvise(at, 3 * PAGE_SIZE, 'DONTNEED'))
  on(1, (thread) => thread.mprotect(page(4), 4 * PAGE_SIZE, 'r'))
  machine.cpu(2).idle()
  on(0, (thread) => thread.madvise(page(10), 2 * PAGE_SIZE, 'DONTNEED'))
  on(2, (thread) => thread.read(page(12), { count: 8 }))
  const child = threads[0].fork('child')
  done()
  machine.cpu(1).run(child, () => child.write(page(20), { count: 4 }))
  done()
  on(1, (thread) => thread.write(page(20)))
  on(0, (thread) => thread.munmap(page(2), 30 * PAGE_SIZE))
  child.exit()
  done()
  on(2, (thread) => thread.munmap(at, 600 * PAGE_SIZE))
}

describe('a replica has the TLBs of the machine after every call', () => {
  it.each(ARCHES)('%s', (arch) => {
    const { machine, compare } = follow(arch)
    work(machine, compare)
  })

  it.each(['x86_64', 'arm64'])('%s: also where flushes are left out', (arch) => {
    const { machine, compare } = follow(arch)
    machine.break({ flush: 'local' })
    work(machine, compare)
  })
})

describe('what waits to be freed', () => {
  it.each(['x86_64', 'arm64', 'riscv64', 's390'])('%s: while a walker is held', (arch) => {
    const { machine, kernel, compare } = follow(arch)
    const { PAGE_SIZE } = machine.arch
    const task = machine.spawn('task')
    const thread = task.clone({ vm: true })
    const at = task.mmap({ length: PAGE_SIZE })
    task.write(at)
    const walker = machine.cpu(1).gupFast(thread, at)
    walker.to('pte')
    machine.cpu(0).run(task, () => task.munmap(at, PAGE_SIZE))
    expect(kernel.parked.waiting + kernel.rcu.pendingTables).toBeGreaterThan(0)
    compare()
    walker.finish()
    expect(kernel.parked.waiting + kernel.rcu.pendingTables).toBe(0)
    compare()
  })

  it('inside a call: what the gather holds before its flush, and nothing after', () => {
    const { machine, replica, trace, compare } = follow('x86_64')
    const task = machine.spawn('task')
    const at = task.mmap({ length: 64 * 4096 })
    task.write(at, { count: 30 })
    const first = trace.length
    task.munmap(at, 64 * 4096)
    compare()
    const held = new Set<string>()
    for (let k = first; k < trace.length; k++)
      for (const { pages, tables } of replica.at(k).pending.gathers) held.add(`${pages} ${tables}`)
    // 30 pages, then the three tables one by one; before and after that nothing.
    expect([...held]).toEqual(['0 0', '30 0', '30 1', '30 2', '30 3'])
  })
})
