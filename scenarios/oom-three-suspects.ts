import { MiB, scenario } from 'ptlab'
import type { Process } from 'ptlab'

export default scenario({
  title: 'Three suspects',
  group: 'Who counts the tables',
  minutes: 6,
  about: `
    **Memory is out. Who dies?**

    - *database* has a large rss and deserves it.
    - *sparse* maps gigabytes, touches a page of each and gives the page back: its PMD tables stay.
    - *hollow* touches a large range and drops it with \`MADV_DONTNEED\`: its pte tables stay.

    The kernel adds up rss, swap and the page tables it knows of, and kills the largest. What it knows is the question of
    January 2015: 3.19 counts pte tables, 4.0 pmd tables too, 4.15 bytes. And since 6.14 (here: 7.2) \`MADV_DONTNEED\` frees a
    pte table that it has emptied, so that *hollow* has nothing to hide.

    Look at
    - *dmesg*: the list of tasks with the columns of that kernel, and the line that says who was killed;
    - the chart: score against what the process really holds;
    - the first victim of 3.19, and what its death gave back.

    Try: let *hollow* touch twice as much. When does it become the first to go, and where?
  `,
  machines: [
    { kernel: '3.19', memory: MiB(16) },
    { kernel: '4.0', memory: MiB(16) },
    { kernel: '6.12', memory: MiB(16) },
    { kernel: '7.2', memory: MiB(16) },
  ],

  run({ machine, expect, chart, log, skip }) {
    const { PAGE_SIZE, PMD_SIZE, PUD_SIZE, TASK_SIZE, counted } = machine.arch
    const memory = machine.freePages
    const sparseTables = Math.floor((memory * 0.35 * PAGE_SIZE) / Math.max(counted.pmd, PAGE_SIZE))
    const hollowTables = Math.floor((memory * 0.2 * PAGE_SIZE) / Math.max(counted.pte, PAGE_SIZE))
    if (!/^(x86-64-4level|arm64-4k-va48)$/.test(machine.arch.id))
      skip('told on x86-64 and arm64 only: it takes long, and elsewhere it is the same story')
    if (memory < 1000) skip('16 MiB are too few pages for three processes')
    if (Number(TASK_SIZE) < (sparseTables + 2) * PUD_SIZE)
      skip('the address space is too small for the sparse mapper')

    const database = machine.spawn('database')
    const rows = Math.floor(memory * 0.3)
    database.write(database.mmap({ length: rows * PAGE_SIZE }), { count: rows })

    const sparse = machine.spawn('sparse')
    for (let i = 1; i <= sparseTables; i++) {
      const at = sparse.mmap({ length: PUD_SIZE, addr: PUD_SIZE * i, fixed: true })
      sparse.write(at)
      sparse.munmap(at, PMD_SIZE)
      sparse.mmap({ length: PMD_SIZE, addr: at, fixed: true })
    }

    const hollow = machine.spawn('hollow')
    const range = hollow.mmap({ length: hollowTables * PMD_SIZE })
    for (let i = 0; i < hollowTables; i++) {
      const at = range + BigInt(i * PMD_SIZE)
      hollow.write(at)
      hollow.madvise(at, PMD_SIZE, 'DONTNEED')
    }

    const suspects = [database, sparse, hollow]
    const holds = ({ mm, tables }: Process): number => mm.rss.total + Math.floor(tables.bytes / PAGE_SIZE)
    suspects.forEach((suspect, i) => {
      chart.series('held, pages').add(holds(suspect), i)
      chart.series('score, pages').add(suspect.oomScore, i)
      log(suspect.name, 'holds', holds(suspect), 'pages, scores', suspect.oomScore)
    })
    const blamed = suspects.reduce((a, b) => (b.oomScore > a.oomScore ? b : a))

    // Somebody who only wants a little more than there is.
    const late = machine.spawn('late')
    const wanted = machine.freePages + 10
    const at = late.mmap({ length: wanted * PAGE_SIZE })
    for (let i = 0; i < wanted && blamed.alive && late.alive; i++) late.write(at + BigInt(i * PAGE_SIZE))

    const dead = suspects.filter(({ alive }) => !alive).map(({ name }) => name)
    log('killed:', dead.join(', '))
    for (const text of machine.dmesg) log(text)
    expect(dead, 'the one with the highest score').toEqual([blamed.name])
    expect(late.alive, 'and who asked for the memory lives').toBe(true)
    if (machine.arch.id !== 'x86-64-4level') return
    expect(dead[0], 'innocent in 3.19').toBe(machine.kernel === '3.19' ? 'database' : 'sparse')
    if (machine.kernel === '7.2') expect(hollow.tables.perLevel.pte, 'empty tables are freed').toBeLessThan(3)
  },
})
