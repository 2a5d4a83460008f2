import { describe, expect, it } from 'vitest'
import type { Machine, Process } from '../lab/api.ts'
import { testMachine } from '../lab/testMachine.fixture.ts'

const PAGE = 4096
const PMD = 2 ** 21
const PUD = 2 ** 30
/** A pgd border far from everything. */
const AT = 0x2000_0000_0000n

interface Fixture {
  machine: Machine
  task: Process
}

function x86(kernel = '6.12'): Fixture {
  const machine = testMachine({ kernel })
  return { machine, task: machine.spawn('t') }
}

function mapped(task: Process, addr: bigint, length: number): bigint {
  return task.mmap({ addr, length, fixed: true })
}

/** The frame of the table that holds the entry of an address. */
function tableOf(task: Process, addr: bigint): number {
  return task.walk(addr).at(-1)!.tableFrame
}

function clean({ machine, task }: Fixture): void {
  task.exit()
  expect(machine.dmesg).toEqual([])
  expect(machine.vmstat.nr_page_table_pages).toBe(0)
}

describe('mremap in place', () => {
  it('grows where nothing is above, and keeps its pages', () => {
    const f = x86()
    mapped(f.task, AT, 2 * PAGE)
    f.task.write(AT, { value: 5 })
    expect(f.task.mremap(AT, 2 * PAGE, 4 * PAGE)).toBe(AT)
    expect([f.task.mm.map_count, f.task.mm.total_vm, f.task.mm.data_vm]).toEqual([1, 4, 4])
    expect(f.task.read(AT)).toBe(5n)
    clean(f)
  })

  it('joins the mapping above that it grows up to', () => {
    const f = x86()
    mapped(f.task, AT, PAGE)
    mapped(f.task, AT + 3n * BigInt(PAGE), PAGE)
    f.task.mremap(AT, PAGE, 3 * PAGE)
    expect(f.task.vmas.map(({ start, end }) => [start, end])).toEqual([[AT, AT + 4n * BigInt(PAGE)]])
    clean(f)
  })

  it('shrinks, and frees the tables above', () => {
    const f = x86()
    mapped(f.task, AT + BigInt(PMD - PAGE), 2 * PAGE)
    f.task.write(AT + BigInt(PMD - PAGE), { count: 2 })
    expect(f.task.mm.pgtables_bytes).toBe(4 * PAGE)
    f.task.mremap(AT + BigInt(PMD - PAGE), 2 * PAGE, PAGE)
    expect([f.task.mm.pgtables_bytes, f.task.mm.rss.anon, f.task.mm.total_vm]).toEqual([3 * PAGE, 1, 1])
    clean(f)
  })

  it('moves what cannot grow only when it may', () => {
    const f = x86()
    mapped(f.task, AT, PAGE)
    mapped(f.task, AT + BigInt(PAGE), PAGE)
    f.task.write(AT, { value: 3 })
    f.task.mprotect(AT + BigInt(PAGE), PAGE, 'r')
    expect(() => f.task.mremap(AT, PAGE, 2 * PAGE)).toThrow('ENOMEM')
    const moved = f.task.mremap(AT, PAGE, 2 * PAGE, { mayMove: true })
    expect(moved).not.toBe(AT)
    expect(f.task.read(moved)).toBe(3n)
    expect(f.task.vmas.map(({ start }) => start).sort()).toEqual([AT + BigInt(PAGE), moved].sort())
    clean(f)
  })
})

describe('move_page_tables', () => {
  it('moves entries one by one within the last table: soft-dirty, same pages, one flush', () => {
    const f = x86()
    const from = AT + BigInt(PAGE)
    const to = AT + 4n * BigInt(PMD) + 5n * BigInt(PAGE)
    mapped(f.task, from, 3 * PAGE)
    f.task.write(from, { count: 2 })
    const frames = [f.task.frame(from), f.task.frame(from + BigInt(PAGE)), null]
    f.task.clearRefs(4)
    const gen = f.task.mm.field('context.tlb_gen')
    f.task.mremap(from, 3 * PAGE, 3 * PAGE, { mayMove: true, fixed: to })
    expect([0n, 1n, 2n].map((i) => f.task.frame(to + i * BigInt(PAGE)))).toEqual(frames)
    expect(f.task.pte(to).softDirty).toBe(true)
    expect(f.task.frame(from)).toBeNull()
    // The move flushes once, the unmapping of the old range frees its table and flushes again.
    expect(f.task.mm.field('context.tlb_gen')).toBe(gen + 2n)
    expect([f.task.mm.pgtables_bytes, f.task.mm.rss.anon]).toEqual([3 * PAGE, 2])
    clean(f)
  })

  it('takes whole pte tables along where both ends are pmd borders', () => {
    const f = x86()
    mapped(f.task, AT, 2 * PMD)
    f.task.write(AT, { count: 2, stride: PMD })
    const tables = [tableOf(f.task, AT), tableOf(f.task, AT + BigInt(PMD))]
    f.task.mremap(AT, 2 * PMD, 2 * PMD, { mayMove: true, fixed: AT + 8n * BigInt(PMD) })
    const there = AT + 8n * BigInt(PMD)
    expect([tableOf(f.task, there), tableOf(f.task, there + BigInt(PMD))]).toEqual(tables)
    clean(f)
  })

  it('takes a whole pmd table along where both ends are pud borders', () => {
    const f = x86()
    mapped(f.task, AT, PUD)
    f.task.write(AT, { count: 2, stride: PMD })
    const pmdTable = f.task.walk(AT).find(({ level }) => level === 'pmd')!.tableFrame
    const to = AT + 2n ** 39n
    f.task.mremap(AT, PUD, PUD, { mayMove: true, fixed: to })
    expect(f.task.walk(to).find(({ level }) => level === 'pmd')!.tableFrame).toBe(pmdTable)
    expect([f.task.mm.pgtables_bytes, f.task.mm.rss.anon]).toEqual([4 * PAGE, 2])
    clean(f)
  })

  it('goes entry by entry on machines without HAVE_MOVE_PMD, with the same result', () => {
    const machine = testMachine({ arch: 's390' })
    const task = machine.spawn('t')
    // Below 4 TiB, where an s390 address space begins with three levels.
    const LOW = 2n ** 40n
    const pmd = machine.arch.PMD_SIZE
    mapped(task, LOW, pmd)
    task.write(LOW)
    const frame = task.frame(LOW)
    const table = tableOf(task, LOW)
    const to = LOW + 8n * BigInt(pmd)
    task.mremap(LOW, pmd, pmd, { mayMove: true, fixed: to })
    expect(tableOf(task, to)).not.toBe(table)
    expect(task.frame(to)).toBe(frame)
    clean({ machine, task })
  })

  it.each([
    ['6.12', true],
    ['6.1', false],
  ])('realigns a move that crosses a pmd border (%s: %s)', (kernel, realigns) => {
    const f = x86(kernel)
    const from = AT + BigInt(PMD - PAGE)
    const to = AT + BigInt(16 * PMD + PMD - PAGE)
    mapped(f.task, from, PAGE + PMD)
    f.task.write(from)
    const table = tableOf(f.task, from)
    f.task.mremap(from, PAGE + PMD, PAGE + PMD, { mayMove: true, fixed: to })
    expect(tableOf(f.task, to) === table).toBe(realigns)
    expect([f.task.mm.rss.anon, f.task.mm.pgtables_bytes]).toEqual([1, 3 * PAGE])
    clean(f)
  })

  it('does not realign over a neighbour', () => {
    const f = x86()
    const from = AT + BigInt(PMD - PAGE)
    const to = AT + BigInt(16 * PMD + PMD - PAGE)
    mapped(f.task, from, PAGE + PMD)
    f.task.mmap({ addr: from - BigInt(2 * PAGE), length: PAGE, fixed: true, prot: 'r' })
    f.task.write(from)
    const table = tableOf(f.task, from)
    f.task.mremap(from, PAGE + PMD, PAGE + PMD, { mayMove: true, fixed: to })
    expect(tableOf(f.task, to)).not.toBe(table)
    clean(f)
  })

  it('i386 PAE cannot move a pmd table: all user pmd tables exist (WARN_ON_ONCE in move_normal_pud)', () => {
    const machine = testMachine({ arch: 'x86-pae' })
    const task = machine.spawn('t')
    mapped(task, 0x4000_0000n, PUD)
    task.write(0x4000_0000n, { value: 2 })
    task.mremap(0x4000_0000n, PUD, PUD, { mayMove: true, fixed: 0x8000_0000n })
    task.mremap(0x8000_0000n, PUD, PUD, { mayMove: true, fixed: 0x4000_0000n })
    expect(task.read(0x4000_0000n)).toBe(2n)
    expect(machine.dmesg).toEqual([expect.stringContaining('move_normal_pud')])
  })

  it('refuses when there are too many mappings for the parts a move may leave', () => {
    const machine = testMachine({ config: { maxMapCount: 8 } })
    const task = machine.spawn('t')
    for (let i = 0; i < 4; i++) mapped(task, AT + BigInt(i * 2 * PAGE), PAGE)
    expect(() => task.mremap(AT, PAGE, PAGE, { mayMove: true, fixed: AT + BigInt(PMD) })).toThrow('ENOMEM')
  })

  it('P9: keeps rss, entries and contents for any alignment', () => {
    const f = x86()
    for (const [i, shift] of [0, 1, 511, 512, 513].entries()) {
      const from = AT + BigInt(i) * BigInt(PUD) + BigInt(shift * PAGE)
      const to = AT + BigInt(i + 16) * BigInt(PUD) + BigInt(((shift * 7) % 1024) * PAGE)
      mapped(f.task, from, 3 * PMD)
      f.task.write(from, { count: 12, stride: PMD / 4, value: BigInt(i + 1) })
      f.task.mremap(from, 3 * PMD, 3 * PMD, { mayMove: true, fixed: to })
      for (let k = 0; k < 12; k++) expect(f.task.read(to + BigInt((k * PMD) / 4))).toBe(BigInt(i + 1))
      expect(f.task.mm.rss.anon).toBe(12 * (i + 1))
    }
    clean(f)
  })
})

describe('mremap flags', () => {
  it('DONTUNMAP leaves an empty mapping that has never faulted', () => {
    const f = x86()
    mapped(f.task, AT, 2 * PAGE)
    f.task.write(AT, { count: 2 })
    const to = AT + 4n * BigInt(PMD)
    f.task.mremap(AT, 2 * PAGE, 2 * PAGE, { mayMove: true, fixed: to, dontUnmap: true })
    expect(f.task.vmas.map(({ hasAnonVma }) => hasAnonVma)).toEqual([false, true])
    expect([f.task.mm.total_vm, f.task.mm.rss.anon, f.task.mm.pgtables_bytes]).toEqual([4, 2, 4 * PAGE])
    expect(f.task.read(AT)).toBe(0n)
    clean(f)
  })

  it('DONTUNMAP beside itself makes a mapping of its own, where a plain move would join', () => {
    const f = x86()
    mapped(f.task, AT, 2 * PAGE)
    f.task.mremap(AT, 2 * PAGE, 2 * PAGE, { mayMove: true, fixed: AT + BigInt(2 * PAGE), dontUnmap: true })
    expect([f.task.mm.map_count, f.task.mm.total_vm]).toEqual([2, 4])
    clean(f)
  })

  it('an old length of 0 maps the same shared memory twice', () => {
    const f = x86()
    const at = f.task.mmap({ length: 2 * PAGE, shared: true })
    f.task.write(at, { value: 5 })
    const to = AT + BigInt(PMD)
    f.task.mremap(at, 0, 2 * PAGE, { mayMove: true, fixed: to })
    expect([f.task.read(to), f.task.frame(to)]).toEqual([5n, f.task.frame(at)])
    expect([f.task.mm.map_count, f.task.mm.rss.shmem]).toEqual([2, 2])
    clean(f)
  })

  it('an old length of 0 is refused for private memory', () => {
    const f = x86()
    mapped(f.task, AT, PAGE)
    expect(() => f.task.mremap(AT, 0, PAGE, { mayMove: true })).toThrow('EINVAL')
    clean(f)
  })

  it('refuses what Linux refuses', () => {
    const { task } = x86()
    mapped(task, AT, 4 * PAGE)
    const other = AT + BigInt(PMD)
    expect(() => task.mremap(AT, PAGE, PAGE, { fixed: other })).toThrow('EINVAL')
    expect(() => task.mremap(AT, PAGE, 2 * PAGE, { mayMove: true, dontUnmap: true })).toThrow('EINVAL')
    expect(() => task.mremap(AT, PAGE, PAGE, { dontUnmap: true })).toThrow('EINVAL')
    expect(() => task.mremap(AT, PAGE, 0)).toThrow('EINVAL')
    expect(() => task.mremap(AT + 1n, PAGE, PAGE)).toThrow('EINVAL')
    expect(() => task.mremap(AT, PAGE, PAGE, { mayMove: true, fixed: other + 1n })).toThrow('EINVAL')
    expect(() => task.mremap(other, PAGE, PAGE)).toThrow('EFAULT')
    expect(() => task.mremap(AT, 8 * PAGE, 9 * PAGE, { mayMove: true })).toThrow('EFAULT')
    expect(() => task.mremap(AT, 4 * PAGE, 4 * PAGE, { mayMove: true, fixed: AT + BigInt(PAGE) })).toThrow(
      'EINVAL',
    )
    expect(() => task.mremap(AT, PAGE, PAGE, { mayMove: true, fixed: 2n ** 47n })).toThrow('EINVAL')
  })

  it('a part moved out of the middle leaves two parts', () => {
    const f = x86()
    mapped(f.task, AT, 3 * PAGE)
    f.task.write(AT, { count: 3 })
    f.task.mremap(AT + BigInt(PAGE), PAGE, PAGE, { mayMove: true, fixed: AT + BigInt(PMD) })
    expect(f.task.vmas.map(({ start, end }) => Number(end - start) / PAGE)).toEqual([1, 1, 1])
    expect(f.task.mm.total_vm).toBe(3)
    // Back in its old place it is one mapping again: same anon_vma, same numbering.
    f.task.mremap(AT + BigInt(PMD), PAGE, PAGE, { mayMove: true, fixed: AT + BigInt(PAGE) })
    expect(f.task.vmas).toHaveLength(1)
    clean(f)
  })
})

describe('mremap of several mappings', () => {
  const between = AT + 2n * BigInt(PMD)

  function two(kernel: string): Fixture {
    const f = x86(kernel)
    mapped(f.task, AT, PAGE)
    f.task.mmap({ addr: AT + BigInt(2 * PAGE), length: 2 * PAGE, prot: 'rw', fixed: true })
    f.task.mmap({ addr: AT + BigInt(4 * PAGE), length: PAGE, prot: 'r', fixed: true })
    f.task.write(AT, { value: 1 })
    f.task.write(AT + BigInt(2 * PAGE), { value: 2 })
    return f
  }

  it('7.2: moves them all, gaps included', () => {
    const f = two('7.2')
    expect(f.task.mremap(AT, 5 * PAGE, 5 * PAGE, { mayMove: true, fixed: between })).toBe(between)
    expect(f.task.vmas.map(({ start, perms }) => [Number(start - between) / PAGE, perms])).toEqual([
      [0, 'rw-p'],
      [2, 'rw-p'],
      [4, 'r--p'],
    ])
    expect([f.task.read(between), f.task.read(between + BigInt(2 * PAGE))]).toEqual([1n, 2n])
    clean(f)
  })

  it('6.12: refuses', () => {
    const f = two('6.12')
    expect(() => f.task.mremap(AT, 5 * PAGE, 5 * PAGE, { mayMove: true, fixed: between })).toThrow('EFAULT')
    clean(f)
  })
})

describe('mremap of huge pages', () => {
  it('moves a transparent huge page whole, with the table kept for it', () => {
    const machine = testMachine({ config: { thp: 'always' } })
    const task = machine.spawn('t')
    mapped(task, AT, 2 * PMD)
    task.write(AT, { value: 3 })
    const frame = task.frame(AT)
    const to = AT + BigInt(PUD)
    task.mremap(AT, 2 * PMD, 2 * PMD, { mayMove: true, fixed: to })
    expect([task.pte(to).level, task.frame(to), task.read(to)]).toEqual(['pmd', frame, 3n])
    expect([task.mm.pgtables_bytes, task.mm.rss.anon, machine.vmstat.thp_split_pmd]).toEqual([
      3 * PAGE,
      512,
      0,
    ])
    clean({ machine, task })
  })

  it('splits one that does not fit its new place', () => {
    const machine = testMachine({ config: { thp: 'always' } })
    const task = machine.spawn('t')
    mapped(task, AT, PMD)
    task.write(AT, { value: 3 })
    const to = AT + BigInt(PUD + PAGE)
    task.mremap(AT, PMD, PMD, { mayMove: true, fixed: to })
    expect([task.pte(to).level, task.read(to), machine.vmstat.thp_split_pmd]).toEqual(['pte', 3n, 1])
    clean({ machine, task })
  })

  it('moves pages of the pool and what is reserved', () => {
    const machine = testMachine({ config: { hugepages: 4 } })
    const task = machine.spawn('t')
    const free = machine.freePages
    task.mmap({ addr: AT, length: 2 * PMD, fixed: true, hugetlb: true })
    task.write(AT, { value: 9 })
    const to = AT + BigInt(PUD)
    expect(() => task.mremap(AT, 2 * PMD, 3 * PMD, { mayMove: true })).toThrow('EINVAL')
    expect(() => task.mremap(AT, 2 * PMD, 2 * PMD, { mayMove: true, fixed: to + BigInt(PAGE) })).toThrow(
      'EINVAL',
    )
    task.mremap(AT, 2 * PMD, 2 * PMD, { mayMove: true, fixed: to })
    expect(task.read(to)).toBe(9n)
    task.write(to + BigInt(PMD))
    task.munmap(to, 2 * PMD)
    expect(machine.freePages).toBe(free)
    clean({ machine, task })
  })
})
