import { describe, expect, it } from 'vitest'
import { testMachine } from './testMachine.fixture.ts'

const PAGE = 4096

/** CPU 1 in the middle of a lockless walk over a page that CPU 0 has just unmapped. */
function waiting(arch = 'x86_64', cpus = 3) {
  const machine = testMachine({ arch, cpus })
  const task = machine.spawn('task')
  const thread = task.clone({ vm: true, name: 'thread' })
  const at = task.mmap({ length: PAGE })
  task.write(at)
  const walker = machine.cpu(1).gupFast(thread, at)
  machine.cpu(0).run(task, () => task.munmap(at, PAGE))
  return { machine, task, thread, walker }
}

describe('a CPU that waits', () => {
  it('runs nothing before the interrupt is taken', () => {
    const { machine, task, walker } = waiting()
    expect(machine.waiting).toEqual([{ cpu: 0, for: [1] }])
    expect(() => task.mmap({ length: PAGE })).toThrow(/CPU 0 waits for CPU 1 to take a TLB-flush interrupt/)
    expect(() => machine.cpu(0).run(machine.spawn('other'), () => {})).toThrow(/CPU 0 waits/)
    walker.finish()
    expect(machine.waiting).toEqual([])
    expect(task.mmap({ length: PAGE })).toBeGreaterThan(0n)
  })

  it('is not the one with interrupts off: that one runs nothing either', () => {
    const { machine, thread, walker } = waiting()
    expect(() => machine.cpu(1).run(thread, () => thread.mmap({ length: PAGE }))).toThrow(
      /CPU 1 has interrupts off/,
    )
    walker.finish()
    machine.cpu(1).run(thread, () => thread.mmap({ length: PAGE }))
  })

  it('irqsOff: what is sent meanwhile is handled at the end', () => {
    const machine = testMachine({ arch: 'x86_64', cpus: 2 })
    const task = machine.spawn('task')
    const thread = task.clone({ vm: true, name: 'thread' })
    const at = task.mmap({ length: PAGE })
    machine.cpu(0).run(task, () => task.write(at))
    machine.cpu(1).run(thread, () => thread.read(at))
    const free = machine.freePages
    machine.cpu(1).irqsOff(() => {
      machine.cpu(0).run(task, () => task.madvise(at, PAGE, 'DONTNEED'))
      expect(machine.cpu(1).tlb.lookup(at)).not.toBeNull()
      expect(machine.freePages).toBe(free)
    })
    expect(machine.cpu(1).tlb.lookup(at)).toBeNull()
    expect(machine.freePages).toBe(free + 1)
  })
})

describe('breakage', () => {
  it('is named exactly', () => {
    const machine = testMachine()
    const wrong = { flush: 'never' } as unknown as { flush: 'skip' }
    expect(() => machine.break(wrong)).toThrow(/give flush: 'skip' or 'local'/)
  })

  it('of a flush shows in a walk that begins at a freed table', () => {
    const machine = testMachine({ arch: 'x86_64', cpus: 2 })
    const task = machine.spawn('task')
    const thread = task.clone({ vm: true, name: 'thread' })
    const at = task.mmap({ length: 8 * PAGE })
    machine.cpu(0).run(task, () => task.write(at))
    machine.cpu(1).run(thread, () => thread.read(at))
    machine.break({ flush: 'local' })
    machine.cpu(0).run(task, () => task.munmap(at, 8 * PAGE))
    machine.break({})
    const next = at + BigInt(PAGE)
    expect(() => machine.cpu(1).run(thread, () => thread.read(next))).toThrow(/SIGSEGV/)
    expect(machine.corruptions.map(({ via, cpu, address }) => [via, cpu, address])).toEqual([
      ['walkCache', 1, next],
    ])
  })

  it('a grace period that a walker holds up does not end by waiting for it', () => {
    const { machine, walker } = waiting('arm64', 2)
    expect(machine.rcu.readers).toEqual([1])
    expect(() => machine.rcu.synchronize()).toThrow(/CPU 1 walks tables with interrupts off/)
    walker.finish()
    expect(machine.rcu.pendingTables).toBe(0)
  })

  it('gupFast at once: a frame, or null', () => {
    const machine = testMachine({ arch: 'riscv64' })
    const task = machine.spawn('task')
    const at = task.mmap({ length: 2 * PAGE })
    task.write(at)
    expect(task.gupFast(at)).toBe(task.frame(at))
    expect(task.gupFast(at + BigInt(PAGE))).toBeNull()
    expect(() => testMachine({ arch: 'alpha' }).spawn('t').gupFast(0)).toThrow(/has none/)
  })
})
