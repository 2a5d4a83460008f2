import { describe, expect, it } from 'vitest'
import type { MachineSpec } from '../lab/api.ts'
import { bench } from '../lab/kernel.fixture.ts'
import { GupFast } from './gupFast.ts'

/** A walker on CPU 1 over a page that CPU 0 can unmap. */
function held(spec: MachineSpec) {
  const b = bench({ cpus: 2, ...spec })
  const { PAGE_SIZE } = b.machine.arch
  const task = b.machine.spawn('task')
  const at = task.mmap({ length: 8 * PAGE_SIZE })
  task.write(at, { value: 42 })
  const thread = task.clone({ vm: true })
  const vpn = Number(at / BigInt(PAGE_SIZE))
  const walker = new GupFast(b.kernel, b.kernel.cpus[1], b.kernelProcess(thread), vpn, false)
  /** Down to the pte table, whose entry is still unread. */
  const descend = (): void => {
    while (walker.depth < b.kernel.pt.last) walker.step()
  }
  const unmap = (): void => b.machine.cpu(0).run(task, () => task.munmap(at, 8 * PAGE_SIZE))
  return { b, task, at, walker, descend, unmap }
}

describe('GUP-fast', () => {
  it('takes a reference to the page', () => {
    const { b, task, at, walker } = held({ arch: 'x86_64' })
    const frame = task.frame(at)!
    const before = b.kernel.memory.frames.refcount[frame]
    walker.finish()
    expect([walker.state, walker.frame]).toEqual(['done', frame])
    expect(b.kernel.memory.frames.refcount[frame]).toBe(before + 1)
    walker.put()
    expect(b.kernel.memory.frames.refcount[frame]).toBe(before)
  })

  it('gives up at an empty entry', () => {
    const { b, task, walker } = held({ arch: 'arm64' })
    walker.finish()
    const far = task.mmap({ length: 4096 })
    const other = new GupFast(b.kernel, b.kernel.cpus[1], b.kernelProcess(task), Number(far / 4096n), false)
    other.finish()
    expect(other.state).toBe('fallback')
  })

  it('x86: the table is not free before the interrupt is taken', () => {
    const { b, walker, descend, unmap } = held({ arch: 'x86_64' })
    descend()
    const table = walker.table
    unmap()
    expect(b.kernel.parked.waiting).toBe(1)
    expect(b.kernel.parked.waitedFor(b.kernel.cpus[0])).toEqual([1])
    expect(b.kernel.memory.tables.serial[table]).not.toBe(0)
    walker.finish()
    expect(walker.state).toBe('fallback')
    expect(b.kernel.parked.waiting).toBe(0)
    expect(b.kernel.memory.tables.serial[table]).toBe(0)
    expect(b.kernel.corruptions).toEqual([])
  })

  it.each(['arm64', 'riscv64', 's390', 'ppc64', 'sparc64-sun4u', 'arm-lpae'])(
    '%s: the table waits for a grace period, which waits for the walker',
    (arch) => {
      const { b, walker, descend, unmap } = held({ arch })
      descend()
      const table = walker.table
      unmap()
      expect(b.kernel.memory.tables.serial[table]).not.toBe(0)
      walker.finish()
      expect(walker.state).toBe('fallback')
      expect(b.kernel.memory.tables.serial[table]).toBe(0)
      expect(b.kernel.rcu.pendingTables).toBe(0)
      expect(b.kernel.corruptions).toEqual([])
    },
  )

  it.each([
    ['x86_64', 'flush'],
    ['arm64', 'rcu'],
    ['s390', 'rcu'],
  ] as const)(
    '%s with the %s step left out: the walker reads what is not a table any more',
    (arch, broken) => {
      const { b, walker, descend, unmap } = held({ arch })
      if (broken === 'flush') b.kernel.flush.broken = 'skip'
      else b.kernel.rcu.broken = true
      descend()
      unmap()
      walker.finish()
      expect(walker.state).toBe('corrupted')
      expect(b.kernel.corruptions.map(({ via, cpu }) => [via, cpu])).toEqual([['walker', 1]])
      expect(b.machine.dmesg.join()).toMatch(
        /^BUG: CPU 1 uses 0x[0-9a-f]+ in a lockless walk of a freed table/,
      )
    },
  )
})

describe('grace periods', () => {
  it('held back, they end by synchronize alone', () => {
    const b = bench({ arch: 'arm64' })
    const task = b.machine.spawn('task')
    const at = task.mmap({ length: 4096 })
    task.write(at)
    b.kernel.rcu.held = true
    const tables = b.machine.vmstat.nr_page_table_pages
    task.munmap(at, 4096)
    expect(b.kernel.rcu.pendingTables).toBe(3)
    expect(b.machine.vmstat.nr_page_table_pages).toBe(tables)
    expect([...b.kernel.rcu.synchronize()]).toEqual([])
    expect(b.kernel.rcu.pendingTables).toBe(0)
    expect(b.machine.vmstat.nr_page_table_pages).toBe(tables - 3)
  })

  it('an mm may be gone before its tables are', () => {
    const b = bench({ arch: 'arm64' })
    const free = b.machine.freePages
    b.kernel.rcu.held = true
    const task = b.machine.spawn('task')
    task.write(task.mmap({ length: 4096 }))
    task.exit()
    b.kernel.rcu.synchronize()
    expect(b.machine.freePages).toBe(free)
    expect(b.machine.dmesg).toEqual([])
  })
})

describe('a page used through a stale translation', () => {
  it.each(['x86_64', 'arm64', 'riscv64', 's390', 'mips64', 'ppc64', 'sparc64-sun4u'])(
    '%s: seen as data of somebody else, and said',
    (arch) => {
      const b = bench({ arch, cpus: 2 })
      const { PAGE_SIZE } = b.machine.arch
      const task = b.machine.spawn('task')
      const at = task.mmap({ length: PAGE_SIZE })
      task.write(at, { value: 1 })
      // Its tables are there already: the next page it needs is the one that is freed.
      const other = b.machine.spawn('other')
      const its = other.mmap({ length: 2 * PAGE_SIZE })
      other.write(its)
      const thread = task.clone({ vm: true })
      b.machine.cpu(1).run(thread, () => thread.read(at))
      b.kernel.flush.broken = 'local'
      b.machine.cpu(0).run(task, () => task.madvise(at, PAGE_SIZE, 'DONTNEED'))
      b.kernel.flush.broken = 'none'
      const next = its + BigInt(PAGE_SIZE)
      b.machine.cpu(0).run(other, () => other.write(next, { value: 0xc0ffee }))
      expect(b.machine.cpu(1).run(thread, () => thread.read(at))).toBe(0xc0ffeen)
      expect(b.kernel.corruptions.map(({ via, cpu }) => [via, cpu])).toEqual([['tlb', 1]])
      b.machine.cpu(1).run(thread, () => thread.read(at))
      expect(b.kernel.corruptions).toHaveLength(1)
    },
  )
})
