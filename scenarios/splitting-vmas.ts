import { scenario, type Process } from 'ptlab'

export default scenario({
  title: 'Who runs out of VMAs?',
  group: 'Address space',
  minutes: 4,
  about: `
    **Why does mprotect fail with ENOMEM while memory is free?**

    A VMA has one protection. Changing it for a page in the middle splits the VMA in three; changing it back merges
    them again. A program that guards every other page of a heap makes as many VMAs as pages, and the limit
    \`vm.max_map_count\` (65530) ends it. Page tables are not involved: the same tables serve one VMA or a thousand.

    Look at
    - *mm_struct*: \`map_count\` goes up by two with each guard page, and back;
    - \`pgtables_bytes\`, which does not move;
    - the call that fails: to cut out one page it must split twice. The first split works, the second meets the limit,
      and nobody undoes the first: two neighbours with equal rights, which only a change on either side would merge.

    Try: guard the pages from the first to the last without gaps. How many VMAs are there at any time?
  `,
  machines: [{ arch: 'x86_64', config: { maxMapCount: 200 } }],

  run({ machine, expect, chart, log, skip }) {
    const { PAGE_SIZE } = machine.arch
    const pages = 400
    const task = machine.spawn('collector')
    const at = task.mmap({ length: pages * PAGE_SIZE })
    task.write(at, { count: pages })
    const { pgtables_bytes: tables } = task.mm
    expect(task.mm.map_count).toBe(1)

    task.mprotect(at, PAGE_SIZE, 'none')
    if (!task.pte(at).present) skip('PROT_NONE makes an entry that pte_present does not know')
    if (task.pte(at).write) skip('pte_modify never takes write permission away')
    if (canRead(task, at)) skip('the MMU lets user code read a present PROT_NONE page')
    task.mprotect(at, PAGE_SIZE, 'rw')

    const count = chart.series('map_count')
    const page = (i: number) => at + BigInt(i * PAGE_SIZE)
    let guards = 0
    expect(() => {
      for (let i = 1; i < pages; i += 2) {
        task.mprotect(page(i), PAGE_SIZE, 'none')
        guards++
        count.add(task.mm.map_count)
      }
    }, 'the limit is reached before the last page').toThrow('ENOMEM')
    log(guards, 'guard pages,', task.mm.map_count, 'VMAs')
    expect(task.mm.map_count, 'two VMAs for each guard page, and half of the one that failed').toBe(
      2 * guards + 2,
    )
    expect(task.mm.map_count, 'exactly the limit').toBe(200)
    expect(task.mm.pgtables_bytes, 'page tables know nothing of VMAs').toBe(tables)
    expect(() => task.read(page(1)), 'a guard page does its work').toThrow('SIGSEGV')

    task.mprotect(at, pages * PAGE_SIZE, 'rw')
    expect(task.mm.map_count, 'changed neighbours merge; the failed call leaves its border').toBe(2)
    expect(task.read(page(1)), 'and the data was there all the time').toBe(0n)
    expect(task.mm.rss.anon).toBe(pages)
  },
})

function canRead(task: Process, addr: bigint): boolean {
  try {
    task.read(addr)
    return true
  } catch {
    return false
  }
}
