import { scenario } from 'ptlab'

export default scenario({
  title: 'A storm of forks',
  group: 'Who counts the tables',
  minutes: 4,
  about: `
    **What does counting cost when processes come and go?**

    Nobody measured it in 2015. Each table that is installed or taken away is one atomic operation on a counter of the
    address space; each exit asks once whether the counter is zero. The scenario forks and exits many times on three machines
    whose smallest process is very different: PAE makes three PMD tables before anything is mapped, x86-64 none, and s390
    takes 16 KiB for its top table and counts it nowhere.

    Look at
    - the log: tables made per fork, and how often the counter moved for them;
    - the chart: pages of page tables that one child takes;
    - *dmesg*: not a word, after all those exits.

    Try: let the parent touch one page more, far away. What does the next thousand forks cost?
  `,
  machines: [
    { arch: 'x86-pae' },
    { arch: 'x86_64' },
    { arch: 's390' },
    { arch: 'x86-pae', kernel: '4.0' },
    { arch: 's390', kernel: '4.16' },
  ],

  run({ machine, expect, chart, log }) {
    const { PAGE_SIZE, levels, counted } = machine.arch
    const parent = machine.spawn('server')
    const at = parent.mmap({ length: 16 * PAGE_SIZE })
    parent.write(at, { count: 16 })

    const forks = 50
    const taken = chart.series('pages that one child takes')
    const before = machine.freePages
    let tables = 0
    let moves = 0
    for (let i = 0; i < forks; i++) {
      const free = machine.freePages
      const child = parent.fork('child')
      const { perLevel, count } = child.tables
      tables += count
      // Once when it is installed, once when it is taken away; the top table never.
      for (const level of levels.slice(1)) if (counted[level] > 0) moves += 2 * perLevel[level]
      if (i % 5 === 0) taken.add(free - machine.freePages, i)
      child.exit()
    }
    log(
      forks,
      'forks made',
      tables,
      'tables;',
      moves,
      'atomic operations on the counters,',
      moves / forks,
      'per child',
    )
    expect(machine.freePages, 'every page is back').toBe(before)
    expect(tables / forks, 'a child has the tables of its parent').toBe(parent.tables.count)

    parent.exit()
    // Old kernels have troubles of their own with levels that are folded (the lessons beside this one).
    if (parseFloat(machine.kernel) > 4.19) expect(machine.dmesg).toEqual([])
    else for (const text of machine.dmesg) log(text)
    expect(machine.vmstat.nr_page_table_pages).toBe(0)
  },
})
