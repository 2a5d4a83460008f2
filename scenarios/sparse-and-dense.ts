import { scenario } from 'ptlab'

export default scenario({
  title: 'What a sparse heap costs',
  group: 'Tables',
  minutes: 4,
  about: `
    **The same number of pages, further and further apart: what do they cost?**

    512 pages are touched, each time with a larger stride. Side by side they share one pte table. As soon as the stride
    reaches what a pte table covers, each page has a table of its own, and the tables cost as much as the data; a level
    higher the same happens again.

    Look at
    - the chart: page-table bytes per touched page, by the logarithm of the stride; every step is a level;
    - *Tables*: how full the tables are on each level.

    Try: other page sizes. With 64 KiB pages a pte table is sixteen times as large, but where are the steps?
  `,
  machines: [{ arch: 'x86_64' }, { arch: 'arm64-64k-va48' }, { arch: 'riscv64' }],

  run({ machine, expect, chart, log }) {
    const { PAGE_SIZE, PMD_SIZE, TASK_SIZE, counted } = machine.arch
    const pages = 512
    const perPage = chart.series('page-table bytes per page')
    const cost = (stride: number): number => {
      const task = machine.spawn(`stride ${stride}`)
      const fresh = task.mm.pgtables_bytes
      const at = task.mmap({ length: pages * stride, noreserve: true })
      task.write(at, { count: pages, stride })
      const bytes = task.mm.pgtables_bytes - fresh
      task.exit()
      perPage.add(bytes / pages, Math.log2(stride))
      return bytes
    }

    const costs: number[] = []
    const room = Number(TASK_SIZE) / 2
    for (let stride = PAGE_SIZE; pages * stride <= room && stride <= 64 * PMD_SIZE; stride *= 4) {
      costs.push(cost(stride))
      log('stride', stride / 1024, 'KiB:', costs.at(-1), 'bytes of tables')
    }

    const growing = costs.every((bytes, i) => i === 0 || bytes >= costs[i - 1])
    expect(growing, 'further apart is never cheaper').toBe(true)
    if (pages * PMD_SIZE <= room) {
      expect(cost(PMD_SIZE), 'a pte table for each page').toBeGreaterThanOrEqual(pages * counted.pte)
    }
    expect(machine.dmesg).toEqual([])
  },
})
