import { describe, expect, it } from 'vitest'
import { testMachine } from '../lab/testMachine.fixture.ts'

const PAGE = 4096
const AT = 0x2000_0000_0000n

function stack() {
  const task = testMachine().spawn('t')
  task.mmap({ addr: AT, length: PAGE, fixed: true, growsdown: true })
  return task
}

describe('VM_GROWSDOWN', () => {
  it('grows to the page below that is touched, pages between included', () => {
    const task = stack()
    task.write(AT - BigInt(5 * PAGE))
    expect(task.vmas.map(({ start }) => start)).toEqual([AT - BigInt(5 * PAGE)])
    expect([task.mm.stack_vm, task.mm.total_vm, task.mm.rss.anon]).toEqual([6, 6, 1])
  })

  it('has an anon_vma once it grew, so that fork copies it even unwritten', () => {
    const task = stack()
    task.read(AT - BigInt(PAGE))
    expect(task.vmas[0].hasAnonVma).toBe(true)
    expect(task.fork().mm.pgtables_bytes).toBe(3 * PAGE)
  })

  it('keeps 256 pages from an accessible neighbour, none from PROT_NONE', () => {
    const task = stack()
    const below = AT - BigInt(300 * PAGE)
    task.mmap({ addr: below, length: PAGE, fixed: true })
    expect(() => task.write(AT - BigInt(44 * PAGE))).toThrow('SEGV_MAPERR')
    task.write(AT - BigInt(43 * PAGE))
    task.mprotect(below, PAGE, 'none')
    task.write(below + BigInt(PAGE))
    expect(task.mm.stack_vm).toBe(300)
  })

  it('ends at RLIMIT_STACK, 8 MiB', () => {
    const task = stack()
    const lowest = AT + BigInt(PAGE) - 8n * 1024n * 1024n
    task.write(lowest)
    expect(() => task.write(lowest - BigInt(PAGE))).toThrow('SEGV_MAPERR')
  })

  it('counts what it grows by as locked', () => {
    const task = stack()
    task.mlock(AT, PAGE)
    task.write(AT - BigInt(2 * PAGE))
    expect(task.mm.locked_vm).toBe(3)
  })
})
