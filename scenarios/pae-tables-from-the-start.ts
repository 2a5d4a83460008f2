import { scenario } from 'ptlab'

export default scenario({
  title: 'Tables that are there before anybody asks',
  group: 'Who counts the tables',
  minutes: 4,
  about: `
    **A process that never touched a page owns three page tables. Who counted them, and who takes them off?**

    With PAE the top table has four entries, and changing one means reloading CR3. So x86 makes the three PMD tables of user
    space together with the top table, in \`pgd_alloc\`, and frees in \`pgd_free\` what \`exit_mmap\` left.

    The tree of January 2015 checked its counters at the end of \`exit_mmap\`: too early by these three. Before 4.0 came out
    the check had moved behind \`pgd_free\`, into \`check_mm\` (b30fe6c7ced7), where it stands today.

    Look at
    - *mm_struct* right after \`spawn\`: what is counted without a single fault;
    - *dmesg* of the first machine: a warning for each process that ever exits;
    - the events of \`exit\`: which of the tables go before the top table, which with it.

    Try: turn on page-table isolation (\`features: { pti: true }\`). How many tables does the empty process own now?
  `,
  machines: [
    { arch: 'x86-pae', kernel: 'mmotm-2015-01-22' },
    { arch: 'x86-pae', kernel: '4.0' },
    { arch: 'x86-pae', kernel: '6.12' },
    { arch: 'arm-lpae', kernel: '6.12' },
    { arch: 'x86_64', kernel: '6.12' },
  ],

  run({ machine, expect, log }) {
    const parent = machine.spawn('parent')
    const early = parent.tables.perLevel.pmd + parent.tables.perLevel.pte
    log(
      'tables below the top one before the first fault:',
      early,
      'counted:',
      parent.mm.accountedBytes,
      'bytes',
    )
    if (machine.arch.id === 'x86-pae') expect(early, 'one for each gigabyte of user space').toBe(3)
    if (machine.arch.id === 'x86-64-4level') expect(early).toBe(0)

    const child = parent.fork('child')
    expect(child.mm.accountedBytes, 'fork makes them anew').toBe(parent.mm.accountedBytes)
    child.exit()
    parent.exit()

    const warned = machine.dmesg.filter((text) => text.includes('exit_mmap')).length
    log('processes that were warned of:', warned)
    if (machine.kernel.startsWith('mmotm') && machine.arch.id === 'x86-pae')
      expect(warned, 'parent and child').toBe(2)
    else if (!machine.kernel.startsWith('mmotm')) expect(machine.dmesg, 'check_mm finds zero').toEqual([])
    expect(machine.vmstat.nr_page_table_pages, 'and no table is left').toBe(0)
  },
})
