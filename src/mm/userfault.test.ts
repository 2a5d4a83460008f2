import { describe, expect, it } from 'vitest'
import { testMachine } from '../lab/testMachine.fixture.ts'
import type { Process, UserfaultArgs, Userfaultfd } from '../lab/api.ts'

const PAGE = 4096
const MiB = 2 ** 20
const HUGE = 2 * MiB
const AT = 0x20_0000_0000n
const WP = 1n << 57n
const at = (page: number): bigint => AT + BigInt(page * PAGE)

/** A userfaultfd whose handler notes what it is told and takes the protection off. */
function watch(task: Process, args: UserfaultArgs = {}): { uffd: Userfaultfd; told: bigint[] } {
  const told: bigint[] = []
  const uffd: Userfaultfd = task.userfaultfd({
    handler: ({ address }) => {
      told.push(address)
      uffd.writeprotect(address, PAGE, false)
    },
    ...args,
  })
  return { uffd, told }
}

function protectedPages(task: Process, pages: number): number[] {
  return task.pagemap(AT, pages * PAGE).flatMap((entry, i) => (entry & WP ? [i] : []))
}

describe('userfault write protection', () => {
  it('a write is told once, then goes on; smaps says uw, pagemap bit 57', () => {
    const task = testMachine().spawn('t')
    task.mmap({ length: 8 * PAGE, addr: AT, fixed: true })
    task.write(AT, { count: 4, value: 1 })
    const { uffd, told } = watch(task)
    uffd.register(AT, 8 * PAGE)
    expect(task.smaps()).toMatch(/VmFlags:.* uw /)
    uffd.writeprotect(AT, 8 * PAGE, true)
    expect(protectedPages(task, 8)).toEqual([0, 1, 2, 3])
    expect([task.read(AT), told]).toEqual([1n, []])
    const faults = task.minFaults
    task.write(at(1), { value: 9 })
    expect([told, task.read(at(1)), protectedPages(task, 8)]).toEqual([[at(1)], 9n, [0, 2, 3]])
    expect(task.minFaults - faults).toBeLessThanOrEqual(1)
    // Nothing marks what was not there: a first write of page 5 tells nobody.
    task.write(at(5))
    expect(told).toHaveLength(1)
    uffd.unregister(AT, 8 * PAGE)
    task.write(AT, { count: 4 })
    expect([told.length, protectedPages(task, 8)]).toEqual([1, []])
  })

  it('without a handler the write waits: an error that says where', () => {
    const task = testMachine().spawn('t')
    task.mmap({ length: PAGE, addr: AT, fixed: true })
    task.write(AT)
    const uffd = task.userfaultfd()
    uffd.register(AT, PAGE)
    uffd.writeprotect(AT, PAGE, true)
    expect(() => task.write(AT)).toThrow('handle_userfault for 0x2000000000')
    expect(() => uffd.writeprotect(AT + 4096n, PAGE, true)).toThrow('ENOENT')
    uffd.writeprotect(AT, PAGE, false)
    task.write(AT)
  })

  it('mprotect does not give the write permission back', () => {
    const task = testMachine().spawn('t')
    task.mmap({ length: PAGE, addr: AT, fixed: true })
    task.write(AT)
    const { uffd, told } = watch(task)
    uffd.register(AT, PAGE)
    uffd.writeprotect(AT, PAGE, true)
    task.mprotect(AT, PAGE, 'r')
    task.mprotect(AT, PAGE, 'rw')
    task.write(AT)
    expect(told).toEqual([AT])
  })

  it('markers stand for pages of a file that are not mapped; tables are made for them', () => {
    const m = testMachine()
    const task = m.spawn('t')
    const file = m.memfd('f', 16 * PAGE)
    task.mmap({ file, length: 16 * PAGE, addr: AT, fixed: true, shared: true })
    const { uffd, told } = watch(task)
    uffd.register(AT, 16 * PAGE)
    uffd.writeprotect(AT, 16 * PAGE, true)
    expect(task.mm.pgtables_bytes).toBe(3 * PAGE)
    expect(protectedPages(task, 16)).toHaveLength(16)
    // A read maps the page protected, and it alone: no fault-around here.
    task.read(at(2))
    expect([task.mm.rss.shmem, protectedPages(task, 16).includes(2), told]).toEqual([1, true, []])
    task.write(at(2), { value: 5 })
    task.write(at(3), { value: 6 })
    expect(told).toEqual([at(2), at(3)])
    // What was protected stays so when its page goes; what was not does not become so.
    task.read(at(4))
    task.madvise(AT, 16 * PAGE, 'DONTNEED')
    expect(task.mm.rss.shmem).toBe(0)
    expect(protectedPages(task, 16)).toEqual([0, 1, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15])
    file.punch(4 * PAGE, PAGE)
    expect(protectedPages(task, 16)).toContain(4)
    expect([task.read(at(2)), task.read(at(3))]).toEqual([5n, 6n])
    task.exit()
  })

  it('anonymous pages that are not there are protected with WP_UNPOPULATED only', () => {
    const task = testMachine().spawn('t')
    task.mmap({ length: 4 * PAGE, addr: AT, fixed: true })
    const { uffd, told } = watch(task, { wpUnpopulated: true })
    uffd.register(AT, 4 * PAGE)
    uffd.writeprotect(AT, 4 * PAGE, true)
    expect(protectedPages(task, 4)).toEqual([0, 1, 2, 3])
    task.read(AT)
    expect(protectedPages(task, 4)).toContain(0)
    task.write(AT, { value: 3 })
    task.write(at(1), { value: 4 })
    expect([told, task.read(AT), task.read(at(1))]).toEqual([[AT, at(1)], 3n, 4n])
    task.exit()
  })

  it.each([
    [false, [] as number[], 0],
    [true, [0, 1, 2, 3], 12288],
  ])('fork, event fork %s: the child is protected at %j', (eventFork, pages, bytes) => {
    const m = testMachine()
    const task = m.spawn('t')
    const file = m.memfd('f', 4 * PAGE)
    task.mmap({ file, length: 4 * PAGE, addr: AT, fixed: true, shared: true })
    task.write(AT, { value: 1 })
    const { uffd, told } = watch(task, { eventFork })
    uffd.register(AT, 4 * PAGE)
    uffd.writeprotect(AT, 4 * PAGE, true)
    const child = task.fork()
    expect([child.mm.pgtables_bytes, protectedPages(child, 4)]).toEqual([bytes, pages])
    expect(child.smaps().includes(' uw ')).toBe(eventFork)
    expect(protectedPages(task, 4)).toEqual([0, 1, 2, 3])
    if (!eventFork) child.write(AT, { value: 2 })
    expect(told).toEqual([])
    child.exit()
    task.exit()
    expect(m.dmesg).toEqual([])
  })

  it('private memory of a child is free of the bit without event fork', () => {
    const task = testMachine({ config: { thp: 'always' } }).spawn('t')
    task.mmap({ length: 2 * HUGE, addr: AT, fixed: true })
    task.write(AT, { value: 1 })
    task.write(AT + BigInt(HUGE), { value: 1 })
    task.madvise(AT, PAGE, 'DONTNEED')
    const { uffd, told } = watch(task)
    uffd.register(AT, 2 * HUGE)
    uffd.writeprotect(AT, 2 * HUGE, true)
    const child = task.fork()
    expect(protectedPages(child, 1024)).toEqual([])
    expect(protectedPages(task, 1024)).toHaveLength(1023)
    child.write(at(1))
    child.write(at(600))
    expect(told).toEqual([])
    task.write(at(1))
    expect(told).toEqual([at(1)])
  })

  it('a huge page is protected whole; a write splits the protection off one page', () => {
    const m = testMachine({ config: { thp: 'always' } })
    const task = m.spawn('t')
    task.mmap({ length: HUGE, addr: AT, fixed: true })
    task.write(AT, { value: 1 })
    const { uffd, told } = watch(task)
    uffd.register(AT, HUGE)
    uffd.writeprotect(AT, HUGE, true)
    expect([task.pte(AT).level, protectedPages(task, 512).length]).toEqual(['pmd', 512])
    task.write(at(7), { value: 2 })
    expect([told, task.pte(AT).level, protectedPages(task, 512).length]).toEqual([[at(7)], 'pte', 511])
    expect([task.read(AT), task.read(at(7))]).toEqual([1n, 2n])
  })

  it('a huge page of a file is split for the markers', () => {
    const m = testMachine({ config: { shmemThp: 'always' } })
    const task = m.spawn('t')
    task.mmap({ length: HUGE, addr: AT, fixed: true, shared: true })
    task.write(AT, { value: 1 })
    const { uffd, told } = watch(task)
    uffd.register(AT, HUGE)
    uffd.writeprotect(AT, HUGE, true)
    expect([task.mm.rss.shmem, protectedPages(task, 512).length]).toEqual([0, 512])
    task.write(at(3), { value: 2 })
    expect([told, task.read(AT), task.read(at(3))]).toEqual([[at(3)], 1n, 2n])
    task.exit()
    expect(m.dmesg).toEqual([])
  })

  it('what moves leaves the registration behind', () => {
    const task = testMachine().spawn('t')
    task.mmap({ length: HUGE, addr: AT, fixed: true })
    task.write(AT, { count: 512, value: 1 })
    const { uffd, told } = watch(task)
    uffd.register(AT, HUGE)
    uffd.writeprotect(AT, HUGE, true)
    const moved = task.mremap(AT, HUGE, HUGE, { mayMove: true, fixed: AT + BigInt(64 * MiB) })
    expect(task.smaps()).not.toContain(' uw ')
    task.write(moved)
    expect([told, task.read(moved + 4096n)]).toEqual([[], 1n])
  })

  it('registered memory merges only with its like; EINVAL where entries have no bit, and for disks', () => {
    const m = testMachine()
    const task = m.spawn('t')
    task.mmap({ length: 4 * PAGE, addr: AT, fixed: true })
    const { uffd } = watch(task)
    uffd.register(at(1), PAGE)
    expect(task.mm.map_count).toBe(3)
    expect(() => watch(task).uffd.register(AT, 4 * PAGE)).toThrow('EBUSY')
    uffd.register(AT, 4 * PAGE)
    expect(task.mm.map_count).toBe(1)
    uffd.unregister(AT, 4 * PAGE)
    expect(task.mm.map_count).toBe(1)
    const disk = task.mmap({ file: m.file('/data', PAGE), length: PAGE })
    expect(() => uffd.register(disk, PAGE)).toThrow('EINVAL')
    const other = testMachine({ arch: 's390' }).spawn('t')
    const there = other.mmap({ length: PAGE })
    expect(() => other.userfaultfd().register(there, PAGE)).toThrow('EINVAL')
  })
})
