import { scenario } from 'ptlab'

export default scenario({
  title: 'ASID roll-over storm',
  group: 'TLB',
  minutes: 6,
  about: `
    **What happens when more processes run than the TLB has names for?**

    With tags a TLB keeps the translations of several address spaces at once, and a context switch flushes nothing. The
    tags are few: 8 or 16 bits on arm64, 8 on mips. When all have been handed out, a new *generation* begins.

    - arm64, arm, riscv, csky: one ASID for all CPUs, from a bitmap. At a roll-over what is running keeps its number;
      every other address space needs a new one at its next switch, and **every CPU flushes its whole TLB once**.
    - mips, loongarch, sh, arc, alpha, xtensa: each CPU counts for itself and flushes for itself.
    - powerpc and s390 have enough names, x86 reuses six slots per CPU and never runs out: nothing to see there.

    The chart shows the price: with as many processes as ASIDs nothing is ever flushed. One more, and switches begin to
    roll over and to miss.

    Look at *Events*: \`ASID_ALLOC\`, \`ASID_ROLLOVER\`, \`tlb_flush\` with reason *ASID rollover*; and \`context.id\` of a
    process, whose upper part is the generation.

    Try: \`asidBits: 8\`; \`features: { kpti: true }\` on arm64, which takes ASIDs in pairs.
  `,
  machines: [
    { arch: 'arm64', cpus: 2, tlb: { asidBits: 5 } },
    { arch: 'riscv64', cpus: 2, tlb: { asidBits: 5 } },
    { arch: 'mips64-4k', cpus: 2, tlb: { asidBits: 5 } },
  ],

  run({ machine, expect, chart, skip }) {
    const first = machine.spawn('p0')
    const at = first.mmap({ length: machine.arch.PAGE_SIZE })
    const flushes = chart.series('whole-TLB flushes in 200 switches')
    const ids = (): bigint => first.mm.field('context.id')
    if (ids() === 0n) skip('this architecture does not hand out ASIDs in turn')
    first.write(at)

    // Runs everybody in turn on CPU 0; how often the first process had to get a new number, and misses of its page.
    const storm = (tasks: readonly (typeof first)[]): { renewed: number; misses: number } => {
      let renewed = 0
      let misses = 0
      for (let round = 0; round < 200 / tasks.length; round++) {
        for (const task of tasks) {
          const before = ids()
          machine.cpu(0).run(task)
          if (task !== first) continue
          if (ids() !== before) renewed++
          const missed = machine.cpu(0).tlb.misses
          first.read(at)
          misses += machine.cpu(0).tlb.misses - missed
        }
      }
      return { renewed, misses }
    }

    const tasks = [first]
    while (tasks.length < 6) tasks.push(machine.spawn(`p${tasks.length}`))
    storm(tasks)
    const few = storm(tasks)
    expect(few.renewed, 'six processes: everyone keeps his number').toBe(0)
    expect(few.misses, 'and its translations').toBe(0)
    flushes.add(few.misses, tasks.length)

    while (tasks.length < 40) tasks.push(machine.spawn(`p${tasks.length}`))
    storm(tasks)
    const many = storm(tasks)
    flushes.add(many.misses, tasks.length)
    if (many.renewed === 0) skip('this architecture has numbers enough for 40 processes')
    expect(many.renewed, 'forty processes, fewer numbers: nobody keeps one for long').toBeGreaterThan(0)
    expect(many.misses, 'each generation begins with an empty TLB').toBeGreaterThanOrEqual(many.renewed)
    expect(machine.dmesg).toEqual([])
  },
})
