import { describe, expect, it } from 'vitest'
import { testMachine } from '../lab/testMachine.fixture.ts'

const PAGE = 4096

function process() {
  return testMachine().spawn('t')
}

describe('mlock', () => {
  it('faults private writable memory in by writes, munlock keeps it', () => {
    const task = process()
    const at = task.mmap({ length: 4 * PAGE })
    task.read(at, { count: 2 })
    const before = task.minFaults
    task.mlock(at, 4 * PAGE)
    expect([task.minFaults - before, task.mm.locked_vm, task.mm.rss.anon]).toEqual([4, 4, 4])
    expect(task.vmas[0].flags).toContain('lo')
    expect(task.smaps()).toMatch(/Locked: +16 kB/)
    task.munlock(at, 4 * PAGE)
    expect([task.mm.locked_vm, task.mm.rss.anon]).toEqual([0, 4])
  })

  it('rounds to pages, splits mappings, counts no page twice', () => {
    const task = process()
    const at = task.mmap({ length: 4 * PAGE })
    task.mlock(at + BigInt(PAGE) + 1n, 1)
    expect([task.mm.map_count, task.mm.locked_vm]).toEqual([3, 1])
    task.mlock(at, 4 * PAGE)
    expect([task.mm.map_count, task.mm.locked_vm]).toEqual([1, 4])
    task.munmap(at, PAGE)
    expect(task.mm.locked_vm).toBe(3)
  })

  it('a hole is ENOMEM after what lies before it is locked; PROT_NONE is ENOMEM too', () => {
    const task = process()
    const at = task.mmap({ length: PAGE, addr: 0x2000_0000_0000n })
    expect(() => task.mlock(at, 2 * PAGE)).toThrow('ENOMEM')
    expect(task.mm.locked_vm).toBe(1)
    const none = task.mmap({ length: PAGE, prot: 'none' })
    expect(() => task.mlock(none, PAGE)).toThrow('ENOMEM')
  })

  it('onFault locks without touching', () => {
    const task = process()
    const at = task.mmap({ length: 4 * PAGE })
    task.mlock(at, 4 * PAGE, { onFault: true })
    expect([task.mm.locked_vm, task.mm.rss.anon]).toEqual([4, 0])
    expect(task.vmas[0].flags).toEqual(expect.arrayContaining(['lo', 'lf']))
  })

  it('forbids DONTNEED and FREE, is not inherited by fork, follows mremap', () => {
    const task = process()
    const at = task.mmap({ length: 2 * PAGE, addr: 0x2000_0000_0000n })
    task.mlock(at, 2 * PAGE)
    expect(() => task.madvise(at, PAGE, 'DONTNEED')).toThrow('EINVAL')
    expect(() => task.madvise(at, PAGE, 'FREE')).toThrow('EINVAL')
    task.madvise(at, PAGE, 'DONTNEED_LOCKED')
    expect(task.mm.rss.anon).toBe(1)
    expect(task.fork().mm.locked_vm).toBe(0)
    const to = at + 0x4000_0000n
    task.mremap(at, 2 * PAGE, 3 * PAGE, { mayMove: true, fixed: to })
    expect([task.mm.locked_vm, task.frame(to + 2n * BigInt(PAGE))]).toEqual([3, expect.any(Number)])
  })

  it('MAP_LOCKED locks and populates; a locked mapping that becomes writable is copied at once', () => {
    const task = process()
    const at = task.mmap({ length: 3 * PAGE, prot: 'r', locked: true })
    expect([task.mm.locked_vm, task.mm.rss.anon, task.minFaults]).toEqual([3, 0, 3])
    task.mprotect(at, 2 * PAGE, 'rw')
    expect([task.mm.locked_vm, task.mm.rss.anon]).toEqual([3, 2])
    expect(task.pte(at).write).toBe(true)
  })

  it('mlockall covers what is and what will be', () => {
    const task = process()
    const first = task.mmap({ length: 2 * PAGE })
    task.mlockall({ current: true, future: true })
    const next = task.mmap({ length: 3 * PAGE, prot: 'r' })
    task.brk(task.brk() + BigInt(PAGE))
    expect([task.mm.locked_vm, task.mm.rss.anon]).toEqual([6, 3])
    expect([task.frame(first), task.frame(next)]).toEqual([expect.any(Number), expect.any(Number)])
    task.munlockall()
    task.mmap({ length: PAGE })
    expect(task.mm.locked_vm).toBe(0)
    expect(() => task.mlockall({ onFault: true })).toThrow('EINVAL')
  })
})

describe('mincore', () => {
  it('knows which pages are there', () => {
    const task = process()
    const at = task.mmap({ length: 4 * PAGE })
    task.write(at)
    task.read(at + BigInt(2 * PAGE))
    expect(task.mincore(at, 4 * PAGE)).toEqual([true, false, true, false])
    expect(() => task.mincore(at + BigInt(3 * PAGE), 2 * PAGE)).toThrow('ENOMEM')
  })
})
