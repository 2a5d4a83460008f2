import { describe, expect, it } from 'vitest'
import { createLab } from '../lab/index.ts'

const MiB = 2 ** 20

function machine(arch = 'x86_64', kernel = '6.12') {
  const spec = { arch, kernel, config: { thp: 'always' } }
  return createLab({
    spec,
    scenario: 'test',
    seed: 1,
    traceLevel: 'full',
    sink: () => {},
    locate: () => ({ file: '', line: 0, column: 0 }),
  }).context.machine
}

describe('transparent huge pages on x86-64', () => {
  it.each(['6.12', '7.2'])(
    'a write to the huge zero page: small page in 6.12, huge page in 7.2 (%s)',
    (kernel) => {
      const m = machine('x86_64', kernel)
      const task = m.spawn('t')
      const at = task.mmap({ length: 2 * MiB, addr: 0x2000_0000_0000n })
      task.read(at)
      expect([task.mm.rss.anon, task.mm.pgtables_bytes, m.vmstat.thp_zero_page_alloc]).toEqual([0, 12288, 1])
      task.write(at)
      expect(task.mm.rss.anon).toBe(kernel === '6.12' ? 1 : 512)
    },
  )

  it('fork shares the huge page, a write splits and copies one small page, everything is given back', () => {
    const m = machine()
    const free = m.freePages
    const parent = m.spawn('p')
    const at = parent.mmap({ length: 2 * MiB, addr: 0x2000_0000_0000n })
    parent.write(at, { value: 5 })
    const child = parent.fork()
    expect([child.mm.pgtables_bytes, child.mm.rss.anon, child.frame(at)]).toEqual([
      12288,
      512,
      parent.frame(at),
    ])
    child.write(at, { value: 6 })
    expect([child.pte(at).level, child.mm.rss.anon, child.read(at), parent.read(at)]).toEqual([
      'pte',
      512,
      6n,
      5n,
    ])
    child.mprotect(at, MiB, 'r')
    parent.mprotect(at, MiB, 'r')
    child.exit()
    parent.exit()
    expect([m.freePages, m.vmstat.nr_page_table_pages, m.dmesg]).toEqual([free, 0, []])
  })
})

describe('MADV_COLLAPSE', () => {
  it('turns small pages into one huge page that keeps their table and their contents', () => {
    const m = machine()
    m.thp('never')
    const free = m.freePages
    const task = m.spawn('t')
    const at = task.mmap({ length: 2 * MiB, addr: 0x2000_0000_0000n })
    task.write(at + 4096n, { value: 9 })
    task.madvise(at, 2 * MiB, 'COLLAPSE')
    expect([task.pte(at).level, task.mm.rss.anon, task.mm.pgtables_bytes, task.read(at + 4096n)]).toEqual([
      'pmd',
      512,
      12288,
      9n,
    ])
    expect(m.vmstat.thp_collapse_alloc).toBe(1)
    task.exit()
    expect([m.freePages, m.dmesg]).toEqual([free, []])
  })

  it('needs a writable page and a mapping that allows it', () => {
    const m = machine()
    m.thp('never')
    const task = m.spawn('t')
    const at = task.mmap({ length: 2 * MiB, addr: 0x2000_0000_0000n })
    expect(() => task.madvise(at, 2 * MiB, 'COLLAPSE')).toThrow('EINVAL')
    task.write(at)
    task.madvise(at, 2 * MiB, 'NOHUGEPAGE')
    expect(() => task.madvise(at, 2 * MiB, 'COLLAPSE')).toThrow('EINVAL')
  })
})

describe('hugetlb', () => {
  it('is reserved at mmap, taken at the fault, counted apart, and given back', () => {
    const spec = { config: { hugepages: 8 } }
    const one = createLab({
      spec,
      scenario: 'test',
      seed: 1,
      traceLevel: 'full',
      sink: () => {},
      locate: () => ({ file: '', line: 0, column: 0 }),
    })
    const m = one.context.machine
    const task = m.spawn('t')
    const at = task.mmap({ length: 4 * MiB, hugetlb: true })
    expect(m.hugepages).toEqual({ total: 8, free: 8, reserved: 2 })
    task.write(at, { value: 1 })
    expect([task.mm.rss.total, task.mm.pgtables_bytes, m.hugepages.free, m.hugepages.reserved]).toEqual([
      0, 8192, 7, 1,
    ])
    expect(() => task.munmap(at, 4096)).toThrow('EINVAL')
    const child = task.fork()
    child.write(at, { value: 2 })
    expect([task.read(at), child.read(at), m.hugepages.free]).toEqual([1n, 2n, 6])
    expect(() => task.mmap({ length: 20 * MiB, hugetlb: true })).toThrow('ENOMEM')
    child.exit()
    task.munmap(at, 2 * MiB)
    task.exit()
    expect(m.hugepages).toEqual({ total: 8, free: 8, reserved: 0 })
    expect(m.dmesg).toEqual([])
  })
})
