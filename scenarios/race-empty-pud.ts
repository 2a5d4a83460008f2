import { scenario, type Machine } from 'ptlab'

export default scenario({
  title: 'The 4.0 race (+1)',
  group: 'Who counts the page tables',
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
    const { PAGE_SIZE, PMD_SIZE, PUD_SIZE, TASK_SIZE, levels } = machine.arch
    if (machine.cpus < 2) skip('a race needs two CPUs')
    if (!levels.includes('pmd')) skip('no pmd level, no pmd tables to count')
    // Below an entry above the pmd that is empty, beside one that is not: only then is a pmd table all that is missing.
    const unit = Math.max(PUD_SIZE, PMD_SIZE)
    if (TASK_SIZE < BigInt(unit) * 4n)
      skip('the pmd table of the whole address space is made with the process')

    const report = race.all({
      setup(machine: Machine) {
        const first = machine.spawn('first')
        const second = first.clone({ vm: true, name: 'second' })
        first.write(first.mmap({ addr: unit, length: PAGE_SIZE, fixed: true }))
        return { first, second, at: first.mmap({ addr: 2 * unit, length: PAGE_SIZE, fixed: true }) }
      },
      tasks: [({ first, at }) => first.write(at), ({ second, at }) => second.write(at)],
      check({ first, second }, machine) {
        first.exit()
        second.exit()
        // The last CPU that borrowed the mm gives it back: check_mm runs.
        machine.spawn('somebody else')
      },
    })

    log(`${report.schedules} schedules, ${report.failed} of them leave something`)
    expect(report.complete, 'every schedule that makes a difference was tried').toBe(true)
    if (report.failing === null) {
      expect(machine.dmesg, 'counted under the lock: nothing is left, whoever wins').toEqual([])
      return
    }
    log(`fewest interruptions: ${report.failing.schedule}`)
    expect(report.failing.why, 'counted before the check: the loser is counted too').toBe(
      'BUG: non-zero nr_pmds on freeing mm: 1',
    )
    expect(report.failing.preemptions, 'one interruption at the wrong moment is enough').toBe(1)
    expect(machine.dmesg, 'the log of this machine, which ran that schedule').toContain(report.failing.why)
  },
})
