import { scenario } from 'ptlab'

export default scenario({
  title: 'Fork and copy-on-write',
  group: 'Start here',
  minutes: 5,
  about: `
    **Who copies, and who gets away with reuse?**

    fork copies page tables, not pages. Each writable private entry is write-protected on both sides, so that the first
    write of either faults. Whoever writes first pays for a copy. Whoever comes last finds that nobody shares the page
    any more and takes it over.

    Look at
    - the entries of parent and child after the fork: same frame, the write bit gone on *both* sides;
    - \`context.tlb_gen\` of the parent: its old writable translations must go, so fork ends with a flush;
    - *Events*: \`cowCopy\` for the child, \`cowReuse\` for the parent, which copies nothing and flushes nothing.

    Try: let the parent write first. Then let the child exit before the parent writes. Who copies now?
  `,
  machines: [{ arch: 'x86_64' }, { arch: 'arm64' }],

  run({ machine, expect }) {
    const { PAGE_SIZE } = machine.arch
    const parent = machine.spawn('parent')
    const at = parent.mmap({ length: 4 * PAGE_SIZE })
    const next = at + BigInt(PAGE_SIZE)
    parent.write(at, { value: 111 })
    parent.write(next, { value: 222 })

    const child = parent.fork('child')
    expect(child.frame(at), 'one page, two processes').toBe(parent.frame(at))
    expect(parent.pte(at).write, 'the parent lost its write bit too').toBe(false)
    expect(child.pte(at).write).toBe(false)
    expect(child.mm.rss.anon, 'each counts the page as its own').toBe(2)
    expect(child.mm.pgtables_bytes, 'the tables were copied').toBe(parent.mm.pgtables_bytes)

    const shared = parent.frame(at)
    child.write(at, { value: 999 })
    expect(child.frame(at), 'the first writer gets a copy').not.toBe(shared)
    expect([parent.read(at), child.read(at)], 'and only it sees its change').toEqual([111n, 999n])

    const reused = machine.vmstat.pgreuse
    parent.write(at, { value: 112 })
    expect(parent.frame(at), 'the last one keeps the page').toBe(shared)
    expect(machine.vmstat.pgreuse, 'reused, not copied').toBe(reused + 1)

    expect(child.read(next), 'the page nobody wrote is still one').toBe(222n)
    expect(child.frame(next)).toBe(parent.frame(next))

    child.exit()
    expect(parent.mm.rss.anon, 'the exit of the child takes nothing from the parent').toBe(2)
    expect(machine.dmesg, 'check_mm has nothing to report').toEqual([])
  },
})
