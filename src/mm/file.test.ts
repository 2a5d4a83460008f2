import { describe, expect, it } from 'vitest'
import type { MachineSpec } from '../lab/api.ts'
import { createLab } from '../lab/index.ts'

const PAGE = 4096
const KB = 1024

function machineOf(spec: MachineSpec = {}) {
  return createLab({
    spec,
    scenario: 'test',
    seed: 1,
    traceLevel: 'full',
    sink: () => {},
    locate: () => ({ file: 't', line: 1, column: 1 }),
  }).context.machine
}

/** One value of the smaps of the only VMA, in kB. */
function smap(text: string, name: string): number {
  return Number(new RegExp(`^${name}: +(\\d+) kB`, 'm').exec(text)?.[1])
}

describe('faults on files', () => {
  it('the window is clamped to the VMA, the pte table, the file and what is resident', () => {
    const machine = machineOf()
    const task = machine.spawn('t')
    const file = machine.memfd('f', 64 * KB)
    file.write(0, 3 * PAGE)
    file.write(5 * PAGE, PAGE)
    file.write(15 * PAGE, PAGE)
    const base = 0x2000_0000_0000n
    const at = task.mmap({ file, length: 64 * KB, addr: base + 0x2000n, fixed: true, prot: 'r' })
    task.read(at + BigInt(PAGE))
    const mapped = Array.from({ length: 16 }, (_, i) => task.frame(at + BigInt(i * PAGE)) !== null)
    expect(mapped.flatMap((is, i) => (is ? [i] : []))).toEqual([0, 1, 2, 5, 15])
    task.munmap(at, 64 * KB)
    file.write(0, 64 * KB)
    const edge = task.mmap({ file, length: 64 * KB, addr: base + 0x1ff000n, fixed: true, prot: 'r' })
    task.read(edge)
    expect(task.mm.rss.shmem).toBe(1)
  })

  it('a private write takes a copy at once, a later one replaces the page of the file', () => {
    const machine = machineOf()
    const task = machine.spawn('t')
    const file = machine.memfd('f', 64 * KB)
    file.write(0, 64 * KB, { value: 7 })
    const at = task.mmap({ file, length: 64 * KB })
    task.write(at + 4096n, { value: 9 })
    expect([task.mm.rss.anon, task.mm.rss.shmem, task.vmas[0].hasAnonVma]).toEqual([1, 0, true])
    expect(task.read(at)).toBe(7n)
    expect(task.mm.rss.shmem).toBe(15)
    task.write(at, { value: 8 })
    expect([task.mm.rss.anon, task.mm.rss.shmem]).toEqual([2, 14])
    task.madvise(at, 2 * PAGE, 'DONTNEED')
    expect([task.read(at), task.read(at + 4096n)]).toEqual([7n, 7n])
  })

  it('shared memory is the same page everywhere, and a fork copies none of it', () => {
    const machine = machineOf()
    const parent = machine.spawn('p')
    const at = parent.mmap({ length: 4 * PAGE, shared: true })
    parent.write(at, { value: 5 })
    expect(parent.vmas[0].name).toBe('/dev/zero (deleted)')
    const child = parent.fork('c')
    expect([child.mm.pgtables_bytes, child.mm.rss.shmem]).toEqual([0, 0])
    child.write(at, { value: 6 })
    expect(parent.read(at)).toBe(6n)
    expect(child.frame(at)).toBe(parent.frame(at))
    expect(machine.kpagecount(child.frame(at)!)).toBe(2)
  })

  it('a private mapping with copies is copied with its page-cache entries (vma_needs_copy)', () => {
    const machine = machineOf()
    const parent = machine.spawn('p')
    const file = machine.memfd('f', 64 * KB)
    file.write(0, 64 * KB)
    const at = parent.mmap({ file, length: 64 * KB })
    parent.read(at)
    expect(parent.fork('untouched').mm.rss.shmem).toBe(0)
    parent.write(at)
    const child = parent.fork('copied')
    expect([child.mm.rss.anon, child.mm.rss.shmem]).toEqual([1, 15])
    child.exit()
    expect(machine.dmesg).toEqual([])
  })
})

describe('files on disk', () => {
  it('what is missing is read in around the page, by a major fault', () => {
    const machine = machineOf()
    const task = machine.spawn('t')
    const file = machine.file('/data', 256 * KB)
    const at = task.mmap({ file, length: 256 * KB, prot: 'r' })
    task.read(at + BigInt(20 * PAGE))
    expect([task.majFaults, task.minFaults, file.pages, task.mm.rss.file]).toEqual([1, 0, 32, 1])
    task.read(at + BigInt(21 * PAGE))
    expect([task.majFaults, task.minFaults]).toEqual([1, 1])
  })

  it('the first write to a clean shared page is noticed, and mprotect does not forget it', () => {
    const machine = machineOf()
    const task = machine.spawn('t')
    const file = machine.file('/data', 64 * KB)
    file.write(0, 64 * KB)
    const at = task.mmap({ file, length: 64 * KB, shared: true })
    task.read(at, { count: 2 })
    expect([task.pte(at).write, task.minFaults]).toEqual([false, 1])
    task.write(at)
    expect([task.pte(at).write, task.minFaults, task.mm.rss.file]).toEqual([true, 2, 16])
    task.mprotect(at, 64 * KB, 'r')
    task.mprotect(at, 64 * KB, 'rw')
    expect([task.pte(at).write, task.pte(at + 4096n).write]).toEqual([true, false])
  })

  it('a file opened read-only cannot be mapped shared and writable', () => {
    const machine = machineOf()
    const task = machine.spawn('t')
    const file = machine.file('/data', PAGE, { readOnly: true })
    expect(() => task.mmap({ file, length: PAGE, shared: true })).toThrow('EACCES')
    const at = task.mmap({ file, length: PAGE, shared: true, prot: 'r' })
    expect(task.vmas[0].perms).toBe('r--s')
    expect(() => task.mprotect(at, PAGE, 'rw')).toThrow('EACCES')
    expect(task.mmap({ file, length: PAGE })).not.toBe(at)
  })
})

describe('past the end of a file', () => {
  it('a touch is a SIGBUS that leaves upper tables and no pte table', () => {
    const machine = machineOf()
    const task = machine.spawn('t')
    const file = machine.memfd('f', PAGE + 1)
    const at = task.mmap({ file, length: 8 * PAGE, shared: true, addr: 0x2000_0000_0000n, fixed: true })
    for (const touch of [() => task.read(at + 0x2000n), () => task.write(at + 0x2000n)])
      expect(touch).toThrow('SIGBUS (BUS_ADRERR) at 0x200000002000')
    expect([task.mm.pgtables_bytes, machine.vmstat['nr_page_table_pages']]).toEqual([8192, 2])
    task.write(at + 0x1000n)
    expect(task.mm.rss.shmem).toBe(1)
    const copy = task.mmap({ file, length: 8 * PAGE })
    expect(() => task.write(copy + 0x2000n)).toThrow('SIGBUS')
    expect(task.mm.rss.anon).toBe(0)
  })

  it('truncate unmaps what is past the new end, private copies included, and zeroes the rest of the last page', () => {
    const machine = machineOf()
    const [one, two] = [machine.spawn('a'), machine.spawn('b')]
    const file = machine.memfd('f', 4 * PAGE)
    file.write(0, 4 * PAGE, { value: 3 })
    file.write(PAGE + 8, 8, { value: 4 })
    const shared = one.mmap({ file, length: 4 * PAGE, shared: true })
    const copy = two.mmap({ file, length: 4 * PAGE })
    one.read(shared)
    two.write(copy, { count: 4 })
    file.truncate(PAGE + 8)
    expect([one.mm.rss.shmem, two.mm.rss.anon, file.pages]).toEqual([2, 2, 2])
    expect([one.read(shared + 0x1000n), one.read(shared + 0x1008n)]).toEqual([3n, 0n])
    expect(() => two.read(copy + 0x2000n)).toThrow('SIGBUS')
    file.truncate(4 * PAGE)
    expect([one.read(shared + 0x2000n), two.read(copy + 0x2000n)]).toEqual([0n, 0n])
  })

  it('a hole leaves private copies, REMOVE makes one, fallocate makes pages that are not there yet', () => {
    const machine = machineOf()
    const task = machine.spawn('t')
    const file = machine.memfd('f', 8 * PAGE)
    file.write(0, 8 * PAGE, { value: 3 })
    const shared = task.mmap({ file, length: 8 * PAGE, shared: true })
    const copy = task.mmap({ file, length: 8 * PAGE })
    task.read(shared)
    task.write(copy, { value: 9, count: 2 })
    file.punch(0, 2 * PAGE)
    expect([task.mm.rss.shmem, task.mm.rss.anon, file.pages]).toEqual([6, 2, 6])
    expect([task.read(copy), task.read(shared)]).toEqual([9n, 0n])
    task.madvise(shared + 0x4000n, 2 * PAGE, 'REMOVE')
    expect(file.pages).toBe(5)
    expect(() => task.madvise(copy, PAGE, 'REMOVE')).toThrow('EACCES')
    file.allocate(4 * PAGE, 6 * PAGE)
    expect([file.pages, file.size]).toEqual([9, 10 * PAGE])
    file.allocate(10 * PAGE, PAGE, { keepSize: true })
    expect([file.pages, file.size]).toEqual([10, 10 * PAGE])
  })
})

describe('what /proc says of files', () => {
  it('pages dirtied by write(2) count as dirty in every mapping, bit 61 says file', () => {
    const machine = machineOf()
    const [one, two] = [machine.spawn('a'), machine.spawn('b')]
    const file = machine.memfd('f', 64 * KB)
    file.write(0, 2 * PAGE)
    const at = one.mmap({ file, length: 64 * KB, shared: true, prot: 'r' })
    one.read(at, { count: 3 })
    expect(['Rss', 'Private_Dirty', 'Private_Clean', 'Referenced'].map((n) => smap(one.smaps(), n))).toEqual([
      12, 8, 4, 12,
    ])
    two.read(two.mmap({ file, offset: PAGE, length: PAGE }))
    expect(['Shared_Dirty', 'Private_Dirty'].map((n) => smap(one.smaps(), n))).toEqual([4, 4])
    const [first, second] = one.pagemap(at, 2 * PAGE)
    expect([(first >> 61n) & 1n, (first >> 56n) & 1n, (second >> 56n) & 1n]).toEqual([1n, 1n, 0n])
    expect(one.maps()).toContain('/memfd:f (deleted)')
    expect(two.maps()).toMatch(/rw-p 00001000 /)
    expect(machine.vmstat).toMatchObject({ nr_file_pages: 3, nr_shmem: 3 })
  })
})

describe('nothing is lost', () => {
  for (const arch of ['x86_64', 'arm64', 's390', 'ppc64', 'riscv64', 'i386']) {
    it(`every page comes back when files are closed and processes gone (${arch})`, () => {
      const machine = machineOf({ arch })
      const page = machine.arch.PAGE_SIZE
      const free = machine.freePages
      const file = machine.memfd('f', 40 * page)
      file.write(0, 20 * page)
      const task = machine.spawn('t')
      const shared = task.mmap({ file, length: 40 * page, shared: true })
      const copy = task.mmap({ file, length: 40 * page, offset: 4 * page })
      const anon = task.mmap({ length: 8 * page, shared: true, populate: true })
      task.write(shared, { count: 40, stride: page })
      task.read(copy, { count: 20, stride: page })
      task.write(copy, { count: 10, stride: page })
      const child = task.fork('c')
      child.write(copy, { count: 5, stride: page })
      child.write(anon, { count: 8, stride: page })
      file.truncate(10 * page)
      file.punch(2 * page, 3 * page)
      task.munmap(shared + BigInt(page), 3 * page)
      file.close()
      expect(() => task.mmap({ file, length: page })).toThrow('EBADF')
      child.exit()
      task.exit()
      expect(machine.freePages).toBe(free)
      expect(machine.vmstat).toMatchObject({ nr_file_pages: 0, nr_shmem: 0, nr_page_table_pages: 0 })
      expect(machine.dmesg).toEqual([])
    })
  }
})

describe('when memory runs out', () => {
  for (const touch of ['read', 'write', 'copy', 'populate'] as const) {
    it(`a fault ends in OOM at any allocation and loses nothing (${touch})`, () => {
      for (let n = 1; n <= 6; n++) {
        const machine = machineOf()
        const free = machine.freePages
        const task = machine.spawn('t')
        const file = machine.memfd('f', 16 * PAGE)
        file.write(0, PAGE)
        const at = task.mmap({ file, length: 16 * PAGE, shared: touch !== 'copy' })
        machine.fail.alloc(n)
        const run = (): void => {
          if (touch === 'read') task.read(at + 0x1000n)
          else if (touch === 'populate') task.madvise(at, 2 * PAGE, 'POPULATE_WRITE')
          else task.write(at + 0x1000n)
        }
        // Three tables and a page, and for a copy the page it is taken from.
        if (n <= (touch === 'copy' ? 5 : 4)) expect(run).toThrow(touch === 'populate' ? 'ENOMEM' : 'SIGKILL')
        else run()
        machine.fail.alloc(0)
        run()
        file.close()
        task.exit()
        expect(machine.freePages).toBe(free)
      }
    })
  }

  it('write and fallocate say so; fallocate takes back what it made', () => {
    const machine = machineOf()
    const file = machine.memfd('f', 0)
    machine.fail.alloc(3)
    expect(() => file.allocate(0, 4 * PAGE)).toThrow('ENOMEM')
    expect([file.pages, file.size]).toEqual([0, 0])
    machine.fail.alloc(3)
    expect(() => file.write(0, 4 * PAGE)).toThrow('ENOMEM')
    expect([file.pages, file.size]).toEqual([2, 2 * PAGE])
  })
})
