import { scenario } from 'ptlab'

export default scenario({
  title: 'Which level leaked?',
  group: 'Who counts the tables',
  minutes: 4,
  about: `
    **One bug, two kernels. Which of them tells you where to look?**

    4.15 replaced \`nr_ptes\`, \`nr_pmds\` and \`nr_puds\` by one counter of bytes. It is a line less in every allocation, a field
    less in every \`mm_struct\`, and the OOM killer wants nothing but the sum. The price was named in the commit: when
    something is left at the end, you no longer know what.

    The bug is a real one (2018, 4.18): a fault puts a huge page where \`pmd_none_or_clear_bad()\` is looking. The entry is
    taken for a bad one and cleared; the 512 pages it mapped and the pte table kept for it stay behind.

    Look at
    - *dmesg*: \`nr_ptes … 1\` against \`pgtables_bytes … 4096\`. On x86-64 a table of every level has 4096 bytes;
    - *Tables* before the exit: the deposited table, which no entry leads to;
    - the rss line above it, the same in both.

    Try: s390, whose tables have different sizes. Is a byte count enough there?
  `,
  machines: [
    { arch: 'x86_64', kernel: '4.14', config: { thp: 'always' } },
    { arch: 'x86_64', kernel: '4.15', config: { thp: 'always' } },
    { arch: 'x86_64', kernel: '6.12', config: { thp: 'always' } },
  ],

  run({ machine, expect, log, skip }) {
    const { PMD_SIZE, PAGE_SIZE, TASK_SIZE, counted } = machine.arch
    if (Number(TASK_SIZE) < 16 * PMD_SIZE) skip('no room for a huge page')
    const task = machine.spawn('driver')
    const span = BigInt(PMD_SIZE)
    const at = ((task.mmap({ length: 2 * PMD_SIZE }) + span - 1n) / span) * span
    task.write(at)
    if (task.mm.rss.anon !== PMD_SIZE / PAGE_SIZE) skip('no huge pages on this machine')

    machine.fail.badPmd(task, at)
    expect(task.pte(at).none, 'the entry is gone').toBe(true)
    task.exit()

    log(...machine.dmesg)
    const kept = machine.dmesg.filter((text) => text.startsWith('BUG'))
    expect(kept[0], 'the pages').toMatch(`val:${PMD_SIZE / PAGE_SIZE}`)
    // A kernel that counts tables says which sort is left; one that counts bytes says how much.
    const version = parseFloat(machine.kernel)
    const x86 = machine.arch.id.startsWith('x86')
    if (version >= 5 || (version === 4.15 && x86))
      expect(kept.at(-1), 'so many bytes').toMatch(`pgtables_bytes on freeing mm: ${counted.pte}`)
    if (machine.kernel === '4.14')
      expect(kept.at(-1), 'a pte table').toBe('BUG: non-zero nr_ptes on freeing mm: 1')
  },
})
