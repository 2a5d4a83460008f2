/** Address-space tags: DIGEST G.8 and the rows of G.11 that are about them. */
import { describe, expect, it } from 'vitest'
import { tracedMachine } from '../../lab/testMachine.fixture.ts'
import type { Machine, MachineSpec, Process } from '../../lab/api.ts'

const PAGE = 4096

function count(events: string[], name: string): number {
  return events.filter((event) => event === name || event.startsWith(`${name} `)).length
}

/** Runs each process in turn on CPU 0, `rounds` times. */
function roundRobin(machine: Machine, tasks: readonly Process[], rounds: number): void {
  for (let round = 0; round < rounds; round++) for (const task of tasks) machine.cpu(0).run(task)
}

function tasksOn(spec: MachineSpec, n: number) {
  const { machine, events } = tracedMachine(spec)
  const tasks = Array.from({ length: n }, (_, i) => machine.spawn(`t${i}`))
  roundRobin(machine, tasks, 2)
  events()
  return { machine, events, tasks }
}

describe('x86 PCID slots', () => {
  it('G-E3: six address spaces in turn never flush, seven flush at every switch', () => {
    const six = tasksOn({ arch: 'x86_64' }, 6)
    roundRobin(six.machine, six.tasks, 5)
    const quiet = six.events()
    expect([count(quiet, 'SCHED_SWITCH'), count(quiet, 'CR3_WRITE'), count(quiet, 'TLB_FLUSH')]).toEqual([
      30, 30, 0,
    ])
    const seven = tasksOn({ arch: 'x86_64' }, 7)
    roundRobin(seven.machine, seven.tasks, 5)
    expect(count(seven.events(), 'TLB_FLUSH tag')).toBe(35)
  })

  it('G-E4: without PCID every switch to another address space flushes', () => {
    const { machine, events, tasks } = tasksOn({ arch: 'x86_64', features: { pcid: false } }, 2)
    roundRobin(machine, tasks, 10)
    expect(count(events(), 'TLB_FLUSH')).toBe(20)
    expect(machine.cpu(0).asid).toBe(0)
    const [one] = tasks
    const thread = one.clone({ vm: true })
    machine.cpu(0).run(one)
    events()
    machine.cpu(0).run(thread)
    expect(count(events(), 'TLB_FLUSH')).toBe(0)
  })

  it('what was flushed while an address space was away costs a flush when it is back', () => {
    const { machine, events, tasks } = tasksOn({ arch: 'x86_64', cpus: 2 }, 2)
    const [one, two] = tasks
    const thread = one.clone({ vm: true })
    const at = one.mmap({ length: PAGE })
    machine.cpu(0).run(one, () => one.write(at))
    machine.cpu(0).run(two)
    machine.cpu(1).run(thread, () => thread.madvise(at, PAGE, 'DONTNEED'))
    events()
    machine.cpu(0).run(one)
    expect(count(events(), 'TLB_FLUSH tag')).toBe(1)
  })

  it('page-table isolation: user code runs under a number of its own', () => {
    const { machine, tasks } = tasksOn({ arch: 'x86_64', features: { pti: true } }, 1)
    machine.cpu(0).run(tasks[0])
    expect(machine.cpu(0).asid).toBe(2049)
  })
})

describe('lazy TLB', () => {
  it('G-E6: an idle CPU that missed a flush makes up for it when it is back on the same mm', () => {
    const { machine, events } = tracedMachine({ arch: 'x86_64', cpus: 2 })
    const task = machine.spawn('t')
    const thread = task.clone({ vm: true })
    const at = task.mmap({ length: 2 * PAGE })
    machine.cpu(1).run(thread, () => thread.write(at, { count: 2 }))
    machine.cpu(1).idle()
    machine.cpu(0).run(task, () => task.write(at + BigInt(PAGE)))
    events()
    machine.cpu(1).run(thread)
    expect(count(events(), 'TLB_FLUSH')).toBe(0)
    machine.cpu(1).idle()
    expect([machine.cpu(1).lazy, machine.cpu(1).mm, task.mm.mm_count]).toEqual([true, null, 2])
    events()
    machine.cpu(0).run(task, () => task.madvise(at, PAGE, 'DONTNEED'))
    const flushed = events()
    expect([count(flushed, 'TLB_IPI'), count(flushed, 'TLB_FLUSH_SKIP_LAZY')]).toEqual([0, 1])
    machine.cpu(1).run(thread)
    expect(count(events(), 'TLB_FLUSH tag')).toBe(1)
    expect([machine.cpu(1).lazy, task.mm.mm_count]).toEqual([false, 1])
  })

  it('a borrowed mm outlives its process until the borrower runs another', () => {
    const machine = tracedMachine({ arch: 'arm64', cpus: 2 }).machine
    const other = machine.spawn('other')
    const free = machine.freePages
    const task = machine.spawn('t')
    task.mmap({ length: PAGE })
    machine.cpu(1).run(task)
    machine.cpu(1).run(machine.kthread('kworker/1:0'))
    const { activeMm, kthread } = machine.cpu(1)
    // CPU 0, where it began, has gone idle on it too.
    expect([activeMm?.mm_count, kthread?.name]).toEqual([3, 'kworker/1:0'])
    machine.cpu(0).run(task, () => task.exit())
    expect([machine.cpu(1).activeMm?.mm_users, machine.cpu(1).activeMm?.mm_count]).toEqual([0, 1])
    expect(machine.freePages).toBeLessThan(free)
    machine.cpu(1).run(other)
    expect(machine.freePages).toBe(free)
  })

  it('powerpc64 does not count borrowers: they are interrupted at the end', () => {
    const { machine, events } = tracedMachine({ arch: 'ppc64', cpus: 2 })
    const free = machine.freePages
    const task = machine.spawn('t')
    machine.cpu(1).run(task)
    machine.cpu(1).idle()
    expect([task.mm.mm_count, machine.cpu(1).activeMm?.mm_count]).toEqual([1, 1])
    machine.cpu(0).run(task)
    events()
    task.exit()
    expect(count(events(), 'TLB_IPI')).toBeGreaterThanOrEqual(1)
    expect([machine.cpu(1).activeMm, machine.freePages]).toEqual([null, free])
    const old = tracedMachine({ arch: 'ppc64', kernel: '6.1', cpus: 2 }).machine
    const counted = old.spawn('t')
    old.cpu(1).run(counted)
    old.cpu(1).idle()
    expect(counted.mm.mm_count).toBe(3)
  })

  it('a process that moves leaves its old CPU idle on its address space', () => {
    const { machine, events } = tracedMachine({ cpus: 2 })
    const task = machine.spawn('t')
    events()
    machine.cpu(1).run(task)
    expect([machine.cpu(0).current, machine.cpu(0).lazy, machine.cpu(1).current?.pid]).toEqual([
      null,
      true,
      task.pid,
    ])
    expect([count(events(), 'LAZY_ENTER'), task.mm.field('cpumask')]).toEqual([1, 3n])
  })
})

describe('ASIDs with generations', () => {
  it('G-E8: 65,535 address spaces fit; one more begins a generation, and every CPU flushes once', () => {
    const { machine, events } = tracedMachine({ arch: 'arm64', cpus: 4 })
    const stay = machine.spawn('stays')
    machine.cpu(3).run(stay)
    const kept = machine.cpu(3).asid
    for (let i = 1; i < 65535; i++)
      machine.cpu(0).run(machine.spawn('t'), () => machine.cpu(0).current!.exit())
    const full = events()
    expect([count(full, 'ASID_ALLOC'), count(full, 'ASID_ROLLOVER'), count(full, 'TLB_FLUSH all')]).toEqual([
      65535, 0, 0,
    ])
    const more = machine.spawn('more')
    machine.cpu(1).run(more)
    const at = events()
    expect([count(at, 'ASID_ROLLOVER'), stay.mm.field('context.id') >> 16n]).toEqual([1, 1n])
    expect(at.filter((event) => event === 'TLB_FLUSH all')).toHaveLength(2)
    machine.cpu(2).run(more)
    machine.cpu(3).idle()
    machine.cpu(3).run(machine.spawn('next'))
    machine.cpu(3).run(stay)
    expect(machine.cpu(3).asid).toBe(kept)
    expect(stay.mm.field('context.id') >> 16n).toBe(2n)
    const after = events()
    expect([count(after, 'ASID_ROLLOVER'), count(after, 'TLB_FLUSH all')]).toEqual([0, 2])
  }, 60_000)

  it('kpti: half as many, all even; user code runs under the odd one above', () => {
    const { machine, events } = tracedMachine({
      arch: 'arm64',
      features: { kpti: true },
      tlb: { asidBits: 4 },
    })
    const tags = Array.from({ length: 7 }, () => {
      machine.spawn('t')
      return machine.cpu(0).asid
    })
    expect(tags).toEqual([3, 5, 7, 9, 11, 13, 15])
    events()
    machine.spawn('t')
    expect(count(events(), 'ASID_ROLLOVER')).toBe(1)
  })

  it('riscv without ASIDs flushes at each switch', () => {
    const { machine, events, tasks } = tasksOn({ arch: 'riscv64', tlb: { asidBits: 0 } }, 2)
    roundRobin(machine, tasks, 3)
    expect(count(events(), 'TLB_FLUSH')).toBe(6)
  })
})

describe('other schemes', () => {
  it('mips: each CPU counts for itself and begins anew with a flush of its own', () => {
    const { machine, events } = tracedMachine({ arch: 'mips64-4k', cpus: 2, tlb: { asidBits: 4 } })
    const tasks = Array.from({ length: 16 }, (_, i) => machine.spawn(`t${i}`))
    machine.cpu(1).run(tasks[0])
    expect(machine.cpu(1).asid).toBe(1)
    const done = events()
    expect([count(done, 'ASID_ALLOC'), count(done, 'ASID_ROLLOVER'), count(done, 'TLB_FLUSH all')]).toEqual([
      17, 1, 1,
    ])
  })

  it('8xx: sixteen contexts; the seventeenth is taken from somebody', () => {
    const { machine, events, tasks } = tasksOn({ arch: 'ppc-8xx-4k' }, 16)
    roundRobin(machine, tasks, 2)
    expect(count(events(), 'ASID_ALLOC')).toBe(0)
    machine.spawn('more')
    const stolen = events()
    expect([count(stolen, 'ASID_ALLOC'), count(stolen, 'TLB_FLUSH tag')]).toEqual([1, 1])
    expect(tasks.filter((task) => task.mm.field('context.id') === 0n)).toHaveLength(1)
  })

  it('powerpc radix: a number for life; s390: the top table is the tag; openrisc: none', () => {
    const radix = tasksOn({ arch: 'ppc64' }, 3)
    roundRobin(radix.machine, radix.tasks, 3)
    expect(count(radix.events(), 'TLB_FLUSH')).toBe(0)
    expect(radix.tasks.map((task) => task.mm.field('context.id'))).toEqual([1n, 2n, 3n])
    const s390 = tasksOn({ arch: 's390' }, 3)
    const tags = s390.tasks.map((task) => {
      s390.machine.cpu(0).run(task)
      return s390.machine.cpu(0).asid
    })
    expect(new Set(tags).size).toBe(3)
    expect(count(s390.events(), 'TLB_FLUSH')).toBe(0)
    const none = tasksOn({ arch: 'openrisc' }, 2)
    roundRobin(none.machine, none.tasks, 2)
    expect(count(none.events(), 'TLB_FLUSH')).toBe(4)
  })

  it('s390: an address space that gains a level leaves no translation by its old top table in any TLB', () => {
    const { machine, events } = tracedMachine({ arch: 's390', cpus: 3 })
    const task = machine.spawn('t')
    const thread = task.clone({ vm: true })
    const at = task.mmap({ length: 16 * PAGE })
    machine.cpu(1).run(thread, () => thread.write(at, { count: 16 }))
    machine.cpu(1).run(machine.spawn('other'))
    machine.cpu(0).run(task, () => task.write(at, { count: 16 }))
    expect(machine.cpu(1).tlb.entries).toHaveLength(16)
    events()
    task.mmap({ length: PAGE, addr: 0x400_0000_0000n, fixed: true })
    const grown = events()
    expect([count(grown, 'CR3_WRITE'), count(grown, 'TLB_IPI'), count(grown, 'TLB_FLUSH all')]).toEqual([
      1, 2, 3,
    ])
    task.exit()
    thread.exit()
    // The old top table is free: its frame, and with it the tag, may be another's.
    for (let i = 0; i < 4; i++) {
      const next = machine.spawn(`next${i}`)
      next.mmap({ length: 16 * PAGE, addr: at, fixed: true })
      machine.cpu(1).run(next, () => next.read(at, { count: 16 }))
    }
    expect(machine.dmesg).toEqual([])
  })

  it('sparc64 flushes a context where it has not been, and only that', () => {
    const { machine, events } = tracedMachine({ arch: 'sparc64', cpus: 2 })
    const task = machine.spawn('t')
    expect(count(events(), 'TLB_FLUSH tag')).toBe(1)
    machine.cpu(1).run(task)
    expect(count(events(), 'TLB_FLUSH tag')).toBe(1)
    machine.cpu(0).run(task)
    expect(count(events(), 'TLB_FLUSH tag')).toBe(0)
  })
})

describe('TLBs', () => {
  it('software-loaded ones say when the kernel fills them', () => {
    const { machine, events } = tracedMachine({ arch: 'mips64-4k' })
    const task = machine.spawn('t')
    const at = task.mmap({ length: 4 * PAGE })
    task.write(at)
    events()
    task.read(at)
    expect(count(events(), 'TLB_REFILL')).toBe(0)
    task.read(at + BigInt(PAGE))
    expect(count(events(), 'TLB_REFILL')).toBeGreaterThanOrEqual(1)
  })

  it('riscv may keep that there was no entry: another CPU faults for nothing, once', () => {
    const { machine, events } = tracedMachine({ arch: 'riscv64', cpus: 2, tlb: { keepsInvalid: true } })
    const task = machine.spawn('t')
    const thread = task.clone({ vm: true })
    const at = task.mmap({ length: PAGE, prot: 'none' })
    machine.cpu(1).run(thread)
    expect(() => thread.read(at)).toThrow()
    machine.cpu(0).run(task, () => {
      task.mprotect(at, PAGE, 'rw')
      task.write(at)
    })
    events()
    thread.read(at)
    const first = events()
    expect(count(first, 'FAULT_DONE')).toBe(1)
    thread.read(at)
    expect(count(events(), 'FAULT_DONE')).toBe(0)
  })

  it('takes capacity and ways from the machine, and says what cannot be', () => {
    const make = (tlb: MachineSpec['tlb']) => () => tracedMachine({ tlb: tlb! }).machine.cpu(0).tlb.size
    expect(make({ entries: 64, ways: 4, hugeEntries: 0 })()).toBe(64)
    expect(make({ entries: 60, ways: 4 })).toThrow(/power of two/)
    expect(make({ asidBits: 3 })).toThrow(/give 4 to 16/)
  })
})
