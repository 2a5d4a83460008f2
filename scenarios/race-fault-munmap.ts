import { scenario, type Machine, type Process } from 'ptlab'

interface Threads {
  reader: Process
  unmapper: Process
  at: bigint
}

export default scenario({
  title: 'A fault against munmap',
  group: 'TLB',
  minutes: 6,
  about: `
**One thread touches a page while another unmaps it. What can happen, and what must not?**

The fault holds \`mmap_lock\` for reading, \`munmap\` takes it for writing, takes the VMA away, and goes on as a reader
(\`mmap_write_downgrade\`, 4.20): so a fault either comes before all of it or finds no VMA. That leaves two outcomes: the write
succeeds and its page goes with the mapping, or it ends in SIGSEGV.

Every schedule that makes a difference is tried. None may leave a page, a table or a TLB entry behind.

Then the same with the TLB flush left out (\`machine.break\`): now there is a schedule in which the thread goes on to use a page
that is no longer its own, through the translation that its CPU still has. It is the last run you see in the panels:
**TLB** shows the entry that nobody dropped, **Events** the line CORRUPTION.

### Things to try
- The schedule that the console prints can be given to \`race(…, { schedule })\`: change where the second thread comes in.
- \`munmap\` of the neighbour page instead: does the lock make the two wait for each other? (*Events*: \`contention_begin\`)
`,
  machines: [
    { arch: 'x86_64', cpus: 2 },
    { arch: 'arm64', cpus: 2 },
  ],

  run({ machine, race, expect, log, skip }) {
    const { PAGE_SIZE } = machine.arch
    if (machine.cpus < 2) skip('a race needs two CPUs')

    const setup = (machine: Machine): Threads => {
      const reader = machine.spawn('reader')
      const unmapper = reader.clone({ vm: true, name: 'unmapper' })
      return { reader, unmapper, at: reader.mmap({ length: 2 * PAGE_SIZE }) }
    }
    const unmap = ({ unmapper, at }: Threads): void => unmapper.munmap(at, PAGE_SIZE)

    const faults = race.all({
      setup,
      tasks: [({ reader, at }) => reader.write(at), unmap],
      outcome: (_threads, _machine, [fault]) => fault.error?.message.replace(/ at .*/, '') ?? 'written',
      check: ({ reader, at }) => reader.mm.rss.anon === 0 && reader.frame(at) === null,
    })
    log(`${faults.schedules} schedules:`, faults.outcomes.map(({ outcome }) => outcome).join(', or '))
    expect(faults.complete, 'every schedule that makes a difference was tried').toBe(true)
    expect(faults.failing, 'no schedule leaves a page behind').toBeNull()
    expect(faults.outcomes.length, 'the write comes first, or the unmapping does').toBe(2)

    const uses = race.all({
      setup(machine) {
        machine.break({ flush: 'local' })
        const threads = setup(machine)
        machine.cpu(0).run(threads.reader, () => threads.reader.write(threads.at))
        return threads
      },
      tasks: [({ reader, at }) => reader.write(at, { value: 0xbad }), unmap],
    })
    if (uses.failing === null) {
      log('no other CPU has to be told here: hardware or the entry itself drops the translation')
      return
    }
    log(`without telling the other CPU: ${uses.failing.why}, by ${uses.failing.schedule}`)
    expect(uses.failing.preemptions, 'it takes no interruption: the unmapping first, then the write').toBe(0)
    expect(machine.corruptions.length, 'this machine ran that schedule').toBeGreaterThan(0)
  },
})
