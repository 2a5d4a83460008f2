import { scenario } from 'ptlab'

export default scenario({
  title: 'Sixteen kilobytes too few, then too many',
  group: 'Who counts the tables',
  minutes: 5,
  about: `
    **A level that each process folds for itself. What can a macro say about it?**

    An s390 process begins with three levels and gets a fourth when it maps above 4 TiB. So whether it has PUD tables is
    known at run time, per \`mm\`. When 4.15 began to count PUD tables, \`free_pud_range\` took 16384 bytes off for a table
    that a three-level process never had: \`non-zero pgtables_bytes on freeing mm: -16384\`, for every process.

    4.16 answered by adding 16384 at birth (\`init_new_context\`). That comes out even for those who live to tear something
    down; a child that dies before its first mapping, as after a fork that failed half-way, leaves +16384 (LTP found it with
    cve-2017-17052). 4.20 asks the \`mm\` itself: \`mm_pud_folded(mm)\`, before the counter moves (1071fc5779d9).

    Look at
    - *dmesg* of the four machines, after each of the two exits;
    - \`pgtables_bytes\` of the new process, before anything happened to it;
    - *Architectures*, s390: which levels are folded, and when.

    Try: map something at \`0x400_0000_0000\` first. Why is 4.15 right about that process?
  `,
  machines: [
    { arch: 's390', kernel: '4.14' },
    { arch: 's390', kernel: '4.15' },
    { arch: 's390', kernel: '4.16' },
    { arch: 's390', kernel: '4.20' },
  ],

  run({ machine, expect, log }) {
    const { PAGE_SIZE, id } = machine.arch
    const task = machine.spawn('worker')
    log('born with', task.mm.pgtables_bytes, 'bytes')
    task.write(task.mmap({ length: PAGE_SIZE }))
    const early = task.fork('early')
    task.exit()
    const afterLife = machine.dmesg

    // What is left of a fork that fails early: an address space that never had a mapping.
    early.execve('empty')
    early.exit()
    const inAll = machine.dmesg

    const message = (bytes: number) => `BUG: non-zero pgtables_bytes on freeing mm: ${bytes}`
    log(...inAll)
    if (id !== 's390-3level') {
      const silent = inAll.length === 0
      expect(
        silent || inAll.every((text) => text.startsWith('BUG: non-zero')),
        'or its own sort of trouble',
      ).toBe(true)
      return
    }
    const version = parseFloat(machine.kernel)
    if (version === 4.15) expect(afterLife[0], 'a table too many is taken off').toBe(message(-16384))
    if (version === 4.16) {
      expect(afterLife, 'the fake table makes it even').toEqual([])
      expect(inAll.at(-1), 'unless nothing was ever torn down').toBe(message(16384))
    }
    if (version < 4.15 || version > 4.19) expect(inAll, 'all is well').toEqual([])
  },
})
