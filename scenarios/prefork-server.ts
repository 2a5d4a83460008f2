import { MiB, scenario } from 'ptlab'

export default scenario({
  title: 'What a pre-forking server shares',
  group: 'Fork',
  minutes: 5,
  about: `
    **Fifty workers share one heap by copy-on-write. What do they not share?**

    Pages are shared until somebody writes. Page tables are not: each worker gets its own copy of every pte table at
    fork, whether it will look at that memory or not. On a large heap this is the real price of a worker, and none of
    it is in anyone's rss.

    The sum of the workers' rss says nothing either: a shared page is counted by each of them.

    Look at
    - the chart: free memory taken per worker, and what part of it is page tables;
    - \`nr_page_table_pages\` in the machine's counters;
    - after the first request of each worker: one copied page per written page, no more.

    Try: a heap four times as large; then \`entries.pte\` times as many written pages. Which term wins?
  `,
  machines: [{ arch: 'x86_64' }, { arch: 'arm64' }],

  run({ machine, expect, chart, random }) {
    const { PAGE_SIZE, counted, entries } = machine.arch
    const heap = MiB(32)
    const pages = heap / PAGE_SIZE
    const workers = 50
    const server = machine.spawn('server')
    const at = server.mmap({ length: heap })
    server.write(at, { count: pages })

    const taken = chart.series('memory taken by workers, pages')
    const tables = chart.series('of it page tables, pages')
    const freeBefore = machine.freePages
    const tablesBefore = machine.vmstat.nr_page_table_pages
    const pool = Array.from({ length: workers }, (_, i) => {
      const worker = server.fork(`worker ${i}`)
      taken.add(freeBefore - machine.freePages, i)
      tables.add(machine.vmstat.nr_page_table_pages - tablesBefore, i)
      return worker
    })

    const perWorker = (machine.vmstat.nr_page_table_pages - tablesBefore) / workers
    expect(perWorker * PAGE_SIZE, 'every worker has a set of pte tables').toBeGreaterThanOrEqual(
      Math.floor(pages / entries.pte) * counted.pte,
    )
    expect(pool[0].mm.rss.anon, 'each worker shows the whole heap').toBe(pages)

    const freeIdle = machine.freePages
    for (const worker of pool) worker.write(at + BigInt(random.int(pages) * PAGE_SIZE))
    expect(freeIdle - machine.freePages, 'a request that writes one page copies one page').toBe(workers)

    for (const worker of pool) worker.exit()
    expect(machine.freePages, 'all of it comes back').toBe(freeBefore)
    expect(machine.dmesg).toEqual([])
  },
})
