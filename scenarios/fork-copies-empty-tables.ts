import { scenario } from 'ptlab'

export default scenario({
  title: 'Fork copies empty tables',
  group: 'Tables',
  minutes: 4,
  about: `
    **Does a child inherit page tables that map nothing?**

    Yes. \`copy_page_range\` makes the child's table as soon as the parent's entry above it is not none; only then does
    it look at what is in there. A heap that was filled, given back with \`MADV_DONTNEED\` and forked costs every
    child its full set of tables. A region that was only *read* costs nothing: it has no \`anon_vma\`, and fork skips it
    before looking at any table.

    Look at
    - parent and child side by side in *mm_struct*: both rss 0, the same \`pgtables_bytes\`;
    - *Events* of the fork: tables are allocated, no entries are copied.

    Try: \`madvise(…, 'DONTFORK')\` before the fork; then \`'WIPEONFORK'\`. Which of them saves the tables?
  `,
  machines: [{ arch: 'x86_64' }, { arch: 'arm64' }, { arch: 's390' }],

  run({ machine, expect, skip }) {
    const { PMD_SIZE, TASK_SIZE, counted } = machine.arch
    if (TASK_SIZE < BigInt(8 * PMD_SIZE)) skip('four pte tables do not fit into the address space')
    const pages = { count: 64, stride: PMD_SIZE / 16 }
    const written = machine.spawn('written')
    const fresh = written.mm.pgtables_bytes
    const at = written.mmap({ length: 4 * PMD_SIZE })
    written.write(at, pages)
    written.madvise(at, 4 * PMD_SIZE, 'DONTNEED')
    expect(written.mm.rss.total, 'everything was given back').toBe(0)

    const child = written.fork('child')
    expect(child.mm.rss.total).toBe(0)
    expect(child.mm.pgtables_bytes, 'the child has all the tables').toBe(written.mm.pgtables_bytes)
    expect(child.tables.perLevel.pte).toBeGreaterThanOrEqual(4)
    child.exit()

    const read = machine.spawn('read')
    const there = read.mmap({ length: 4 * PMD_SIZE })
    read.read(there, pages)
    expect(read.mm.pgtables_bytes - fresh, 'as many tables').toBeGreaterThanOrEqual(4 * counted.pte)
    const lucky = read.fork('lucky')
    expect(lucky.mm.pgtables_bytes, 'only ever read: nothing is copied').toBe(fresh)
    expect(machine.dmesg).toEqual([])
  },
})
