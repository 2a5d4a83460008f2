import { scenario } from 'ptlab'

export default scenario({
  title: 'Page by page or everything?',
  group: 'TLB',
  minutes: 3,
  about: `
    **From how many pages on is it cheaper to drop the whole TLB?**

    x86 invalidates up to 33 pages one by one (\`tlb_single_page_flush_ceiling\`), at about 100 ns each. Above that it
    drops everything the process has in the TLB and lets it refill. The choice is visible from outside: does an
    innocent neighbour survive?

    Look at
    - *CPU & TLB* before and after: one hole, or nothing left;
    - the \`tlb_flush\` event: a range with its pages, or the whole tag. \`context.tlb_gen\` goes up by one either way.

    Try: two calls of \`MADV_DONTNEED\` for 20 pages each. Is the sum what counts?
  `,
  machines: [{ arch: 'x86_64' }],

  run({ machine, expect, chart, skip }) {
    const { PAGE_SIZE, id } = machine.arch
    if (!id.startsWith('x86')) skip('the ceiling of 33 is x86; riscv has 64, arm64 a whole pte table')
    const task = machine.spawn('task')
    const survivors = chart.series('translations left of 64')
    const flushed = (pages: number): number => {
      const at = task.mmap({ length: 64 * PAGE_SIZE })
      task.write(at, { count: 64 })
      const before = task.mm.field('context.tlb_gen')
      task.madvise(at, pages * PAGE_SIZE, 'DONTNEED')
      expect(task.mm.field('context.tlb_gen') - before, `${pages} pages: one flush`).toBe(1n)
      const left = Array.from({ length: 64 }, (_, i) => machine.cpu(0).tlb.lookup(at + BigInt(i * PAGE_SIZE)))
      task.munmap(at, 64 * PAGE_SIZE)
      const count = left.filter((entry) => entry !== null).length
      survivors.add(count, pages)
      return count
    }

    for (const pages of [1, 16, 33]) expect(flushed(pages), 'only these are gone').toBe(64 - pages)
    for (const pages of [34, 48]) expect(flushed(pages), 'all are gone').toBe(0)
  },
})
