import { scenario, type Machine, type Process } from 'ptlab'

interface Threads {
  first: Process
  second: Process
  at: bigint
}

/** A has allocated its table and stands before page_table_lock; B faults and is done; A takes the lock. */
const FOUND = 'A4 B A'

export default scenario({
  title: 'The 4.0 race (+1)',
  group: 'Who counts the tables',
  minutes: 6,
  about: `
**Two threads touch memory below the same empty \`pud\` entry at the same time. Who counts the pmd table?**

Both find the entry empty, both allocate a table, without a lock because the allocation may sleep. Then each takes
\`page_table_lock\` and looks again: the first installs its table, the second finds the entry filled and frees its own.

In February 2015, while \`nr_pmds\` was new (4.0-rc), \`__pmd_alloc\` counted the table *before* it looked. The loser's table was
counted, freed, and never uncounted; one page-table page too many in the OOM killer's sum, and one line in the log when the
process ended:

    BUG: non-zero nr_pmds on freeing mm: 1

It needs two CPUs and the right moment, so it took a fuzzer to find it. Here **race.all** tries every moment that makes a
difference, on a machine of its own each, and then runs the schedule with the fewest interruptions on this one:
*Events* shows where A stood (\`RACE_YIELD\`) when B overtook it, and the table that lost (\`PT_RACE_LOST\`).

### Things to try
- Look at the second machine: the increment moved under the check, and no schedule leaves anything.
- Give \`race\` the schedule that the console prints, and move the numbers: how long is the window?
- \`preemptions: 0\` in \`race.all\`: functions that are never interrupted do not show the bug.
`,
  machines: [
    { arch: 'x86_64', kernel: '4.0', cpus: 2, policies: { accounting: 'nr_pmds_unconditional_rc' } },
    { arch: 'x86_64', kernel: '4.0', cpus: 2 },
    { arch: 'x86_64', kernel: '6.12', cpus: 2 },
  ],

  run({ machine, race, expect, log, skip }) {
    const countsLosers = machine.policies.accounting === 'nr_pmds_unconditional_rc'
    const { PAGE_SIZE, PMD_SIZE, PUD_SIZE, TASK_SIZE, levels } = machine.arch
    if (machine.cpus < 2) skip('a race needs two CPUs')
    if (!levels.includes('pmd')) skip('no pmd level, no pmd tables to count')
    // Below an entry above the pmd that is empty, beside one that is not: only then is a pmd table all that is missing.
    const unit = Math.max(PUD_SIZE, PMD_SIZE)
    if (TASK_SIZE < BigInt(unit) * 4n)
      skip('the pmd table of the whole address space is made with the process')

    const setup = (machine: Machine): Threads => {
      const first = machine.spawn('first')
      const second = first.clone({ vm: true, name: 'second' })
      first.write(first.mmap({ addr: unit, length: PAGE_SIZE, fixed: true }))
      return { first, second, at: first.mmap({ addr: 2 * unit, length: PAGE_SIZE, fixed: true }) }
    }
    const touchFirst = ({ first, at }: Threads): void => first.write(at)
    const touchSecond = ({ second, at }: Threads): void => second.write(at)
    const leave = ({ first, second }: Threads, machine: Machine): void => {
      first.exit()
      second.exit()
      // The last CPU that borrowed the mm gives it back: check_mm runs.
      machine.spawn('somebody else')
    }
    const bug = 'BUG: non-zero nr_pmds on freeing mm: 1'

    // Every schedule where the bug was found; elsewhere the one that was found there.
    if (machine.arch.id === 'x86-64-4level') {
      const report = race.all({ setup, tasks: [touchFirst, touchSecond], check: leave })
      log(`${report.schedules} schedules, ${report.failed} of them leave something`)
      log(`shown: ${report.shown.schedule}`)
      expect(report.complete, 'every schedule that makes a difference was tried').toBe(true)
      expect(report.failing?.why ?? 'none fails', 'whether a schedule fails').toBe(
        countsLosers ? bug : 'none fails',
      )
      if (countsLosers)
        expect(report.failing?.schedule, 'one interruption at the wrong moment is enough').toBe(FOUND)
    } else {
      const threads = setup(machine)
      race(
        () => touchFirst(threads),
        () => touchSecond(threads),
        { schedule: FOUND },
      )
      expect(threads.first.mm.rss.anon, 'both pages are there: one was written twice').toBe(2)
      leave(threads, machine)
    }
    if (countsLosers)
      expect(machine.dmesg, 'counted before the check: the loser is counted too').toContain(bug)
    else expect(machine.dmesg, 'counted under the lock: nothing is left').toEqual([])
  },
})
