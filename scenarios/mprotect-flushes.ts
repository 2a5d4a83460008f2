import { scenario } from 'ptlab'

export default scenario({
  title: 'Which changes of an entry need a flush?',
  group: 'TLB',
  minutes: 5,
  about: `
    **A right taken away must be flushed. What about a right given, or nothing changed at all?**

    A TLB may be behind the tables as long as it only forbids too much: the CPU then looks again. So some changes of an
    entry could go without a flush, and the kernel uses that in some places and not in others.

    The same page is changed in six ways, and each time the question is whether CPU 0 still has its translation:

    | change | flush |
    |---|---|
    | read-only by mprotect | yes: a right is lost |
    | writable by mprotect | yes, though nothing is lost: \`pte_needs_flush\` sees that the write bit changed |
    | writable by a write fault (\`wp_page_reuse\`) | no |
    | mprotect to what it is already | no: the VMA's flags do not change, nothing is looked at |
    | PROT_NONE and back | yes, and then no: an entry that was not valid cannot be in a TLB |
    | fork | yes: every writable entry of the parent became read-only |

    Look at
    - *Events*: set_pte with and without a tlb_flush after it;
    - the bars: flushes per step.

    Try: mprotect a page that was never touched.
  `,
  machines: [
    { arch: 'x86_64', cpus: 2 },
    { arch: 'arm64', cpus: 2 },
    { arch: 'riscv64', cpus: 2 },
  ],

  run({ machine, expect, chart, skip }) {
    const { PAGE_SIZE } = machine.arch
    if (machine.cpus < 2) skip('two CPUs are needed')
    const task = machine.spawn('task')
    const thread = task.clone({ vm: true, name: 'thread' })
    const at = task.mmap({ length: PAGE_SIZE })
    const steps = chart.series('flushed (1) or not (0), step by step')

    /** Whether CPU 1, which had used the page, lost its translation by what CPU 0 did. */
    const flushed = (work: () => void): boolean => {
      machine.cpu(1).run(thread, () => thread.read(at))
      machine.cpu(0).run(task, work)
      const lost = machine.cpu(1).tlb.lookup(at) === null
      steps.add(lost ? 1 : 0)
      return lost
    }

    machine.cpu(0).run(task, () => task.write(at, { value: 1 }))
    if (!flushed(() => task.mprotect(at, PAGE_SIZE, 'r')))
      skip('Linux has no SMP there: no kernel would tell CPU 1')
    if (task.pte(at).write) skip('mprotect takes no write permission away from entries there')
    expect(
      flushed(() => task.mprotect(at, PAGE_SIZE, 'rw')),
      'a right given by mprotect flushes',
    ).toBe(true)
    expect(
      flushed(() => task.mprotect(at, PAGE_SIZE, 'rw')),
      'no change, no flush',
    ).toBe(false)

    expect(
      flushed(() => task.fork('child').exit()),
      'fork takes the write permission of both',
    ).toBe(true)
    expect(task.pte(at).write).toBe(false)
    expect(
      flushed(() => task.write(at, { value: 2 })),
      'the same right given by a fault does not',
    ).toBe(false)
    expect(task.pte(at).write, 'the entry is writable').toBe(true)
    expect(machine.cpu(1).tlb.lookup(at)?.write, 'CPU 1 does not know yet').toBe(false)
    machine.cpu(1).run(thread, () => thread.write(at, { value: 3 }))
    expect(
      machine.cpu(0).run(task, () => task.read(at)),
      'and finds out when it writes',
    ).toBe(3n)

    expect(
      flushed(() => task.mprotect(at, PAGE_SIZE, 'none')),
      'PROT_NONE',
    ).toBe(true)
    // Some architectures forget the page behind a PROT_NONE entry.
    if (!task.pte(at).present) return
    task.mprotect(at, PAGE_SIZE, 'rw')
    expect(
      machine.cpu(1).run(thread, () => thread.read(at)),
      'the page is still there',
    ).toBe(3n)
    expect(machine.corruptions).toEqual([])
  },
})
