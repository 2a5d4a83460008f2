import { describe, expect, it } from 'vitest'
import { testMachine } from '../lab/testMachine.fixture.ts'

const PAGE = 4096n

describe('brk', () => {
  it('grows one mapping, called [heap], and shrinks it with its pages', () => {
    const task = testMachine().spawn('t')
    const start = task.brk()
    expect(task.brk(start + 4n * PAGE)).toBe(start + 4n * PAGE)
    task.write(start, { count: 4 })
    task.brk(start + 8n * PAGE)
    expect([task.vmas.length, task.vmas[0].name, task.mm.data_vm, task.mm.rss.anon]).toEqual([
      1,
      '[heap]',
      8,
      4,
    ])
    task.brk(start + 2n * PAGE)
    expect([task.mm.total_vm, task.mm.rss.anon]).toEqual([2, 2])
    expect(task.brk(start)).toBe(start)
    expect([task.mm.map_count, task.mm.pgtables_bytes]).toEqual([0, 0])
  })

  it('stays where it is when something is in the way or the request lies below the start', () => {
    const task = testMachine().spawn('t')
    const start = task.brk()
    task.mmap({ addr: start + 4n * PAGE, length: 4096, fixed: true })
    expect(task.brk(start + 5n * PAGE)).toBe(start)
    expect(task.brk(start - PAGE)).toBe(start)
    expect(task.brk(start + 4n * PAGE)).toBe(start + 4n * PAGE)
  })

  it('what it takes in is soft-dirty, the rest of the mapping with it', () => {
    const task = testMachine().spawn('t')
    const start = task.brk()
    task.brk(start + PAGE)
    task.clearRefs(4)
    expect(task.vmas[0].flags).not.toContain('sd')
    task.brk(start + 2n * PAGE)
    expect(task.vmas[0].flags).toContain('sd')
  })
})
