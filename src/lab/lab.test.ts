import { describe, expect, it } from 'vitest'
import type { MachineSpec } from './api.ts'
import { createLab } from './index.ts'

const PMD = 2 ** 21

function lab(spec: MachineSpec = {}) {
  return createLab({
    spec,
    scenario: 'test',
    seed: 1,
    traceLevel: 'full',
    sink: () => {},
    locate: () => ({ file: 't', line: 1, column: 1 }),
  })
}

describe('anonymous memory on x86-64 (DIGEST G.10)', () => {
  it('T1: mmap makes no tables, the first write makes three', () => {
    const { machine } = lab().context
    const task = machine.spawn('t')
    const pages = machine.vmstat.nr_page_table_pages
    const at = task.mmap({ length: 8 * 4096, addr: 0x2000_0000_0000n, fixed: true })
    expect(at % BigInt(PMD)).toBe(0n)
    expect([task.mm.pgtables_bytes, task.mm.map_count, task.mm.total_vm]).toEqual([0, 1, 8])
    task.write(at)
    expect([task.mm.pgtables_bytes, task.mm.rss.anon, task.minFaults]).toEqual([12288, 1, 1])
    expect(machine.vmstat.nr_page_table_pages - pages).toBe(3)
    task.read(at + 4096n)
    expect([task.mm.rss.anon, task.minFaults]).toEqual([1, 2])
    expect(task.pte(at + 4096n).special).toBe(true)
    task.write(at + 4096n)
    expect([task.mm.pgtables_bytes, task.mm.rss.anon, task.minFaults]).toEqual([12288, 2, 3])
  })

  it('T2: fork write-protects both, the child copies, the parent reuses, exit frees', () => {
    const { machine } = lab().context
    const parent = machine.spawn('p')
    const at = parent.mmap({ length: 8 * 4096 })
    parent.write(at, { count: 2, value: 7 })
    const pages = machine.vmstat.nr_page_table_pages
    const gen = parent.mm.field('context.tlb_gen')
    const child = parent.fork('c')
    expect([child.mm.pgtables_bytes, child.mm.rss.anon]).toEqual([12288, 2])
    expect([parent.pte(at).write, child.pte(at).write]).toEqual([false, false])
    expect(parent.mm.field('context.tlb_gen')).toBe(gen + 1n)
    child.write(at, { value: 9 })
    expect([parent.read(at), child.read(at)]).toEqual([7n, 9n])
    expect(child.frame(at)).not.toBe(parent.frame(at))
    const reused = parent.frame(at)
    parent.write(at)
    expect(parent.frame(at)).toBe(reused)
    expect(machine.vmstat.pgreuse).toBe(1)
    child.exit()
    expect(machine.vmstat.nr_page_table_pages).toBe(pages)
    expect(machine.dmesg).toEqual([])
  })

  it('gives every page back', () => {
    const { machine } = lab().context
    const free = machine.freePages
    const task = machine.spawn('t')
    const at = task.mmap({ length: 64 * PMD })
    task.write(at, { count: 64, stride: PMD })
    task.write(at, { count: 512 })
    task.munmap(at, PMD)
    task.fork().exit()
    task.exit()
    expect(machine.freePages).toBe(free)
    expect(machine.vmstat.nr_page_table_pages).toBe(0)
    expect(machine.dmesg).toEqual([])
  })

  it('signals and errors carry their Linux names', () => {
    const task = lab().context.machine.spawn('t')
    expect(() => task.write(0x1000n)).toThrow('SIGSEGV (SEGV_MAPERR) at 0x1000')
    const at = task.mmap({ length: 4096, prot: 'r' })
    expect(() => task.write(at)).toThrow('SEGV_ACCERR')
    expect(() => task.munmap(at + 1n, 4096)).toThrow('EINVAL')
    expect(() => task.mmap({ length: 0 })).toThrow('EINVAL')
    expect(() => task.mmap({ length: 4096, addr: at, fixed: 'noreplace' })).toThrow('EEXIST')
  })
})

it('the same scenario gives the same trace', () => {
  const run = (): string => {
    const one = lab({ cpus: 2 })
    const { machine } = one.context
    const task = machine.spawn('t')
    const at = task.mmap({ length: 100 * 4096 })
    task.write(at, { count: 100 })
    const child = task.fork()
    machine.cpu(1).run(child, () => child.write(at))
    child.exit()
    one.finish()
    return one.hash()
  }
  expect(run()).toBe(run())
})
