import { scenario } from 'ptlab'

export default scenario({
  title: 'PMD tables nobody counts',
  group: 'Tables',
  minutes: 6,
  about: `
    **Half a gigabyte of memory, no rss, an OOM score of 0: how?**

    Map a gigabyte, touch one byte, unmap the first 2 MiB and map them again. The page and its pte table are gone; the
    PMD table above stays, because the rest of the gigabyte is still mapped. Until Linux 4.0 only pte tables were
    counted per process, so 130 000 rounds pinned 508 MiB that no limit and no score knew of. The commit that closed
    the hole (dc6c9a35b66b, "mm: account pmd page tables to the process") tells this story; the discussion about where to
    keep the counter in January 2015 is what \`CONFIG_PGTABLE_LEVELS\` came from.

    The scenario runs it scaled down, with as many regions as the address space takes.

    Look at
    - the chart: what the tables take, and what each kernel knows of. In 3.19 the second line lies on the floor;
    - *Tables*, level pmd: one table per region, none with an entry in it;
    - *mm_struct* of the three x86 machines: \`nr_ptes\`, then \`nr_pmds\` beside it, then \`pgtables_bytes\` for all levels.

    Try: drop the \`munmap\`. Which number would have given the process away even in 3.19?
  `,
  machines: [
    { arch: 'x86_64', kernel: '3.19' },
    { arch: 'x86_64', kernel: '4.0' },
    { arch: 'x86_64', kernel: '6.12' },
    { arch: 'arm64', kernel: '6.12' },
    { arch: 'riscv64-sv48', kernel: '6.12' },
  ],

  run({ machine, expect, chart, log, skip }) {
    const { PAGE_SIZE, PMD_SIZE, PUD_SIZE, TASK_SIZE, counted } = machine.arch
    if (counted.pmd === 0) skip('two levels: there are no PMD tables to hide in')
    const regions = Math.min(1300, Math.floor((Number(TASK_SIZE) * 0.75) / PUD_SIZE))
    if (regions < 16) skip(`only ${regions} PMD tables fit into the address space`)

    const real = chart.series('page tables, KiB')
    const known = chart.series('known to the kernel, KiB')
    const hog = machine.spawn('hog')
    for (let i = 0; i < regions; i++) {
      // Aligned, so that the touched page lies under the first entry of a PMD table of its own.
      const at = hog.mmap({ length: PUD_SIZE, addr: PUD_SIZE * (i + 1), fixed: true })
      hog.write(at)
      hog.munmap(at, PMD_SIZE)
      hog.mmap({ length: PMD_SIZE, addr: at, fixed: true })
      if (i % 50 !== 0) continue
      real.add(hog.tables.bytes / 1024, i)
      known.add(hog.mm.accountedBytes / 1024, i)
    }

    const { perLevel } = hog.tables
    log(regions, 'regions:', perLevel.pmd, 'pmd tables,', perLevel.pte, 'pte tables, rss', hog.mm.rss.total)
    expect(hog.mm.rss.total, 'no page is mapped').toBe(0)
    expect(perLevel.pmd, 'a PMD table for each region').toBeGreaterThanOrEqual(regions)
    expect(perLevel.pte, 'next to no pte tables').toBeLessThan(10)
    // From 4.15 on bytes are counted, before that tables, whatever their size.
    const inPages = Math.min(regions, Math.floor((regions * counted.pmd) / PAGE_SIZE))
    if (parseFloat(machine.kernel) < 4)
      expect(hog.oomScore, 'this kernel sees nothing of it').toBeLessThan(10)
    else expect(hog.oomScore, 'this kernel can pick the right victim').toBeGreaterThanOrEqual(inPages)
    hog.exit()
    expect(machine.dmesg).toEqual([])
  },
})
