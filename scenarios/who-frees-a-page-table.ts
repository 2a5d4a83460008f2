import { scenario } from 'ptlab'

export default scenario({
  title: 'Who frees a page table?',
  group: 'Tables',
  minutes: 6,
  about: `
    **munmap removed every page. Why is the page table still there?**

    Linux never looks whether a table is empty. On munmap it asks a cheaper question: could another VMA use this
    table? \`free_pgd_range\` gets a *floor*, the end of the VMA before, and a *ceiling*, the start of the one after;
    a table goes if the span it covers lies between them.

    So a neighbour that was mapped and never touched keeps your table alive. Two regions, *one* and *two*, share a pte
    table here; a third, *far*, shares only the tables above it.

    Look at
    - *Tables* after each munmap: an empty table that stays, then one that goes;
    - the order of events: entry cleared, TLB flushed, and only then \`mm_page_free\`.

    Try: leave out the region *two*, or move it just across the border. Predict each number first.
  `,
  machines: [{ arch: 'x86_64' }, { arch: 'arm64' }, { arch: 'x86-2level' }],

  run({ machine, expect, log, skip }) {
    const { PAGE_SIZE, PMD_SIZE, TASK_SIZE, counted } = machine.arch
    const spans = Math.floor(Number(TASK_SIZE) / PMD_SIZE)
    if (spans < 4) skip('the address space has room for less than four pte tables')
    // An even number of spans: base and its successor also share the table above.
    const base = 2 * Math.min(384, Math.floor(spans / 4)) * PMD_SIZE
    const task = machine.spawn('tenant')
    const map = (addr: number) => task.mmap({ length: 4 * PAGE_SIZE, addr, fixed: true })

    const one = map(base)
    map(base + PMD_SIZE / 2)
    const far = map(base + PMD_SIZE)
    const empty = task.tables.perLevel.pte

    task.write(one)
    task.write(far)
    const { pgtables_bytes: full } = task.mm
    expect(task.tables.perLevel.pte - empty, 'one and far need a pte table each').toBe(2)

    task.munmap(one, 4 * PAGE_SIZE)
    log('after munmap(one):', task.mm.pgtables_bytes, 'bytes of tables')
    expect(task.mm.rss.anon, 'the page is gone').toBe(1)
    expect(task.mm.pgtables_bytes, 'its table is not: two might need it').toBe(full)

    task.munmap(base + PMD_SIZE / 2, 4 * PAGE_SIZE)
    log('after munmap(two):', task.mm.pgtables_bytes, 'bytes of tables')
    expect(task.mm.pgtables_bytes, 'two was never touched, but freed the table').toBe(full - counted.pte)

    task.munmap(far, 4 * PAGE_SIZE)
    log('after munmap(far):', task.mm.pgtables_bytes, 'bytes of tables')
    expect(task.tables.perLevel.pte, 'the last neighbour takes everything').toBe(empty)
    task.exit()
    expect(machine.dmesg).toEqual([])
  },
})
