import { scenario } from 'ptlab'

export default scenario({
  title: 'Lazy TLB after fork',
  group: 'TLB',
  minutes: 8,
  about: `
    **A CPU that runs nobody still has somebody's page tables. Who must tell it what?**

    A kernel thread, or the idle task, has no address space. Switching tables for it would be wasted work, so the CPU keeps
    the last one and *borrows* it: \`active_mm\` stays, \`mm\` is null, and \`mm_count\` goes up so that the top table cannot
    disappear underneath. User translations may stay in its TLB; nobody can use them there.

    Then another CPU changes the address space. Must the lazy one be interrupted?
    - x86: not for pages that go away. It catches up by \`context.tlb_gen\` when it runs the process again. But before page
      *tables* are freed it must be: its walker may still know them. It leaves for \`init_mm\` then. fork's flush
      counts as such, too: it interrupts every lazy CPU of the parent.
    - arm64: the invalidation is broadcast by the hardware; nobody is interrupted, lazy or not.
    - powerpc64: borrowers are not counted; at the end of the address space they are interrupted instead.

    Look at
    - *CPUs*: CPU 1 is lazy, its entries stay; *Events*: \`LAZY_ENTER\`, \`TLB_FLUSH_SKIP_LAZY\`, \`TLB_IPI\`, \`LAZY_EXIT\`;
    - \`mm_count\`: 1 for all users together, 1 more for each borrower;
    - the top table of a dead process, which stays until the last borrower has gone on to a process of its own.

    Try: munmap instead of \`MADV_DONTNEED\`. Two pages in the same PMD range, then the whole range. When is CPU 1 told?
  `,
  machines: [
    { arch: 'x86_64', cpus: 2 },
    { arch: 'arm64', cpus: 2 },
    { arch: 'ppc64', cpus: 2 },
  ],

  run({ machine, expect, log, skip }) {
    const { PAGE_SIZE, id } = machine.arch
    const cpu = machine.cpu(1)
    const shell = machine.spawn('shell')
    const free = machine.freePages
    const task = machine.spawn('server')
    const thread = task.clone({ vm: true, name: 'worker' })
    const at = task.mmap({ length: 4 * PAGE_SIZE })

    cpu.run(thread, () => thread.write(at, { count: 4, value: 7 }))
    expect([cpu.lazy, cpu.current?.name]).toEqual([false, 'worker'])
    const alone = task.mm.mm_count

    cpu.run(machine.kthread('kworker/1:0'))
    expect(cpu.mm, 'a kernel thread has no address space').toBeNull()
    expect(cpu.activeMm?.mm_users, 'it borrows the one that is there').toBe(task.mm.mm_users)
    expect(cpu.lazy).toBe(true)
    const counted = task.mm.mm_count - alone
    log(counted === 1 ? 'the borrower is counted in mm_count' : 'the borrower is not counted')

    const interrupts = machine.vmstat.nr_tlb_remote_flush_received
    machine.cpu(0).run(task, () => task.madvise(at, 2 * PAGE_SIZE, 'DONTNEED'))
    if (id.startsWith('x86')) {
      expect(machine.vmstat.nr_tlb_remote_flush_received, 'pages only: the lazy CPU is not interrupted').toBe(
        interrupts,
      )
      expect(cpu.tlb.entries.length, 'and keeps what it cannot use').toBeGreaterThan(0)
      machine.cpu(0).run(task, () => void task.fork('child').exit())
      expect(
        machine.vmstat.nr_tlb_remote_flush_received,
        'fork flushes as if tables were freed: now it is',
      ).toBe(interrupts + 1)
      expect([cpu.lazy, cpu.kthread?.name], 'it left for init_mm and does what it did').toEqual([
        false,
        'kworker/1:0',
      ])
      expect(cpu.activeMm, 'but holds its reference still').not.toBeNull()
    } else {
      if (cpu.tlb.lookup(at) !== null)
        skip('Linux for this architecture runs on one CPU: nobody tells a second one')
      machine.cpu(0).run(task, () => void task.fork('child').exit())
    }

    cpu.run(thread)
    expect(thread.read(at), 'back in the process, the page that went is empty').toBe(0n)
    expect(thread.read(at + BigInt(3 * PAGE_SIZE)), 'and the other one is as it was').toBe(7n)

    cpu.idle()
    machine.cpu(0).run(task)
    thread.exit()
    task.exit()
    if (counted === 1) {
      expect(machine.freePages, 'the borrower keeps the top table').toBeLessThan(free)
      for (const other of [0, 1]) machine.cpu(other).run(shell)
    }
    expect(machine.freePages, 'nobody borrows it any more').toBe(free)
    expect(machine.dmesg).toEqual([])
  },
})
