import { scenario } from 'ptlab'

export default scenario({
  title: 'Walking one address',
  group: 'Start here',
  minutes: 4,
  about: `
    **What lies between an address and its byte?**

    An address is a row of indices, one per level, and an offset. The hardware takes the first index into the top
    table, finds there the frame of the next table, and so on down to the entry that names the page.

    This scenario cuts the address into indices by hand and compares with the walk.

    Look at
    - *Tables*: press Alt+A and give the address; each level shows the entry on its way;
    - the decoded bits of the last entry after the read and after the write: who sets *accessed*, who sets *dirty*;
    - *CPU & TLB*: after the walk the translation is kept, and the next access does not walk at all.

    Try: another address in the same 2 MiB, then one in another gigabyte. From which level on do the paths differ?
  `,
  machines: [{ arch: 'x86_64' }, { arch: 'arm64' }, { arch: 'riscv64' }],

  run({ machine, expect, log }) {
    const { arch } = machine
    const { PAGE_SIZE, entries } = arch
    const span = {
      pgd: arch.PGDIR_SIZE,
      p4d: arch.P4D_SIZE,
      pud: arch.PUD_SIZE,
      pmd: arch.PMD_SIZE,
      pte: PAGE_SIZE,
    }
    const task = machine.spawn('walker')
    const at = task.mmap({ length: 16 * PAGE_SIZE }) + BigInt(5 * PAGE_SIZE)
    task.write(at, { value: 0xc0ffeen })

    const steps = task.walk(at)
    for (const { level, index, raw } of steps) {
      log(level, 'index', index, 'entry', `0x${raw.toString(16)}`)
      const byHand = (at / BigInt(span[level])) % BigInt(entries[level])
      expect(index, `${level}: the address says where to look`).toBe(Number(byHand))
    }
    expect(steps.at(-1)?.level, 'the walk reaches the last level').toBe('pte')

    const frames = steps.map((step) => step.tableFrame)
    expect(new Set(frames).size, 'every level has a table of its own').toBe(steps.length)

    const entry = task.pte(at)
    expect(entry.present && entry.write && entry.dirty, 'written: all three bits').toBe(true)
    log(entry.young ? 'and accessed' : 'nobody keeps the accessed bit here')
    expect(entry.frame).toBe(task.frame(at))

    const cached = machine.cpu(0).tlb.lookup(at)
    expect(cached?.frame, 'the TLB remembers the frame').toBe(task.frame(at))
    const misses = machine.cpu(0).tlb.misses
    expect(task.read(at), 'the data').toBe(0xc0ffeen)
    expect(machine.cpu(0).tlb.misses, 'read without a walk').toBe(misses)
  },
})
