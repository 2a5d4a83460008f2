import { describe, expect, it } from 'vitest'
import { testMachine } from '../lab/testMachine.fixture.ts'

const PAGE = 4096

function process(spec = {}) {
  return testMachine(spec).spawn('t')
}

function smapsKb(text: string, name: string): number {
  return Number(new RegExp(`${name}: +(\\d+) kB`).exec(text)![1])
}

describe('MADV_FREE', () => {
  it('leaves old clean entries; a write needs no fault and keeps the contents', () => {
    const task = process()
    const at = task.mmap({ length: 4 * PAGE })
    task.write(at, { count: 4, value: 9 })
    const faults = task.minFaults
    task.madvise(at, 4 * PAGE, 'FREE')
    expect([task.pte(at).dirty, task.pte(at).young, task.pte(at).write]).toEqual([false, false, true])
    task.write(at + BigInt(PAGE))
    expect([task.minFaults - faults, task.read(at), task.mm.rss.anon]).toEqual([0, 9n, 4])
    expect([smapsKb(task.smaps(), 'Private_Clean'), smapsKb(task.smaps(), 'Private_Dirty')]).toEqual([12, 4])
  })

  it.each([
    ['6.12', 31],
    ['6.1', 15],
  ])('%s: pages stop being swap-backed a batch of %i at a time', (kernel, batch) => {
    const task = process({ kernel })
    const at = task.mmap({ length: (batch + 4) * PAGE })
    task.write(at, { count: batch + 4 })
    task.madvise(at, (batch + 4) * PAGE, 'FREE')
    expect(smapsKb(task.smaps(), 'LazyFree')).toBe(4 * batch)
    task.madvise(at, PAGE, 'FREE')
    expect(smapsKb(task.smaps(), 'LazyFree')).toBe(4 * (batch + 4))
    task.write(at, { count: 2 })
    expect(smapsKb(task.smaps(), 'LazyFree')).toBe(4 * (batch + 2))
  })

  it('a page freed while it waits in the batch does not mark its successor', () => {
    const task = process()
    const at = task.mmap({ length: PAGE })
    task.write(at)
    task.madvise(at, PAGE, 'FREE')
    task.madvise(at, PAGE, 'DONTNEED')
    task.write(at)
    task.madvise(at, PAGE, 'COLD')
    expect(smapsKb(task.smaps(), 'LazyFree')).toBe(0)
  })
})

describe('MADV_COLD', () => {
  it('makes entries old, PAGEOUT leaves them', () => {
    const task = process()
    const at = task.mmap({ length: 2 * PAGE })
    task.write(at, { count: 2 })
    task.madvise(at, PAGE, 'PAGEOUT')
    expect(task.pte(at).young).toBe(true)
    task.madvise(at, PAGE, 'COLD')
    expect([task.pte(at).young, task.pte(at + BigInt(PAGE)).young, task.mm.rss.anon]).toEqual([
      false,
      true,
      2,
    ])
  })
})

describe('page-table reclaim (7.2)', () => {
  const PMD = 2 ** 21

  it.each([
    ['6.12', 20480],
    ['7.2', 12288],
  ])('%s: DONTNEED of whole pmd ranges leaves %i bytes of tables', (kernel, bytes) => {
    const machine = testMachine({ kernel })
    const task = machine.spawn('t')
    const at = task.mmap({ length: 3 * PMD, addr: 0x2000_0000_0000n })
    task.write(at, { count: 3, stride: PMD })
    expect(task.mm.pgtables_bytes).toBe(20480)
    task.madvise(at, 2 * PMD + PAGE, 'DONTNEED')
    expect([task.mm.pgtables_bytes, task.mm.rss.anon]).toEqual([bytes, 0])
    task.exit()
    expect([machine.dmesg, machine.vmstat.nr_page_table_pages]).toEqual([[], 0])
  })
})
