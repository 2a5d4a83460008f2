import { GiB, MiB, scenario } from 'ptlab'

export default scenario({
  title: '130 000 tables, full size',
  group: 'Who counts the tables',
  minutes: 4,
  about: `
    **The program from the commit message, all of it.**

    The commit that made Linux count PMD tables (dc6c9a35b66b) describes a program without privileges that pins 508 MiB:
    130 000 times it maps a gigabyte, touches one byte, unmaps the first 2 MiB and maps them again. Its rss is a page, its
    \`VmPTE\` next to nothing, its OOM score 0.

    Here it runs as described: 520 000 calls, ten million events, each of them kept. The small sister of this lesson, *PMD
    tables nobody counts*, compares kernels.

    Look at
    - *Tables*, level pmd: 130 000 of them, each empty;
    - *mm_struct*: \`nr_pmds\` against \`nr_ptes\`; and *Counted against real*;
    - the timeline: \`tables\` climbs while \`rss\` lies on the floor.

    Try: kernel 3.19. Nothing changes but what the kernel knows.
  `,
  machines: [{ arch: 'x86_64', kernel: '4.0' }],

  run({ machine, expect, log, skip }) {
    if (machine.arch.id !== 'x86-64-4level') skip('the program was written for x86-64 with four levels')
    const regions = 130_000
    const hog = machine.spawn('hog')
    for (let i = 1; i <= regions; i++) {
      const at = hog.mmap({ length: GiB(1), addr: GiB(i), fixed: true })
      hog.write(at)
      hog.munmap(at, MiB(2))
      hog.mmap({ length: MiB(2), addr: at, fixed: true })
    }

    const { perLevel } = hog.tables
    log('pmd tables:', perLevel.pmd, 'pud tables:', perLevel.pud, 'OOM score:', hog.oomScore)
    expect(perLevel.pmd, 'one for each region').toBe(regions)
    expect(perLevel.pud, 'above them').toBe(254)
    expect((perLevel.pmd * 4096) / MiB(1), 'MiB').toBeGreaterThan(507)
    expect(hog.mm.rss.total, 'pages in memory').toBe(0)
    expect(hog.mm.map_count, 'all of it one mapping').toBe(1)
    const knows = parseFloat(machine.kernel) >= 4
    expect(hog.oomScore, 'what the OOM killer is told').toBeGreaterThanOrEqual(knows ? regions : 0)
    if (!knows) expect(hog.oomScore).toBe(0)
  },
})
