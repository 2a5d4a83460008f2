import { describe, expect, it } from 'vitest'
import { testMachine } from '../lab/testMachine.fixture.ts'

const PAGE = 4096
const AT = 0x2000_0000_0000n

describe('madvise and fork', () => {
  it('DONTFORK leaves the mapping out, DOFORK takes it back in', () => {
    const task = testMachine().spawn('t')
    task.mmap({ addr: AT, length: 2 * PAGE, fixed: true })
    task.write(AT, { count: 2 })
    task.madvise(AT, PAGE, 'DONTFORK')
    const child = task.fork()
    expect([child.mm.total_vm, child.mm.data_vm, child.mm.rss.anon, task.mm.total_vm]).toEqual([1, 1, 1, 2])
    expect(() => child.read(AT)).toThrow('SEGV_MAPERR')
    task.madvise(AT, PAGE, 'DOFORK')
    expect([task.mm.map_count, task.fork().mm.rss.anon]).toEqual([1, 2])
  })

  it('WIPEONFORK gives the child zeroes and no tables; only private memory without a file may be wiped', () => {
    const task = testMachine().spawn('t')
    task.mmap({ addr: AT, length: PAGE, fixed: true })
    task.write(AT, { value: 7 })
    task.madvise(AT, PAGE, 'WIPEONFORK')
    const child = task.fork()
    expect([child.mm.pgtables_bytes, child.read(AT), task.read(AT)]).toEqual([0, 0n, 7n])
    expect(child.vmas[0].flags).toContain('wf')
    task.madvise(AT, PAGE, 'KEEPONFORK')
    expect(task.fork().read(AT)).toBe(7n)
    const shared = task.mmap({ length: PAGE, shared: true })
    expect(() => task.madvise(shared, PAGE, 'WIPEONFORK')).toThrow('EINVAL')
  })
})

describe('madvise errors', () => {
  it('goes on over holes and says ENOMEM at the end', () => {
    const task = testMachine().spawn('t')
    task.mmap({ addr: AT, length: PAGE, fixed: true })
    task.mmap({ addr: AT + BigInt(2 * PAGE), length: PAGE, fixed: true })
    task.write(AT)
    task.write(AT + BigInt(2 * PAGE))
    expect(() => task.madvise(AT, 3 * PAGE, 'DONTNEED')).toThrow('ENOMEM')
    expect(task.mm.rss.anon).toBe(0)
  })

  it('is EAGAIN where a split would make too many mappings', () => {
    const task = testMachine({ config: { maxMapCount: 1 } }).spawn('t')
    task.mmap({ addr: AT, length: 3 * PAGE, fixed: true })
    expect(() => task.madvise(AT + BigInt(PAGE), PAGE, 'DONTFORK')).toThrow('EAGAIN')
    expect(() => task.mprotect(AT + BigInt(PAGE), PAGE, 'r')).toThrow('ENOMEM')
  })
})
