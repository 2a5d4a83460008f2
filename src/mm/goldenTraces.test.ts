import { describe, expect, it } from 'vitest'
import { testMachine, tracedMachine } from '../lab/testMachine.fixture.ts'

const PAGE = 4096
const KiB = 1024
const MiB = 2 ** 20
const GiB = 2 ** 30
const AT = 0x2000_0000_0000n

/** Events whose name begins with one of `kinds`. */
function only(events: string[], ...kinds: string[]): string[] {
  return events.filter((event) => kinds.some((kind) => event.startsWith(kind)))
}

describe('golden traces (DIGEST G.10)', () => {
  it('T1: mmap makes no tables, the first write three; a read maps the zero page, a write copies it', () => {
    const { machine, events } = tracedMachine()
    const task = machine.spawn('t')
    const tables = machine.vmstat.nr_page_table_pages
    task.mmap({ length: 8 * PAGE, addr: AT, fixed: true })
    const { mm } = task
    expect([mm.pgtables_bytes, mm.rss.anon, mm.map_count, mm.total_vm]).toEqual([0, 0, 1, 8])
    events()
    task.write(AT)
    expect([mm.pgtables_bytes, mm.rss.anon, machine.vmstat.pgfault]).toEqual([12288, 1, 1])
    expect(machine.vmstat.nr_page_table_pages - tables).toBe(3)
    expect(only(events(), 'PT_ALLOC')).toEqual(['PT_ALLOC pud', 'PT_ALLOC pmd', 'PT_ALLOC pte'])
    task.read(AT + 4096n)
    expect([mm.pgtables_bytes, mm.rss.anon, machine.vmstat.pgfault]).toEqual([12288, 1, 2])
    expect(only(events(), 'FAULT_DONE')).toEqual(['FAULT_DONE zeroPage'])
    expect(task.pte(AT + 4096n).special).toBe(true)
    task.write(AT + 4096n)
    expect([mm.pgtables_bytes, mm.rss.anon, machine.vmstat.pgfault]).toEqual([12288, 2, 3])
    expect(only(events(), 'FAULT_DONE', 'TLB_FLUSH')).toEqual(['TLB_FLUSH page', 'FAULT_DONE cowCopy'])
  })

  it('T2: fork write-protects both, the child copies, the parent reuses, the exit frees', () => {
    const { machine, events } = tracedMachine()
    const parent = machine.spawn('p')
    parent.mmap({ length: 8 * PAGE, addr: AT, fixed: true })
    parent.write(AT, { count: 2, value: 7 })
    const tables = machine.vmstat.nr_page_table_pages
    const gen = parent.mm.field('context.tlb_gen')
    events()
    const child = parent.fork('c')
    expect([child.mm.pgtables_bytes, child.mm.rss.anon]).toEqual([12288, 2])
    for (const page of [AT, AT + 4096n])
      expect([parent.pte(page).write, child.pte(page).write]).toEqual([false, false])
    expect(parent.mm.field('context.tlb_gen')).toBe(gen + 1n)
    expect(only(events(), 'TLB_FLUSH')).toEqual(['TLB_FLUSH tag'])
    child.write(AT, { value: 9 })
    expect(child.mm.rss.anon).toBe(2)
    // The child's first use of the CPU flushes too.
    expect(only(events(), 'FAULT_DONE', 'TLB_FLUSH').slice(-2)).toEqual([
      'TLB_FLUSH page',
      'FAULT_DONE cowCopy',
    ])
    expect([parent.read(AT), child.read(AT)]).toEqual([7n, 9n])
    const reused = parent.frame(AT)
    parent.read(AT)
    events()
    parent.write(AT)
    expect([parent.frame(AT), parent.mm.rss.anon, machine.vmstat.pgreuse]).toEqual([reused, 2, 1])
    expect(only(events(), 'FAULT_DONE', 'TLB_FLUSH')).toEqual(['FAULT_DONE cowReuse'])
    child.exit()
    expect(only(events(), 'PT_FREE')).toEqual(['PT_FREE pte', 'PT_FREE pmd', 'PT_FREE pud', 'PT_FREE pgd'])
    // The top table is not counted by NR_PAGETABLE in 6.12.
    expect(tables + 3 - machine.vmstat.nr_page_table_pages).toBe(3)
    expect(machine.dmesg).toEqual([])
  })

  it('T3: one fault maps a huge page and deposits a table; the first hole splits it', () => {
    const { machine, events } = tracedMachine({ config: { thp: 'always' } })
    const task = machine.spawn('t')
    const { mm } = task
    task.mmap({ length: 4 * MiB, addr: AT, fixed: true })
    task.write(AT)
    expect([mm.pgtables_bytes, mm.rss.anon, machine.vmstat.thp_fault_alloc]).toEqual([12288, 512, 1])
    expect(only(events(), 'PT_DEPOSIT')).toHaveLength(1)
    task.munmap(AT, 4 * KiB)
    expect([mm.pgtables_bytes, mm.rss.anon, machine.vmstat.thp_split_pmd]).toEqual([12288, 511, 1])
    expect(only(events(), 'PT_WITHDRAW')).toHaveLength(1)
    task.munmap(AT + 4096n, 4 * MiB - 4 * KiB)
    expect([mm.pgtables_bytes, mm.rss.anon]).toEqual([0, 0])
    expect(only(events(), 'PT_FREE')).toHaveLength(3)
  })

  it('T4: DONTNEED of the whole frees the deposited table and keeps the others', () => {
    const { machine, events } = tracedMachine({ config: { thp: 'always' } })
    const task = machine.spawn('t')
    task.mmap({ length: 4 * MiB, addr: AT, fixed: true })
    task.write(AT)
    events()
    task.madvise(AT, 4 * MiB, 'DONTNEED')
    expect([task.mm.pgtables_bytes, task.mm.rss.anon]).toEqual([8192, 0])
    expect(only(events(), 'PT_FREE')).toEqual(['PT_FREE pte'])
  })

  it('T5: fork copies no tables of memory that was only read', () => {
    const task = testMachine().spawn('t')
    task.mmap({ length: 8 * PAGE, addr: AT, fixed: true })
    task.read(AT, { count: 8 })
    expect([task.mm.pgtables_bytes, task.vmas[0].hasAnonVma]).toEqual([12288, false])
    const child = task.fork()
    expect([child.mm.pgtables_bytes, child.mm.rss.anon, child.mm.map_count]).toEqual([0, 0, 1])
  })

  it('T5b: fork duplicates an empty pte table where there is an anon_vma', () => {
    const task = testMachine().spawn('t')
    task.mmap({ length: 2 * MiB, addr: AT, fixed: true })
    task.write(AT, { count: 512 })
    task.madvise(AT, 2 * MiB, 'DONTNEED')
    expect([task.mm.pgtables_bytes, task.mm.rss.anon]).toEqual([12288, 0])
    const child = task.fork()
    expect([child.mm.pgtables_bytes, child.mm.rss.anon]).toEqual([12288, 0])
  })

  it('T6: a read fault maps the 64 KiB around it, with one fault', () => {
    const machine = testMachine()
    const task = machine.spawn('t')
    const file = machine.file('/data', 256 * KiB)
    file.write(0, 128 * KiB)
    task.mmap({ file, length: 256 * KiB, shared: true, addr: AT, fixed: true })
    task.read(AT)
    expect([task.mm.rss.file, task.mm.pgtables_bytes, machine.vmstat.pgfault]).toEqual([16, 12288, 1])
    task.read(AT, { count: 16 })
    expect([task.minFaults, task.majFaults, task.pte(AT).write]).toEqual([1, 0, false])
  })

  it('T7: execve makes the argument pages under STACK_TOP_MAX and moves them down', () => {
    const { machine, events } = tracedMachine()
    const task = machine.spawn('t')
    const { TASK_SIZE } = machine.arch
    const tables = machine.vmstat.nr_page_table_pages
    events()
    task.execve('prog', { argBytes: 3 * PAGE, stackShift: 3 * GiB + 5 * PAGE })
    const { mm } = task
    // Tables of the place above, then a pmd and a pte table below; the two above go, the pud table spans both.
    const log = only(events(), 'PT_', 'SCHED_SWITCH', 'SET_ENTRY')
    expect(only(log, 'PT_ALLOC')).toEqual([
      'PT_ALLOC pgd',
      'PT_ALLOC pud',
      'PT_ALLOC pmd',
      'PT_ALLOC pte',
      'PT_ALLOC pmd',
      'PT_ALLOC pte',
    ])
    expect(only(log, 'PT_FREE')).toEqual(['PT_FREE pte', 'PT_FREE pmd', 'PT_FREE pgd'])
    expect(log.indexOf('SCHED_SWITCH')).toBeGreaterThan(log.indexOf('PT_FREE pmd'))
    expect([mm.pgtables_bytes, mm.rss.anon]).toEqual([12288, 3])
    expect(machine.vmstat.nr_page_table_pages - tables).toBe(3)
    const [stack] = task.vmas
    expect([stack.name, stack.end]).toEqual(['[stack]', TASK_SIZE - BigInt(3 * GiB + 5 * PAGE)])
    // 128 KiB more are mapped below the arguments.
    expect(stack.end - stack.start).toBe(BigInt(3 * PAGE + 128 * KiB))
    expect([mm.stack_vm, mm.total_vm]).toEqual([35, 35])
    expect([1, 2, 3, 4].map((page) => task.frame(stack.end - BigInt(page * PAGE)) !== null)).toEqual([
      true,
      true,
      true,
      false,
    ])
    task.exit()
    expect(machine.dmesg).toEqual([])
    expect(machine.vmstat.nr_page_table_pages).toBe(0)
  })

  it('T7: a stack that moves less than its own size keeps the tables both places use', () => {
    const machine = testMachine()
    const task = machine.spawn('t')
    task.execve('prog', { argBytes: 6 * PAGE, stackShift: 2 * PAGE })
    expect([task.mm.pgtables_bytes, task.mm.rss.anon, task.mm.map_count]).toEqual([12288, 6, 1])
    task.exit()
    expect(machine.dmesg).toEqual([])
  })

  it('T7: execve that runs out of memory leaves the old program as it was', () => {
    const machine = testMachine()
    const task = machine.spawn('t')
    task.mmap({ length: PAGE, addr: AT, fixed: true })
    task.write(AT, { value: 5 })
    const free = machine.freePages
    for (let n = 1; n <= 9; n++) {
      machine.fail.alloc(n)
      expect(() => task.execve('prog', { argBytes: 3 * PAGE, stackShift: 3 * GiB })).toThrow('ENOMEM')
      expect([task.name, task.read(AT), machine.freePages]).toEqual(['t', 5n, free])
    }
    machine.fail.alloc(0)
    expect(machine.dmesg).toEqual([])
  })
})
