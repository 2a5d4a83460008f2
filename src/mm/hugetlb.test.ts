import { describe, expect, it } from 'vitest'
import { testMachine } from '../lab/testMachine.fixture.ts'
import type { Machine, MachineSpec } from '../lab/api.ts'

const MiB = 2 ** 20
const GiB = 2 ** 30
const HUGE = 2 * MiB
const AT = 0x20_0000_0000n

function machine(hugepages: number, spec: MachineSpec = {}): Machine {
  return testMachine({ ...spec, config: { hugepages } })
}

function counts({ hugepages }: Machine): number[] {
  return [hugepages.total, hugepages.free, hugepages.reserved]
}

describe('reservations', () => {
  it('a shared mapping reserves in the file, a second one the same pages again for nothing', () => {
    const m = machine(8)
    const task = m.spawn('t')
    const file = m.memfd('f', 0, { hugetlb: true })
    const at = task.mmap({ file, length: 4 * HUGE, shared: true })
    expect([file.size, ...counts(m)]).toEqual([4 * HUGE, 8, 8, 4])
    const again = task.mmap({ file, length: 5 * HUGE, shared: true })
    expect(counts(m)).toEqual([8, 8, 5])
    task.write(at, { count: 2, stride: HUGE, value: 7 })
    expect(counts(m)).toEqual([8, 6, 3])
    expect(task.read(again + BigInt(HUGE))).toBe(7n)
    expect(counts(m)).toEqual([8, 6, 3])
    task.munmap(at, 4 * HUGE)
    expect(counts(m)).toEqual([8, 6, 3])
    task.exit()
    expect(counts(m)).toEqual([8, 6, 3])
    file.close()
    expect(counts(m)).toEqual([8, 8, 0])
  })

  it('ENOMEM at mmap where the pool cannot promise, SIGBUS at the touch where nothing was promised', () => {
    const m = machine(3)
    const task = m.spawn('t')
    expect(() => task.mmap({ length: 4 * HUGE, hugetlb: true })).toThrow('ENOMEM')
    expect(() => task.mmap({ length: 4 * HUGE, hugetlb: true, shared: true })).toThrow('ENOMEM')
    const at = task.mmap({ length: 4 * HUGE, hugetlb: true, noreserve: true })
    task.write(at, { count: 3, stride: HUGE })
    expect(() => task.write(at + BigInt(3 * HUGE))).toThrow('SIGBUS')
    expect(counts(m)).toEqual([3, 0, 0])
  })

  it('fork keeps the reservation with the parent; a child takes what is free beyond it', () => {
    const m = machine(3)
    const parent = m.spawn('p')
    const at = parent.mmap({ length: 2 * HUGE, hugetlb: true })
    parent.write(at, { value: 1 })
    const child = parent.fork('c')
    expect(counts(m)).toEqual([3, 2, 1])
    child.write(at, { value: 2 })
    expect([parent.read(at), child.read(at), ...counts(m)]).toEqual([1n, 2n, 3, 1, 1])
    expect(() => child.write(at + BigInt(HUGE))).toThrow('SIGBUS')
    parent.write(at + BigInt(HUGE))
    expect(counts(m)).toEqual([3, 0, 0])
    child.exit()
    expect(counts(m)).toEqual([3, 1, 0])
    parent.exit()
    expect(counts(m)).toEqual([3, 3, 0])
  })

  it('an owner whose copy finds no page takes it from the child, which gets SIGBUS from then on', () => {
    const m = machine(1)
    const parent = m.spawn('p')
    const at = parent.mmap({ length: HUGE, hugetlb: true })
    parent.write(at, { value: 1 })
    const child = parent.fork('c')
    parent.write(at, { value: 2 })
    expect([parent.read(at), ...counts(m)]).toEqual([2n, 1, 0, 0])
    expect(() => child.read(at)).toThrow('SIGBUS')
  })

  it('punching a hole frees the page and its reservation', () => {
    const m = machine(4)
    const task = m.spawn('t')
    const file = m.memfd('f', 4 * HUGE, { hugetlb: true })
    const at = task.mmap({ file, length: 4 * HUGE, shared: true })
    task.write(at, { count: 4, stride: HUGE, value: 3 })
    file.punch(HUGE, 2 * HUGE)
    expect(counts(m)).toEqual([4, 2, 0])
    const other = task.mmap({ length: 2 * HUGE, hugetlb: true })
    expect(() => task.read(at + BigInt(HUGE))).toThrow('SIGBUS')
    task.munmap(other, 2 * HUGE)
    expect(task.read(at + BigInt(HUGE))).toBe(0n)
    file.truncate(HUGE)
    expect(counts(m)).toEqual([4, 3, 0])
    expect(() => task.read(at + BigInt(HUGE))).toThrow('SIGBUS')
    expect(() => file.truncate(4096)).toThrow('EINVAL')
    expect(() => file.write(0, 10)).toThrow('EINVAL')
  })

  it('a private mapping of a file reads the pages of the file and copies them at the first write', () => {
    const m = machine(4)
    const task = m.spawn('t')
    const file = m.memfd('f', HUGE, { hugetlb: true })
    const shared = task.mmap({ file, length: HUGE, shared: true })
    task.write(shared, { value: 5 })
    const own = task.mmap({ file, length: HUGE })
    expect([task.read(own), task.frame(own) === task.frame(shared), ...counts(m)]).toEqual([
      5n,
      true,
      4,
      3,
      1,
    ])
    task.write(own, { value: 6 })
    expect([task.read(own), task.read(shared), ...counts(m)]).toEqual([6n, 5n, 4, 2, 0])
  })

  it('DONTNEED frees whole huge pages only', () => {
    const m = machine(2)
    const task = m.spawn('t')
    const at = task.mmap({ length: 2 * HUGE, hugetlb: true })
    task.write(at, { count: 2, stride: HUGE })
    task.madvise(at, HUGE + 4096, 'DONTNEED')
    expect(counts(m)).toEqual([2, 1, 1])
    expect(() => task.madvise(at + 4096n, HUGE, 'DONTNEED')).toThrow('EINVAL')
  })

  it.each([
    ['6.1', 0],
    ['6.12', 1],
  ])('DONTNEED gives the owner its reservation back: %s, %i reserved', (kernel, reserved) => {
    const m = machine(2, { kernel })
    const task = m.spawn('t')
    const at = task.mmap({ length: 2 * HUGE, hugetlb: true })
    task.write(at, { count: 2, stride: HUGE, value: 1 })
    const child = task.fork()
    child.exit()
    task.madvise(at, HUGE, 'DONTNEED')
    expect(counts(m)).toEqual([2, 1, reserved])
    const thief = (): bigint => m.spawn('thief').mmap({ length: HUGE, hugetlb: true })
    if (reserved === 1) {
      expect(thief).toThrow('ENOMEM')
      expect(task.read(at)).toBe(0n)
    } else {
      thief()
      expect(() => task.read(at)).toThrow('SIGBUS')
    }
    task.munmap(at, 2 * HUGE)
    expect(m.hugepages.free).toBe(2)
  })

  it('mprotect to writable leaves the entry to the next write', () => {
    const m = machine(1)
    const task = m.spawn('t')
    const at = task.mmap({ length: HUGE, hugetlb: true })
    task.write(at, { value: 1 })
    task.mprotect(at, HUGE, 'r')
    expect(() => task.write(at)).toThrow('SEGV_ACCERR')
    task.mprotect(at, HUGE, 'rw')
    expect(task.pte(at).write).toBe(false)
    task.write(at, { value: 2 })
    expect(task.read(at)).toBe(2n)
  })
})

describe('shared pmd tables', () => {
  function pair(m: Machine) {
    const file = m.memfd('f', 2 * GiB, { hugetlb: true })
    const one = m.spawn('one')
    const two = m.spawn('two')
    for (const task of [one, two]) task.mmap({ file, addr: AT, length: 2 * GiB, fixed: true, shared: true })
    return { one, two, file }
  }

  it.each(['x86_64', 'arm64', 'riscv64'])('one table for two processes, counted by both (%s)', (arch) => {
    const m = machine(1024, { arch })
    const { one, two } = pair(m)
    const tables = m.vmstat.nr_page_table_pages
    one.write(AT, { count: 3, stride: HUGE, value: 9 })
    const own = one.mm.pgtables_bytes
    const made = m.vmstat.nr_page_table_pages - tables
    expect(two.read(AT + BigInt(HUGE))).toBe(9n)
    expect(two.mm.pgtables_bytes).toBe(own)
    // A pud table of its own where there is one, but no pmd table.
    expect(m.vmstat.nr_page_table_pages - tables).toBe(2 * made - 1)
    const tableOf = (task: typeof one) => task.walk(AT).find(({ level }) => level === 'pmd')?.tableFrame
    expect(tableOf(two)).toBe(tableOf(one))
    // What the other has touched needs no fault.
    expect([two.minFaults, two.read(AT), two.read(AT + BigInt(2 * HUGE)), two.minFaults]).toEqual([
      1,
      9n,
      9n,
      1,
    ])
    one.munmap(AT, 2 * GiB)
    expect(one.mm.pgtables_bytes).toBe(0)
    expect([two.read(AT), two.mm.pgtables_bytes]).toEqual([9n, own])
    two.exit()
    one.exit()
    expect(m.dmesg).toEqual([])
    expect(m.vmstat.nr_page_table_pages).toBe(0)
  })

  it('a child shares at its first touch: fork copies nothing', () => {
    const m = machine(1024)
    const { one } = pair(m)
    one.write(AT, { value: 4 })
    const child = one.fork()
    expect(child.mm.pgtables_bytes).toBe(0)
    child.read(AT)
    expect(child.mm.pgtables_bytes).toBe(8192)
    child.exit()
    expect([one.read(AT), m.dmesg]).toEqual([4n, []])
  })

  it('mprotect takes the table off, and other permissions keep it from coming back', () => {
    const m = machine(1024)
    const { one, two } = pair(m)
    one.write(AT, { value: 4 })
    two.read(AT)
    two.mprotect(AT, 2 * GiB, 'r')
    expect([two.mm.pgtables_bytes, two.frame(AT)]).toEqual([4096, null])
    expect([two.read(AT), two.mm.pgtables_bytes, one.mm.pgtables_bytes]).toEqual([4n, 8192, 8192])
    expect(() => two.write(AT)).toThrow('SEGV_ACCERR')
    one.write(AT, { value: 5 })
    expect(two.read(AT)).toBe(5n)
    expect(two.walk(AT)[2].tableFrame).not.toBe(one.walk(AT)[2].tableFrame)
  })

  it('a border within the range of a table unshares it', () => {
    const m = machine(1024)
    const { one, two } = pair(m)
    one.write(AT, { value: 4 })
    two.read(AT)
    two.munmap(AT + BigInt(512 * MiB), HUGE)
    expect([two.frame(AT), one.read(AT)]).toEqual([null, 4n])
    expect(two.read(AT)).toBe(4n)
    expect(two.walk(AT)[2].tableFrame).not.toBe(one.walk(AT)[2].tableFrame)
  })

  it('not where the mapping does not cover a whole pud range, nor at another place within it', () => {
    const m = machine(1024)
    const file = m.memfd('f', GiB, { hugetlb: true })
    const one = m.spawn('one')
    const two = m.spawn('two')
    one.mmap({ file, addr: AT, length: GiB, fixed: true, shared: true })
    two.mmap({ file, addr: AT + BigInt(HUGE), length: GiB, fixed: true, shared: true })
    one.write(AT, { value: 4 })
    expect(two.read(AT + BigInt(HUGE))).toBe(4n)
    expect(m.vmstat.nr_page_table_pages).toBe(4)
  })

  it('a truncated file leaves nothing mapped anywhere', () => {
    const m = machine(1024)
    const { one, two, file } = pair(m)
    one.write(AT, { count: 2, stride: HUGE })
    two.read(AT)
    file.truncate(HUGE)
    expect([one.frame(AT + BigInt(HUGE)), two.frame(AT + BigInt(HUGE))]).toEqual([null, null])
    expect(() => two.read(AT + BigInt(HUGE))).toThrow('SIGBUS')
    one.read(AT)
    expect(m.kpagecount(one.frame(AT)!)).toBe(1)
    one.exit()
    two.exit()
    file.close()
    expect([...counts(m), ...m.dmesg]).toEqual([1024, 1024, 0])
  })
})
