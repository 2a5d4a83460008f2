import { GiB, scenario } from 'ptlab'

export default scenario({
  title: 'First touch',
  group: 'Start here',
  minutes: 3,
  about: `
    **When does memory begin to cost something?**

    \`mmap\` returns at once, whatever the length. The bill comes with the first access to each page: a fault, a page,
    and for the very first one a page table on every level below the top.

    Look at
    - *mm_struct*: \`total_vm\` moves at \`mmap\`, \`pgtables_bytes\` and \`rss_anon\` only at the touches;
    - *Tables*: a page-table page appears per level, each with a single entry;
    - *Events*: \`mm_page_alloc\` comes once per table and once more for the page itself.

    Compare the machines. With five levels one more table is allocated, yet \`pgtables_bytes\` is the same: Linux has
    never counted p4d tables. With 64 KiB pages and two levels a single table is made, and it is as large as sixteen.

    Try: map \`4 * PMD_SIZE\` and touch it with \`stride: PMD_SIZE\`. Which tables are shared, which are new?
  `,
  machines: [{ arch: 'x86_64' }, { arch: 'x86-64-5level-la57on' }, { arch: 'arm64-64k-va42' }],

  run({ machine, expect, log }) {
    const { PAGE_SIZE, TASK_SIZE, levels, counted } = machine.arch
    const task = machine.spawn('first-touch')
    const atStart = { mm: task.mm.pgtables_bytes, tables: task.tables }

    // A round address, so that the eight pages share their tables.
    const span = 64 * PAGE_SIZE
    const place = Math.floor(Math.min(GiB(1.5), Number(TASK_SIZE) / 2) / span) * span
    const at = task.mmap({ length: 8 * PAGE_SIZE, addr: place, fixed: true })
    expect(task.mm.pgtables_bytes, 'mmap makes no page table').toBe(atStart.mm)
    expect(task.mm.total_vm, 'but the pages count as virtual memory').toBe(8)

    task.write(at)
    const made = levels.filter((level) => task.tables.perLevel[level] > atStart.tables.perLevel[level])
    const bytes = made.reduce((sum, level) => sum + counted[level], 0)
    log('tables made by the first write:', made.join(', '))
    expect(made, 'at least the table that holds the entry').toContain('pte')
    expect(task.mm.pgtables_bytes - atStart.mm, 'one table of each of these levels is counted').toBe(bytes)
    expect(task.mm.rss.anon).toBe(1)
    expect(task.minFaults).toBe(1)

    task.write(at + BigInt(PAGE_SIZE))
    expect(task.mm.pgtables_bytes - atStart.mm, 'the neighbour finds its tables there').toBe(bytes)
    expect(task.mm.rss.anon).toBe(2)

    task.munmap(at, 8 * PAGE_SIZE)
    // Not toBe: 32-bit x86 with PAE has pmd tables from the start, and munmap frees even those.
    expect(task.mm.pgtables_bytes, 'munmap takes the tables too').toBeLessThanOrEqual(atStart.mm)
    expect(task.mm.rss.anon).toBe(0)
  },
})
