import { scenario } from 'ptlab'

export default scenario({
  title: 'One struct, two layouts',
  group: 'Who counts the tables',
  minutes: 7,
  about: `
    **The kernel boots. \`ps\` hangs. \`poweroff\` hangs. \`poweroff -f\` works. What is broken?**

    In the tree of 22 January 2015 \`nr_pmds\` stood in \`mm_struct\` under \`#ifndef __PAGETABLE_PMD_FOLDED\`. The macro is
    defined by \`asm/pgtable.h\`, which \`linux/mm_types.h\` cannot include: it needs \`struct page\` from there. So whether the
    field exists depends on what a source file happened to include *before*: on sh4 two files of one kernel disagreed
    about where everything behind \`nr_ptes\` is.

    Nothing notices. The file with the shorter struct takes \`mmap_sem\` four bytes too low, finds a queue that is not empty
    and waits in it. And it has written its own place in that queue into the bytes that the others take for the queue's head:
    from now on they wait, too. (Which bytes are hit is what follows from the layouts; the symptom is what was reported.)

    Look at
    - *Struct layout*: a column per source file, the shift in red and in words;
    - *dmesg*: the two tasks that will never run again;
    - *Events*, \`name:FIELD_CORRUPT\`: who wrote what and hit what.

    Try: in the third machine the include list of \`mm/memory.c\` is put right. Put another one wrong; give the first machine
    two CPUs, so that spinlocks are more than an empty struct.
  `,
  machines: [
    { arch: 'sh4', kernel: 'mmotm-2015-01-22' },
    { arch: 'sh4', kernel: '4.0' },
    {
      arch: 'sh4',
      kernel: 'mmotm-2015-01-22',
      layout: { units: { 'mm/memory.c': ['linux/mm.h', 'linux/kernel_stat.h'] } },
    },
    { arch: 'x86_64', kernel: 'mmotm-2015-01-22' },
  ],

  run({ machine, expect, log }) {
    const { PAGE_SIZE } = machine.arch
    const { mmStruct } = machine
    const [first, ...others] = mmStruct.units
    const odd = others.filter(({ bytes }) => bytes !== first.bytes)
    log(
      `mm_struct has ${first.bytes} bytes in ${first.name};`,
      ...odd.map(({ name, bytes }) => `${bytes} in ${name}`),
    )

    const init = machine.spawn('init')
    const at = init.mmap({ length: 4 * PAGE_SIZE })
    init.write(at)
    const getty = init.fork('getty')
    getty.write(at)
    getty.exit()
    expect(
      machine.dmesg.filter((text) => text.includes('blocked')),
      'it boots: nobody hangs so far',
    ).toEqual([])

    const ps = machine.spawn('ps')
    const reads = () => ps.readProc(init, 'cmdline')
    const faults = () => init.write(at, { count: 4 })
    if (odd.some(({ name }) => name === 'mm/memory.c')) {
      expect(reads, 'ps waits for the lock of another process').toThrow('blocked for more than 120 seconds')
      expect(faults, 'and that process for its own').toThrow('blocked for more than 120 seconds')
      log('ps waits for', ps.waitsFor)
      log('init waits for', init.waitsFor)
      expect(machine.dmesg).toContain('INFO: task ps:3 blocked for more than 120 seconds.')
    } else {
      expect(reads(), 'all agree').toBe('init')
      faults()
      init.exit()
    }
  },
})
