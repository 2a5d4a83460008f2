import { scenario } from 'ptlab'

export default scenario({
  title: 'One munmap, seen from four CPUs',
  group: 'TLB',
  minutes: 8,
  about: `
    **CPU 0 unmaps a page. Who has to stop working for it?**

    - CPU 0 calls munmap.
    - CPU 1 runs another thread of the same process.
    - CPU 2 ran a thread too, but is idle now. It still has the address space loaded (lazy TLB).
    - CPU 3 ran a thread as well, and has gone on to another process.

    x86-64 has no instruction that reaches another CPU's TLB, so it interrupts. It is stingy about it: CPU 3 has left
    \`mm_cpumask\`, and idle CPU 2 is skipped, for it will compare generations before it uses user addresses again.
    Only when *page tables* are freed is CPU 2 interrupted too: it could walk them speculatively.

    arm64 broadcasts: one \`TLBI\` makes the hardware of all four CPUs drop the translation. Nobody is interrupted, nobody
    is spared, and no CPU can keep a stale entry.

    Look at
    - *Shootdowns*: arrows on x86-64, none on arm64;
    - *CPU & TLB* of CPU 3: on x86-64 it holds a translation of a page that is long free;
    - the reason of each \`tlb_flush\` event.

    Try: let CPU 2 run something else before the munmap.
  `,
  machines: [
    { arch: 'x86_64', cpus: 4 },
    { arch: 'arm64', cpus: 4 },
  ],

  run({ machine, expect, log, skip }) {
    const { PAGE_SIZE, id } = machine.arch
    const x86 = id.startsWith('x86-64')
    if (!x86 && !id.startsWith('arm64')) skip('the question is about x86-64 and arm64')
    if (machine.cpus < 4) skip('four CPUs are needed')
    const task = machine.spawn('task')
    const other = machine.spawn('other')
    const at = task.mmap({ length: 2 * PAGE_SIZE })
    const threads = [0, 1, 2, 3].map((cpu) =>
      cpu === 0 ? task : task.clone({ vm: true, name: `thread ${cpu}` }),
    )
    for (const [cpu, thread] of threads.entries())
      machine.cpu(cpu).run(thread, () => thread.write(at, { count: 2 }))
    machine.cpu(2).idle()
    machine
      .cpu(3)
      .run(other, () => other.write(other.mmap({ length: PAGE_SIZE, addr: 0x1000_0000, fixed: true })))

    const holders = () =>
      [0, 1, 2, 3].filter((cpu) => machine.cpu(cpu).tlb.entries.some((entry) => entry.va === at))
    const interrupted = () => machine.vmstat.nr_tlb_remote_flush_received
    expect(holders(), 'each CPU has the translation').toEqual([0, 1, 2, 3])

    machine.cpu(0).run(task, () => task.madvise(at, PAGE_SIZE, 'DONTNEED'))
    log(
      'after MADV_DONTNEED, which frees no table:',
      interrupted(),
      'interrupts, still held by CPUs',
      holders(),
    )
    expect(interrupted(), 'x86-64 interrupts CPU 1 alone').toBe(x86 ? 1 : 0)
    expect(holders(), 'the lazy and the one that left keep theirs').toEqual(x86 ? [2, 3] : [])
    expect(machine.cpu(2).lazy, 'CPU 2 is still on the tables of the process').toBe(true)

    machine.cpu(0).run(task, () => task.munmap(at, 2 * PAGE_SIZE))
    log('after munmap, which frees tables:', interrupted(), 'interrupts')
    expect(interrupted(), 'now CPU 2 as well').toBe(x86 ? 3 : 0)
    expect(machine.cpu(2).lazy, 'an interrupted lazy CPU leaves for init_mm').toBe(!x86)

    for (const cpu of [1, 2, 3]) {
      const thread = threads[cpu]
      const read = () => machine.cpu(cpu).run(thread, () => thread.read(at))
      expect(read, `CPU ${cpu} finds nothing mapped`).toThrow('SIGSEGV')
    }
    expect(machine.corruptions, 'nobody used what was freed').toEqual([])
  },
})
