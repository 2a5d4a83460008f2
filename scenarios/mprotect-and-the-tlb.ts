import { scenario } from 'ptlab'

export default scenario({
  title: 'mprotect and the TLB',
  group: 'TLB',
  minutes: 6,
  about: `
    **Two ways for an entry to become writable. Why does only one of them flush?**

    When fork has write-protected a page and the child is gone, the next write fault simply sets the write bit again
    (\`wp_page_reuse\`). No TLB is told: another CPU may still hold the read-only translation, but that one only forbids
    too much, and a CPU that trips over it looks at the tables again.

    \`mprotect\` makes the same change to the same bit and *does* flush: \`pte_needs_flush\` compares old and new entry
    and treats every change of the write bit alike. Taking the right away must flush in any case, or a CPU could go on
    writing.

    Look at
    - *CPU & TLB* of CPU 1 before and after each step: the stale entry that may stay, the ones that may not;
    - \`context.tlb_gen\`: 0 or 1 up per step.

    Try: run the mprotect on CPU 1 and keep the stale entry on CPU 0.
  `,
  machines: [{ arch: 'x86_64', cpus: 2 }],

  run({ machine, expect, log, skip }) {
    const { PAGE_SIZE, id } = machine.arch
    if (!id.startsWith('x86')) skip('context.tlb_gen is x86: others count or broadcast differently')
    const task = machine.spawn('task')
    const at = task.mmap({ length: PAGE_SIZE })
    const on = (cpu: number, work: () => void) => machine.cpu(cpu).run(task, work)
    const remote = () => machine.cpu(1).tlb.lookup(at)
    const flushes = (what: string, work: () => void): bigint => {
      const before = task.mm.field('context.tlb_gen')
      on(0, work)
      const count = task.mm.field('context.tlb_gen') - before
      log(what, 'flushes', count, 'times')
      return count
    }

    on(0, () => task.write(at))
    on(0, () => task.fork('child').exit())
    // A second thread: a process that only moved would leave CPU 1 idle, and idle CPUs are not interrupted.
    const thread = task.clone({ vm: true, name: 'thread' })
    machine.cpu(1).run(thread, () => thread.read(at))
    expect(remote()?.write, 'CPU 1 holds a read-only translation').toBe(false)

    expect(
      flushes('reuse by fault', () => task.write(at)),
      'a write fault needs no flush',
    ).toBe(0n)
    expect(task.pte(at).write, 'the entry is writable').toBe(true)
    expect(remote()?.write, 'CPU 1 does not know, and need not').toBe(false)
    machine.cpu(1).run(thread, () => thread.write(at))
    expect(remote()?.write, 'it finds out when it writes').toBe(true)

    expect(
      flushes('rw → r', () => task.mprotect(at, PAGE_SIZE, 'r')),
      'a right taken away',
    ).toBe(1n)
    expect(remote(), 'CPU 1 had to forget').toBeNull()
    machine.cpu(1).run(thread, () => thread.read(at))

    expect(
      flushes('r → rw', () => task.mprotect(at, PAGE_SIZE, 'rw')),
      'a right given flushes too',
    ).toBe(1n)
    expect(remote()).toBeNull()
  },
})
