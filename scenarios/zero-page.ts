import { scenario } from 'ptlab'

export default scenario({
  title: 'The zero page',
  group: 'Start here',
  minutes: 4,
  about: `
    **What does reading memory that nobody wrote cost?**

    No page: every such read maps the same frame full of zeros. But an entry needs a table to be in, so the page tables
    are made all the same, and nothing in the process's rss hints at them.

    Because no page of its own is involved the VMA gets no \`anon_vma\`, and fork does not copy what has no
    \`anon_vma\`: the child starts without a single table and would fault everything in again.

    Look at
    - the *Tables* panel: hundreds of entries, one frame number;
    - *mm_struct*: \`rss_anon\` stays 0 while \`pgtables_bytes\` grows;
    - the event of the first write: a copy *from* the zero page, and a flush of that page.

    Try: write one page before the fork. What does the child inherit now, and why everything?
  `,
  machines: [{ arch: 'x86_64' }, { arch: 'arm64' }],

  run({ machine, expect, skip }) {
    const { PAGE_SIZE } = machine.arch
    const pages = 512
    const task = machine.spawn('reader')
    const atStart = task.mm.pgtables_bytes
    const at = task.mmap({ length: pages * PAGE_SIZE })

    expect(task.read(at, { count: pages }), 'zeros').toBe(0n)
    expect(task.minFaults, 'a fault for each page').toBe(pages)
    expect(task.mm.rss.total, 'but no page').toBe(0)
    expect(task.mm.pgtables_bytes, 'and page tables').toBeGreaterThan(atStart)
    const last = at + BigInt((pages - 1) * PAGE_SIZE)
    expect(task.frame(at), 'all map one frame').toBe(task.frame(last))
    if (task.pte(at).write)
      skip('private memory is mapped writable from the first read on, the zero page too')
    expect(task.pte(at).write).toBe(false)

    const child = task.fork('child')
    expect(task.vmas[0].hasAnonVma, 'nothing was written: no anon_vma').toBe(false)
    expect(child.mm.pgtables_bytes, 'so fork copied no tables').toBe(atStart)
    child.exit()

    task.write(at, { value: 1 })
    expect(task.mm.rss.anon, 'the first write makes a page').toBe(1)
    expect(task.frame(at)).not.toBe(task.frame(last))
    expect(task.read(last), 'the others still read zeros').toBe(0n)
  },
})
