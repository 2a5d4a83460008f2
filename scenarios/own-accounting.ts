import { type AccountingPolicy, scenario } from 'ptlab'

/** Tables of all three levels, each for a page, as before the bytes of 4.15: an alternative that no release of Linux has. */
const everyTableAPage: AccountingPolicy = {
  id: 'every_table_a_page',
  title: 'nr_ptes, nr_pmds and nr_puds, each table for a page',
  counters: ['nr_ptes', 'nr_pmds', 'nr_puds'],
  installed(mm, { level }) {
    if (level === 'pte') mm.add('nr_ptes', 1)
    if (level === 'pmd') mm.add('nr_pmds', 1)
    if (level === 'pud') mm.add('nr_puds', 1)
  },
  freed(mm, { level }) {
    if (level === 'pte') mm.add('nr_ptes', -1)
    if (level === 'pmd') mm.add('nr_pmds', -1)
    if (level === 'pud') mm.add('nr_puds', -1)
  },
  bytes: (mm, arch) => (mm.get('nr_ptes') + mm.get('nr_pmds') + mm.get('nr_puds')) * arch.PAGE_SIZE,
}

export default scenario({
  title: 'A count of your own',
  group: 'Tables',
  minutes: 5,
  about: `
    **Is it enough to count tables, or must one count bytes?**

    Up to 4.14 Linux counted tables and took each for a page. 4.15 counts bytes instead, "because tables differ in size". How
    much does that matter, and where? No kernel ever counted the tables of *all* levels by number, so this scenario brings
    its own alternative: \`everyTableAPage\` at the top of the file. It stands where Linux has \`mm_inc_nr_ptes()\`, and the
    desk, the OOM killer and \`check_mm\` use it as they would use one of Linux's.

    Look at
    - *Compare*: the same calls with both ways of counting, on x86-64 and on s390, where a pmd table takes four pages;
    - *mm_struct*: \`nr_puds\`, which no release has, and \`accounted_bytes\`, what \`bytes()\` says;
    - *dmesg* after the exit: forget one line of \`freed\` and see what \`check_mm\` says.

    Try: write a \`freed\` that forgets pud tables. Which machines notice?
  `,
  machines: [
    { arch: 'x86_64', policies: { accounting: everyTableAPage } },
    { arch: 'x86_64' },
    { arch: 's390', policies: { accounting: everyTableAPage } },
    { arch: 's390' },
  ],

  run({ machine, expect, log }) {
    const { PAGE_SIZE, PMD_SIZE, TASK_SIZE, counted, levels } = machine.arch
    const regions = Math.max(1, Math.min(8, Math.floor(Number(TASK_SIZE) / 2 / PMD_SIZE)))
    const task = machine.spawn('sparse')
    for (let i = 1; i <= regions; i++) task.write(task.mmap({ length: PAGE_SIZE, addr: i * PMD_SIZE }))

    // The top table is counted by nobody, p4d tables by Linux neither: on s390 the top table is of level pud.
    const top = levels.find((level) => task.tables.perLevel[level] > 0) ?? 'pgd'
    const below = { ...task.tables.perLevel, p4d: 0, pgd: 0 }
    below[top] = 0
    const tables = below.pte + below.pmd + below.pud
    const known = task.mm.accountedBytes
    log(tables, 'tables below the top;', known, 'bytes known,', task.tables.bytes, 'taken')
    if (task.mm.pgtables_bytes === 0) expect(known, 'a page for every table').toBe(tables * PAGE_SIZE)
    else
      expect(known, 'what each table is').toBe(
        below.pte * counted.pte + below.pmd * counted.pmd + below.pud * counted.pud,
      )
    expect(task.oomScore, 'the OOM killer sees what is known').toBe(
      task.mm.rss.total + Math.floor(known / PAGE_SIZE),
    )

    task.exit()
    expect(machine.dmesg, 'every table was uncounted').toEqual([])
  },
})
