/** What walkers remember of upper levels, and who makes them forget it. */
import { describe, expect, it } from 'vitest'
import { testMachine } from '../lab/testMachine.fixture.ts'
import { watched } from '../lab/watched.fixture.ts'
import { CTX, FIELDS, KIND, OBJ } from '../trace/schema.ts'

const PAGE = 4096
const PMD = 512 * PAGE

/** A page used by CPU 1 in a pte table of its own; the process is on CPU 0 afterwards. */
function usedByCpu1(arch: string) {
  const machine = testMachine({ arch, cpus: 2 })
  const task = machine.spawn('t')
  const thread = task.clone({ vm: true })
  const at = task.mmap({ length: PMD, addr: 0x4000_0000, fixed: true })
  machine.cpu(1).run(thread, () => thread.write(at, { count: 2 }))
  return {
    machine,
    task,
    at,
    known: () => machine.cpu(1).tlb.upper.filter(({ level }) => level === 'pte').length,
  }
}

describe('walk caches', () => {
  it('are used on a TLB miss, and only one entry for a whole table is made', () => {
    const { machine, task, at } = usedByCpu1('x86_64')
    machine.cpu(0).run(task, () => task.read(at, { count: 40 }))
    expect(machine.cpu(0).tlb.upper.map(({ level }) => level)).toEqual(['pte'])
    expect(machine.cpu(0).tlb.upper[0].frame).toBe(task.walk(at).at(-1)!.tableFrame)
  })

  it('x86: INVLPG takes all of them, for one page that goes', () => {
    const { machine, task, at, known } = usedByCpu1('x86_64')
    expect(known()).toBe(1)
    machine.cpu(0).run(task, () => task.madvise(at, PAGE, 'DONTNEED'))
    expect(known()).toBe(0)
  })

  it('arm64: last-level invalidation leaves them; when the table goes, so do they', () => {
    const { machine, task, at, known } = usedByCpu1('arm64')
    machine.cpu(0).run(task, () => task.madvise(at, PAGE, 'DONTNEED'))
    expect([known(), machine.cpu(1).tlb.lookup(at)]).toEqual([1, null])
    machine.cpu(0).run(task, () => task.munmap(at, PMD))
    expect(known()).toBe(0)
  })

  it('riscv: fences by address leave them; a freed table costs the whole address space', () => {
    const { machine, task, at, known } = usedByCpu1('riscv64')
    machine.cpu(0).run(task, () => task.madvise(at, PAGE, 'DONTNEED'))
    expect(known()).toBe(1)
    machine.cpu(0).run(task, () => task.munmap(at, PMD))
    expect(known()).toBe(0)
  })

  it('x86: a lazy CPU keeps what it knows of tables until one of them is freed', () => {
    const { machine, task, at, known } = usedByCpu1('x86_64')
    machine.cpu(1).idle()
    machine.cpu(0).run(task, () => task.madvise(at, PAGE, 'DONTNEED'))
    expect([known(), machine.cpu(1).lazy]).toEqual([1, true])
    machine.cpu(0).run(task, () => task.munmap(at, PMD))
    expect(machine.cpu(1).lazy).toBe(false)
  })

  it('a moved table is not found at its old place', () => {
    for (const arch of ['x86_64', 'arm64', 'riscv64']) {
      const { machine, task, at } = usedByCpu1(arch)
      const to = machine
        .cpu(0)
        .run(task, () => task.mremap(at, PMD, PMD, { mayMove: true, fixed: at + BigInt(8 * PMD) }))
      const [thread] = machine.processes.slice(-1)
      expect(() => machine.cpu(1).run(thread, () => thread.read(at))).toThrow(/SIGSEGV/)
      machine.cpu(1).run(thread, () => thread.read(to))
      expect(machine.dmesg).toEqual([])
    }
  })
})

describe('without shootdowns', () => {
  it('a walk that begins at a freed table is told as such', () => {
    const { machine, task, at } = usedByCpu1('x86_64')
    machine.break({ flush: 'local' })
    machine.cpu(0).run(task, () => task.munmap(at, PMD))
    const again = task.mmap({ length: PMD, addr: at, fixed: true })
    const thread = machine.processes.at(-1)!
    machine.cpu(1).run(thread, () => thread.read(again + BigInt(5 * PAGE)))
    expect(machine.corruptions.map(({ via, cpu }) => [via, cpu])).toContainEqual(['walkCache', 1])
  })
})

describe('large machines', () => {
  it('256 CPUs: mm_cpumask is as wide, in the machine and in the trace', () => {
    const { machine, read } = watched({ arch: 'riscv64', cpus: 256 })
    const task = machine.spawn('t')
    for (const cpu of [31, 32, 63, 64, 200, 255]) machine.cpu(cpu).run(task)
    const masks = [1n | (1n << 31n) | (1n << 32n) | (1n << 63n), 1n, 0n, (1n << 8n) | (1n << 63n)]
    const names = ['cpumask', 'cpumask[1]', 'cpumask[2]', 'cpumask[3]']
    expect(names.map((name) => task.mm.field(name))).toEqual(masks)
    const { replica, trace } = read()
    const { objects } = replica.at(trace.length - 1)
    const told = names.map((name) => {
      const field = (FIELDS.mm as readonly string[]).indexOf(name)
      return (BigInt(objects.hi(OBJ.mm, 1, field)) << 32n) | BigInt(objects.lo(OBJ.mm, 1, field))
    })
    expect(told).toEqual(masks)
  })
})

describe('contexts of execution', () => {
  it('are in the events: interrupts of a shootdown, kernel threads, what a scenario says', () => {
    const { machine, read } = watched({ cpus: 2 })
    const task = machine.spawn('t')
    const thread = task.clone({ vm: true })
    const at = task.mmap({ length: PAGE })
    machine.cpu(1).run(thread, () => thread.write(at))
    machine.cpu(0).run(task, () => task.munmap(at, PAGE))
    machine.cpu(1).inContext('softirq', () => machine.cpu(1).run(thread, () => thread.brk()))
    machine.cpu(1).run(machine.kthread('k'), () => machine.cpu(1).idle())
    const { trace } = read()
    const seen = new Map<number, Set<number>>()
    for (let k = 0; k < trace.length; k++) {
      const kinds = seen.get(trace.ctx(k)) ?? new Set()
      seen.set(trace.ctx(k), kinds.add(trace.kind(k)))
    }
    expect(seen.get(CTX.irq)).toContain(KIND.TLB_FLUSH)
    expect(seen.get(CTX.softirq)).toContain(KIND.SYS_EXIT)
    expect(seen.get(CTX.kthread)).toContain(KIND.SCHED_SWITCH)
    expect(seen.get(CTX.task)).toContain(KIND.TLB_IPI)
  })
})
