import { MiB, scenario } from 'ptlab'

export default scenario({
  title: 'MADV_DONTNEED keeps the tables',
  group: 'Tables',
  minutes: 5,
  about: `
    **How much memory can a process with no rss hold?**

    Touch one page under every pte table, then give all pages back with \`madvise(MADV_DONTNEED)\`. The rss is 0, and
    every page table stays: zapping a range never frees tables, only munmap and exit do. Dave Hansen pointed at this in
    April 2011 and proposed to let the OOM killer see pte tables
    (lkml.org/lkml/2011/4/15/225).

    Look at
    - the chart: pages rise and fall, tables only rise;
    - *Tables* after the madvise: tables full of empty entries;
    - \`oomScore\`: since pte tables count, the process can no longer hide.

    x86-64 kernels from 6.14 on can free such tables (\`CONFIG_PT_RECLAIM\`); 6.12 does not.

    Try: munmap all but the first and last page instead. What is the difference between the two calls for the tables?
  `,
  machines: [{ arch: 'x86_64' }, { arch: 'arm64' }],

  run({ machine, expect, chart, skip }) {
    const { PAGE_SIZE, PMD_SIZE, TASK_SIZE, counted } = machine.arch
    // A quarter of the address space at most, and mmap looks for room below the stack only.
    const quarter = Math.min(128, Math.floor(Number(TASK_SIZE) / PMD_SIZE / 32))
    if (quarter < 2) skip('too few pte tables fit into the address space')
    const tables = 4 * quarter
    const length = tables * PMD_SIZE
    const rss = chart.series('pages, KiB')
    const hidden = chart.series('page tables, KiB')
    const task = machine.spawn('abuser')
    const sample = () => {
      rss.add((task.mm.rss.total * PAGE_SIZE) / 1024)
      hidden.add(task.mm.pgtables_bytes / 1024)
    }

    const at = task.mmap({ length })
    sample()
    for (let done = 0; done < tables; done += quarter) {
      task.write(at + BigInt(done * PMD_SIZE), { count: quarter, stride: PMD_SIZE })
      sample()
    }
    const { pgtables_bytes: full } = task.mm
    expect(full, 'a pte table for each page').toBeGreaterThanOrEqual(tables * counted.pte)

    task.madvise(at, length, 'DONTNEED')
    sample()
    expect(task.mm.rss.total, 'not a page left').toBe(0)
    expect(task.mm.pgtables_bytes, 'not a table gone').toBe(full)
    expect(task.oomScore, 'the OOM killer sees them').toBe(Math.floor(full / PAGE_SIZE))

    task.munmap(at, length)
    sample()
    expect(task.mm.pgtables_bytes, 'munmap frees them').toBeLessThan(Math.min(full, MiB(1)))
  },
})
