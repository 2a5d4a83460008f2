import { scenario } from 'ptlab'

export default scenario({
  title: 'Who walks tables without a lock?',
  group: 'Tables',
  minutes: 8,
  about: `
    **\`get_user_pages_fast\` reads page tables with no lock at all. What keeps a table from being freed under it?**

    It turns interrupts off. That is enough, for two different reasons:

    - x86-64: a table is freed after a TLB flush, and the flush is an interrupt to every CPU that has the address space
      loaded. A walker with interrupts off does not take it, and munmap waits.
    - arm64 flushes by broadcast, which interrupts nobody. There munmap hands tables to RCU instead
      (\`MMU_GATHER_RCU_TABLE_FREE\`), and a CPU with interrupts off does not pass a quiescent state. The same goes for an
      x86-64 guest whose hypervisor flushes, and for riscv, where firmware does.

    A thread on CPU 1 begins a walk and is stopped in front of the last table. Meanwhile CPU 0 unmaps everything. After
    that, both are done again with the protection switched off.

    Look at
    - *Tables*: the table has left the tree, and its page is not free;
    - \`machine.waiting\` on x86-64, \`machine.rcu.pendingTables\` on arm64;
    - the last event of the broken run: the walker takes for an entry whatever the page holds by then.

    Try: let the walker go down one level more before the munmap.
  `,
  machines: [
    { arch: 'x86_64', cpus: 2 },
    { arch: 'arm64', cpus: 2 },
    { arch: 'x86_64', cpus: 2, features: { paravirt: true } },
  ],

  run({ machine, expect, log, skip }) {
    const { PAGE_SIZE } = machine.arch
    if (machine.cpus < 2) skip('two CPUs are needed')
    const task = machine.spawn('task')
    const thread = task.clone({ vm: true, name: 'thread' })

    const begin = () => {
      const at = task.mmap({ length: PAGE_SIZE })
      machine.cpu(0).run(task, () => task.write(at))
      try {
        const walker = machine.cpu(1).gupFast(thread, at)
        walker.to('pte')
        return { at, walker }
      } catch {
        return skip('the architecture has no GUP-fast')
      }
    }
    const unmap = (at: bigint) => machine.cpu(0).run(task, () => task.munmap(at, PAGE_SIZE))
    const tables = () => task.tables.count

    const { at, walker } = begin()
    const before = tables()
    unmap(at)
    const byRcu = machine.rcu.pendingTables > 0
    if (!byRcu && machine.waiting.length === 0 && tables() < before)
      skip(
        'another CPU is not interrupted here, nor is RCU asked: the walk is protected by nothing that is modelled',
      )
    log(byRcu ? 'RCU waits for CPU 1' : 'CPU 0 waits for CPU 1 to take its interrupt')
    expect(tables(), 'unmapped, but no table is free').toBe(before)
    if (byRcu) expect(() => machine.rcu.synchronize(), 'no grace period ends').toThrow()
    else expect(machine.waiting, 'munmap is not done').toEqual([{ cpu: 0, for: [1] }])

    expect(walker.finish(), 'the entry is empty: the slow path would go on').toBe('fallback')
    expect(tables(), 'now the tables are free').toBeLessThan(before)
    expect(machine.waiting).toEqual([])
    expect(machine.rcu.pendingTables).toBe(0)
    expect(machine.corruptions).toEqual([])

    const second = begin()
    // Some architectures interrupt and use RCU: both must go.
    machine.break(byRcu ? { rcu: 'skip' } : { flush: 'skip', rcu: 'skip' })
    const { tableFrame } = second.walker
    unmap(second.at)
    machine.break({})
    log('without protection the walker stands in frame', tableFrame, 'which is free')
    expect(second.walker.finish(), 'it reads what is not a table any more').toBe('corrupted')
    expect(machine.corruptions.map(({ via, frame }) => ({ via, frame }))).toEqual([
      { via: 'walker', frame: tableFrame },
    ])
  },
})
