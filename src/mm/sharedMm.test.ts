import { describe, expect, it } from 'vitest'
import { testMachine } from '../lab/testMachine.fixture.ts'

const PAGE = 4096

describe('processes that share an mm_struct', () => {
  it('clone with vm: one address space, freed by the last', () => {
    const machine = testMachine({ cpus: 2 })
    const free = machine.freePages
    const one = machine.spawn('one')
    const at = one.mmap({ length: PAGE })
    const two = one.clone({ vm: true, name: 'two' })
    two.write(at, { value: 4 })
    expect([one.read(at), one.mm.mm_users, one.mm.rss.anon]).toEqual([4n, 2, 1])
    const copy = two.fork()
    expect([copy.mm.mm_users, one.pte(at).write]).toEqual([1, false])
    copy.exit()
    one.exit()
    expect([two.read(at), two.mm.mm_users]).toEqual([4n, 1])
    two.exit()
    expect([machine.dmesg, machine.freePages]).toEqual([[], free])
  })

  it('vfork: the parent waits until the child calls execve', () => {
    const machine = testMachine()
    const free = machine.freePages
    const parent = machine.spawn('parent')
    const at = parent.mmap({ length: PAGE })
    const child = parent.vfork('child')
    child.write(at, { value: 6 })
    expect(() => parent.read(at)).toThrow('waits in vfork()')
    child.execve('program')
    expect([child.name, child.vmas.length, parent.read(at)]).toEqual(['program', 0, 6n])
    expect([parent.mm.mm_users, child.mm.mm_users]).toEqual([1, 1])
    child.exit()
    parent.exit()
    expect([machine.dmesg, machine.freePages]).toEqual([[], free])
  })

  it('vfork: or exits', () => {
    const machine = testMachine()
    const parent = machine.spawn('parent')
    parent.vfork().exit()
    expect(parent.mm.mm_users).toBe(1)
    parent.exit()
    expect(machine.dmesg).toEqual([])
  })

  it('execve drops the old address space', () => {
    const machine = testMachine()
    const task = machine.spawn('t')
    const at = task.mmap({ length: PAGE })
    task.write(at)
    const tables = machine.vmstat.nr_page_table_pages
    task.execve()
    expect([task.mm.rss.anon, task.mm.pgtables_bytes, task.mm.map_count]).toEqual([0, 0, 0])
    expect(machine.vmstat.nr_page_table_pages).toBe(tables - 3)
    expect(() => task.read(at)).toThrow('SIGSEGV')
    expect(task.pid).toBe(1)
  })
})
