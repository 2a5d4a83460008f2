/** The chain of events behind a corruption, as the trace tells it. */
import { describe, expect, it } from 'vitest'
import { corruptionEvents } from '../trace/query/corruption.ts'
import type { MachineSpec } from './api.ts'
import { watched } from './watched.fixture.ts'

function misread(spec: MachineSpec, broken: 'skip' | 'local') {
  const { machine, read } = watched({ cpus: 2, ...spec })
  const { PAGE_SIZE } = machine.arch
  const task = machine.spawn('task')
  const thread = task.clone({ vm: true })
  const other = machine.spawn('other')
  const its = other.mmap({ length: 2 * PAGE_SIZE })
  other.write(its)
  const at = task.mmap({ length: 8 * PAGE_SIZE })
  machine.cpu(0).run(task, () => task.write(at, { count: 8 }))
  machine.cpu(1).run(thread, () => thread.read(at, { count: 8 }))
  machine.break({ flush: broken })
  machine.cpu(0).run(task, () => task.madvise(at, 8 * PAGE_SIZE, 'DONTNEED'))
  machine.break({})
  machine.cpu(0).run(other, () => other.write(its + BigInt(PAGE_SIZE)))
  machine.cpu(1).run(thread, () => thread.read(at, { count: 8 }))
  return { machine, ...read() }
}

describe('the chain of a stale translation', () => {
  it.each([
    ['x86_64', 'local'],
    ['x86_64', 'skip'],
    ['arm64', 'local'],
    ['mips64', 'local'],
    ['s390', 'skip'],
  ] as const)('%s, flush: %s: learnt, unhooked, not flushed, freed, used again, used', (arch, broken) => {
    const { machine, trace, query } = misread({ arch }, broken)
    const events = corruptionEvents(trace)
    expect(events).toHaveLength(machine.corruptions.length)
    expect(events.length).toBe(8)
    for (const k of events) {
      const chain = query.corruption(k)
      const order = chain.map(({ event }) => event.k)
      expect(order).toEqual([...order].sort((a, b) => a - b))
      expect(chain[0].event.cpu).toBe(1)
    }
    const again = events.map((k) => query.corruption(k)).find((chain) => chain.length === 6)
    expect(again?.map(({ what, event }) => [what, event.name])).toEqual([
      ['learn', 'TLB_FILL'],
      ['unhook', 'ZAP_PTES'],
      ['missed', 'TLB_FLUSH_LOST'],
      ['free', 'mm_page_free'],
      ['reuse', 'mm_page_alloc'],
      ['use', 'CORRUPTION'],
    ])
  })

  it('of a lockless walk without grace period', () => {
    const { machine, read } = watched({ arch: 'arm64', cpus: 2 })
    const task = machine.spawn('task')
    const thread = task.clone({ vm: true })
    const at = task.mmap({ length: 4096 })
    task.write(at)
    const walker = machine.cpu(1).gupFast(thread, at)
    walker.to('pte')
    machine.break({ rcu: 'skip' })
    machine.cpu(0).run(task, () => task.munmap(at, 4096))
    walker.finish()
    const { trace, query } = read()
    const [k] = corruptionEvents(trace)
    expect(query.corruption(k).map(({ what, event }) => [what, event.name])).toEqual([
      ['learn', 'GUP_FAST'],
      ['unhook', 'set_pmd'],
      ['missed', 'RCU_DONE'],
      ['free', 'mm_page_free'],
      ['use', 'CORRUPTION'],
    ])
  })

  it('other events have none', () => {
    const { machine, read } = watched()
    machine.spawn('task')
    expect(read().query.corruption(3)).toEqual([])
  })
})
