import { GiB, scenario } from 'ptlab'
import type { ArchDeclaration } from 'ptlab'

const madeUp: ArchDeclaration = {
  id: 'made-up-16k',
  title: '16K pages, three levels of small tables',
  extends: 'x86_64',
  pageShift: 14,
  levels: [
    { name: 'pgd', entries: 256, alloc: 'slab' },
    { name: 'pmd', entries: 256, alloc: 'fragment' },
    { name: 'pte', entries: 256, alloc: 'fragment' },
  ],
}

export default scenario({
  title: 'A made-up machine',
  group: 'Architectures',
  minutes: 6,
  about: `
    **What if pages were 16K with three levels?**

    The second machine here was never built: x86-64 entries in tables of 256, so that a table has 2 KiB and eight of
    them share one page. \`extends\` says where everything comes from that the declaration leaves out.

    Both machines map the same two clusters of 16 pages, one GiB apart. Fewer levels and smaller tables cost less, but
    each page that is touched is four times as large: what page tables save, internal fragmentation may spend.

    Look at
    - *Tables*: three levels, several tables in one frame;
    - *mm_struct*: \`pgtables_bytes\` counts 2 KiB a table, \`NR_PAGETABLE\` whole pages;
    - *Entry*: the frame number begins at bit 14 now.

    Try: \`entries: 200\`, or \`shift: 21\` for the pmd level. The error names the number that doesn't fit.
  `,
  machines: [{ arch: 'x86_64' }, { arch: madeUp }],

  run({ machine, expect, skip }) {
    const { id, PAGE_SIZE, levels, PGDIR_SIZE } = machine.arch
    const isMadeUp = id === madeUp.id
    if (!isMadeUp && id !== 'x86-64-4level') skip('compares the made-up machine with x86-64 of four levels')
    const before = machine.vmstat.nr_page_table_pages
    const task = machine.spawn('task')
    const apart = BigInt(GiB(1))
    const first = task.mmap({ length: 16 * PAGE_SIZE, addr: 16n * apart, fixed: true })
    const second = task.mmap({ length: 16 * PAGE_SIZE, addr: 17n * apart, fixed: true })
    task.write(first, { count: 16, value: 1 })
    task.write(second, { count: 16, value: 1 })

    expect(levels.length, 'levels').toBe(isMadeUp ? 3 : 4)
    expect(PGDIR_SIZE, 'reach of an entry of the pgd').toBe(isMadeUp ? GiB(1) : GiB(512))
    expect(task.mm.rss.anon, 'pages').toBe(32)
    // made up: two pmd and two pte tables; x86-64: one pud, two pmd and two pte tables
    expect(task.mm.pgtables_bytes, 'bytes of page tables').toBe(isMadeUp ? 4 * 2048 : 5 * 4096)

    const child = task.fork('child')
    expect(child.frame(first), 'fork shares').toBe(task.frame(first))
    child.write(first, { value: 2 })
    expect(child.frame(first), 'until one writes').not.toBe(task.frame(first))
    expect(task.read(first)).toBe(1n)

    child.munmap(second, 16 * PAGE_SIZE)
    child.exit()
    task.exit()
    expect(machine.vmstat.nr_page_table_pages, 'every table is gone').toBe(before)
  },
})
