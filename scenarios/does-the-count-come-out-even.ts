import { type RunContext, scenario } from 'ptlab'

export default scenario({
  title: 'Does the count come out even?',
  group: 'Tables',
  minutes: 5,
  about: `
    **An address space ends. Does its kernel agree that all its page tables are gone?**

    Whoever counts page tables per process takes one off for every table that is freed, and when the last user of the
    address space is gone the count must be zero. What can go wrong is not the counting but everything around it: levels that
    an architecture folds without saying so, tables that exist before the first fault, a fork that fails half-way, an
    address space that grows a level while it runs. Each of them has made a kernel complain at boot.

    This is the set of small stories that \`ptlab matrix\` runs on every architecture with every alternative; a click on a
    cell of *Matrix* runs it on that machine.

    Look at
    - *dmesg*: silence is the right answer;
    - the *Events* of the call it complains in: \`name:DMESG\` finds them;
    - *mm_struct*: the counters, from the first table to the last.

    Try: choose the architecture \`parisc32-4k\` and the kernel 4.0, or \`s390\` and 4.15. Which call was counted and which was not?
  `,
  machines: [
    { arch: 'x86_64', cpus: 2 },
    { arch: 'x86-pae' },
    { arch: 's390' },
    { arch: 'arm-2level' },
    { arch: 'parisc32-4k' },
  ],

  run(context) {
    const { machine, expect, log } = context
    const { PAGE_SIZE, PMD_SIZE, TASK_SIZE } = machine.arch
    const before = machine.vmstat.nr_page_table_pages
    const room = Number(TASK_SIZE / 2n)
    const regions = Math.max(1, Math.min(6, Math.floor(room / PMD_SIZE) - 1))

    log(regions, 'pages, each below a table of its own')
    const sparse = machine.spawn('sparse')
    const first = sparse.mmap({ length: regions * PMD_SIZE })
    sparse.write(first, { count: regions, stride: PMD_SIZE })
    sparse.exit()

    log('unmapped piece by piece')
    const parts = machine.spawn('parts')
    const all = parts.mmap({ length: regions * PMD_SIZE })
    parts.write(all, { count: regions, stride: PMD_SIZE })
    for (let i = 0; i < regions; i++) parts.munmap(all + BigInt(i * PMD_SIZE), PMD_SIZE)
    parts.exit()

    log('a fork, and the child ends first')
    const parent = machine.spawn('parent')
    const shared = parent.mmap({ length: 8 * PAGE_SIZE })
    parent.write(shared, { count: 8 })
    const child = parent.fork('child')
    child.write(shared)
    child.exit()

    log('forks that run out of memory, each a little later')
    for (let n = 1; n <= 4; n++) {
      machine.fail.alloc(n)
      try {
        parent.fork(`fork${n}`).exit()
      } catch {
        log('fork failed at allocation', n)
      }
      machine.fail.alloc(0)
    }

    log('a child that ends before it has a single mapping, as after a fork that fails early')
    parent.madvise(shared, 8 * PAGE_SIZE, 'DONTFORK')
    parent.fork('empty').exit()

    log('another program takes the place of this one')
    parent.execve('program')
    const fresh = parent.mmap({ length: PAGE_SIZE })
    parent.write(fresh)
    parent.exit()

    log('the last pages of the address space')
    const high = machine.spawn('high')
    high.write(high.mmap({ length: PAGE_SIZE }))
    const top = TASK_SIZE - BigInt(64 * PAGE_SIZE)
    try {
      high.write(high.mmap({ length: PAGE_SIZE, addr: top, fixed: true }))
    } catch {
      log('they cannot be mapped on this machine')
    }
    high.exit()

    log('tables that move, and tables that are emptied')
    const moved = machine.spawn('moved')
    const from = moved.mmap({ length: 16 * PAGE_SIZE })
    moved.write(from, { count: 16 })
    const to = moved.mremap(from, 16 * PAGE_SIZE, 32 * PAGE_SIZE, { mayMove: true })
    moved.madvise(to, 16 * PAGE_SIZE, 'DONTNEED')
    moved.exit()

    oneLooksAtAnother(context)

    log('an address space that is never used')
    machine.spawn('idle').exit()

    if (machine.cpus > 1) threadsRace(context)

    expect(machine.dmesg, 'the kernel has nothing to complain about').toEqual([])
    // With more CPUs an idle one may still hold on to the last address space.
    if (machine.cpus === 1) expect(machine.vmstat.nr_page_table_pages, 'every table is gone').toBe(before)
    expect(machine.processes.length).toBe(0)
  },
})

function threadsRace({ machine, race, log }: RunContext): void {
  const { PAGE_SIZE, PUD_SIZE, TASK_SIZE } = machine.arch
  log('two threads find the same table missing, interrupted a little later each time')
  const gap = BigInt(Math.min(PUD_SIZE, Number(TASK_SIZE / 32n)))
  const empty = TASK_SIZE / 8n + gap
  const threads = [1, 2, 3, 4, 5, 6].flatMap((n) => {
    const first = machine.spawn(`first${n}`)
    const second = first.clone({ vm: true, name: `second${n}` })
    first.write(first.mmap({ length: PAGE_SIZE }))
    first.write(first.mmap({ length: PAGE_SIZE, addr: empty - (empty % BigInt(PAGE_SIZE)) }))
    const next = empty + gap
    const at = first.mmap({ length: PAGE_SIZE, addr: next - (next % BigInt(PAGE_SIZE)) })
    race(
      () => first.write(at),
      () => second.write(at),
      { schedule: `A${n} B A` },
    )
    return [second, first]
  })
  for (const thread of threads) thread.exit()
  // An idle CPU holds on to the address space it ran last: check_mm waits until it lets go.
  const last = machine.spawn('last')
  for (let id = 0; id < machine.cpus; id++) machine.cpu(id).run(last, () => last.brk())
  last.exit()
}

function oneLooksAtAnother({ machine, log }: RunContext): void {
  const { PAGE_SIZE } = machine.arch
  log('one process looks at another, as ps does, and writes to its own memory')
  const seen = machine.spawn('seen')
  const own = seen.mmap({ length: 4 * PAGE_SIZE })
  const ps = machine.spawn('ps')
  try {
    ps.readProc(seen, 'cmdline')
    seen.write(own, { count: 4 })
    seen.exit()
    ps.exit()
  } catch (error) {
    log(String(error))
  }
}
