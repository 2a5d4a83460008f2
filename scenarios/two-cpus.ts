import { scenario } from 'ptlab'

export default scenario({
  title: 'Two CPUs and one address space',
  group: 'TLB',
  minutes: 7,
  about: `
    **Who is interrupted when a page goes away, and who keeps a stale translation?**

    Three CPUs have run threads of the same process. CPU 0 unmaps a page.
    - CPU 1 still has the address space loaded: it is in \`mm_cpumask\`, gets an IPI and drops the translation.
    - CPU 2 has moved on to another process. Interrupting it would be a waste: it cannot use translations of an address
      space that is not loaded. Its TLB keeps the entry of a page that is free by now.

    That entry is harmless only because of two numbers: the mm's \`context.tlb_gen\` and the generation each CPU last saw.
    When CPU 2 comes back it compares them, and flushes before the first access.

    Look at
    - *CPU & TLB*: the stale entry on CPU 2, under the tag (PCID) of a process it does not run;
    - *Events*: \`tlb_flush\` with its reason on each CPU, \`sched_switch\` with flush on the way back.

    Try: remove the line that moves CPU 2 away. How many IPIs are there then?
  `,
  machines: [{ arch: 'x86_64', cpus: 3 }],

  run({ machine, expect, skip }) {
    const { PAGE_SIZE, id } = machine.arch
    if (!id.startsWith('x86')) skip('IPIs are how x86 tells other CPUs; many others broadcast in hardware')
    const task = machine.spawn('task')
    const other = machine.spawn('other')
    const at = task.mmap({ length: PAGE_SIZE })
    const everywhere = [0, 1, 2]
    const holds = (cpu: number) => machine.cpu(cpu).tlb.entries.some((entry) => entry.va === at)

    const threads = everywhere.map((cpu) =>
      cpu === 0 ? task : task.clone({ vm: true, name: `thread ${cpu}` }),
    )
    for (const cpu of everywhere) machine.cpu(cpu).run(threads[cpu], () => threads[cpu].write(at))
    expect(everywhere.map(holds), 'each CPU has its own copy').toEqual([true, true, true])
    expect(machine.vmstat.nr_tlb_remote_flush_received, 'a page that appears interrupts nobody').toBe(0)

    machine.cpu(2).run(other, () => {
      // Another address than `at`: the two processes would else meet at the same one.
      const elsewhere = other.mmap({ length: PAGE_SIZE, addr: at + BigInt(64 * PAGE_SIZE), fixed: true })
      other.write(elsewhere)
    })
    expect(task.mm.field('cpumask'), 'CPU 2 left the mask').toBe(0b011n)

    machine.cpu(0).run(task, () => task.munmap(at, PAGE_SIZE))
    expect(machine.vmstat.nr_tlb_remote_flush_received, 'one IPI, to CPU 1').toBe(1)
    expect(everywhere.map(holds), 'CPU 2 keeps a stale entry').toEqual([false, false, true])
    expect(machine.cpu(2).tlb.lookup(at), 'which it cannot use under its present tag').toBeNull()

    const again = task.mmap({ length: PAGE_SIZE, addr: at, fixed: true })
    machine.cpu(2).run(threads[2], () => threads[2].write(again, { value: 7 }))
    expect(machine.cpu(2).tlb.lookup(at)?.frame, 'back again it walks').toBe(task.frame(at))
    expect(machine.cpu(0).run(task, () => task.read(at))).toBe(7n)
  },
})
