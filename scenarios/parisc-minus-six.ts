import { scenario } from 'ptlab'

export default scenario({
  title: 'Minus six',
  group: 'Who counts the tables',
  minutes: 4,
  about: `
    **How can a counter of tables end below zero?**

    \`BUG: non-zero nr_pmds on freeing mm: -6\` was the first thing that parisc said when it booted 4.0-rc1. The architecture
    has two levels; its PMD is folded into the entry above, by code of its own. Generic code could not know: \`__pmd_alloc\`
    never ran, so nothing was counted, but \`free_pmd_range\` did run on the way down, and took one off for each top-level
    entry it emptied. Microblaze had the same a month before, and two-level arm, which escaped notice by luck.

    Architectures that fold through \`asm-generic/pgtable-nopmd.h\` say so by a macro, and were fine. From 4.1 on the number
    of levels is in Kconfig, and there is nothing left to forget.

    Look at
    - *mm_struct*, \`nr_pmds\`, while the process exits: 0, −1, −2 …;
    - the event before each step: a pte table goes, and a pmd table that never was goes with it.

    Try: \`K\` regions instead of six. Then \`machine.kernel\` 4.15, where the field is called \`pgtables_bytes\`.
  `,
  machines: [
    { arch: 'parisc32-4k', kernel: '4.0' },
    { arch: 'parisc32-4k', kernel: '4.1' },
    { arch: 'microblaze', kernel: '4.0' },
    { arch: 'sh4', kernel: '4.0' },
  ],

  run({ machine, expect, log, skip }) {
    const { PMD_SIZE, TASK_SIZE, folded, id } = machine.arch
    const regions = 6
    if (!folded.includes('pmd')) skip('three levels or more: the PMD tables are real')
    if (Number(TASK_SIZE) < (regions + 2) * PMD_SIZE)
      skip('the address space has fewer than eight top-level entries')

    const init = machine.spawn('init')
    const at = init.mmap({ length: regions * PMD_SIZE })
    init.write(at, { count: regions, stride: PMD_SIZE })
    log('pte tables:', init.tables.perLevel.pte, 'counted:', init.mm.accountedBytes, 'bytes')
    init.exit()

    const minus = `BUG: non-zero nr_pmds on freeing mm: -${regions}`
    const silent = machine.dmesg.length === 0
    log(silent ? 'silence' : machine.dmesg.join('\n'))
    if (machine.kernel === '4.0' && ['parisc32-4k', 'microblaze'].includes(id))
      expect(machine.dmesg, 'one for each entry that was emptied').toEqual([minus])
    else if (machine.kernel === '4.0') expect(silent || machine.dmesg.includes(minus)).toBe(true)
    else expect(machine.dmesg, 'Kconfig knows').toEqual([])
  },
})
