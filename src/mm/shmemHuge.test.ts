import { describe, expect, it } from 'vitest'
import { testMachine } from '../lab/testMachine.fixture.ts'
import type { Machine } from '../lab/api.ts'

const PAGE = 4096
const MiB = 2 ** 20
const HUGE = 2 * MiB
const AT = 0x20_0000_0000n

function machine(shmemThp: string, arch = 'x86_64'): Machine {
  return testMachine({ arch, config: { shmemThp } })
}

describe('huge pages of files in memory', () => {
  it('one fault maps a huge page without a table to keep; DONTNEED leaves the entry empty', () => {
    const m = machine('always')
    const free = m.freePages
    const task = m.spawn('t')
    const file = m.memfd('f', 4 * MiB)
    task.mmap({ file, length: 4 * MiB, addr: AT, fixed: true, shared: true })
    task.write(AT + 5000n, { value: 7 })
    expect([task.mm.rss.shmem, task.mm.pgtables_bytes, task.pte(AT).level]).toEqual([512, 8192, 'pmd'])
    const { thp_file_alloc, thp_file_mapped, nr_shmem_hugepages, nr_shmem_pmdmapped, nr_shmem } = m.vmstat
    expect([thp_file_alloc, thp_file_mapped, nr_shmem_hugepages, nr_shmem_pmdmapped, nr_shmem]).toEqual([
      1, 1, 1, 1, 512,
    ])
    task.madvise(AT, HUGE, 'DONTNEED')
    expect([task.mm.rss.shmem, task.mm.pgtables_bytes, m.vmstat.nr_shmem_pmdmapped]).toEqual([0, 8192, 0])
    expect(task.read(AT + 5000n)).toBe(7n)
    expect([task.pte(AT).level, task.pte(AT).write]).toEqual(['pmd', true])
    task.exit()
    file.close()
    expect([m.freePages, m.vmstat.nr_shmem_hugepages, m.vmstat.nr_shmem, m.dmesg]).toEqual([free, 0, 0, []])
  })

  it('the hash MMU keeps a table for it all the same', () => {
    const m = machine('always', 'ppc64-hash-64k')
    const task = m.spawn('t')
    const { PMD_SIZE } = m.arch
    const file = m.memfd('f', PMD_SIZE)
    const at = task.mmap({ file, length: PMD_SIZE, shared: true, addr: 0x1000_0000_0000n })
    task.write(at)
    const whole = task.mm.pgtables_bytes
    task.madvise(at, PMD_SIZE, 'DONTNEED')
    expect(whole - task.mm.pgtables_bytes).toBe(m.arch.counted.pte)
    task.exit()
    expect(m.dmesg).toEqual([])
  })

  it('a hole splits: the entry goes, the folio becomes single pages, what is left faults in small', () => {
    const m = machine('always')
    const task = m.spawn('t')
    const file = m.memfd('f', HUGE)
    task.mmap({ file, length: HUGE, addr: AT, fixed: true, shared: true })
    task.write(AT, { count: 512, value: 3 })
    file.punch(8 * PAGE, 4 * PAGE)
    expect([file.pages, m.vmstat.nr_shmem_hugepages, m.vmstat.thp_split_page]).toEqual([508, 0, 1])
    expect(task.mm.rss.shmem).toBe(0)
    expect([task.read(AT), task.read(AT + BigInt(8 * PAGE))]).toEqual([3n, 0n])
    expect(task.pte(AT).level).toBe('pte')
  })

  it('munmap of a part takes the entry; the rest comes back by small entries of the huge page', () => {
    const m = machine('always')
    const task = m.spawn('t')
    const file = m.memfd('f', HUGE)
    task.mmap({ file, length: HUGE, addr: AT, fixed: true, shared: true })
    task.write(AT, { value: 3 })
    task.munmap(AT + BigInt(HUGE - PAGE), PAGE)
    expect([task.mm.rss.shmem, m.vmstat.thp_split_pmd, m.vmstat.nr_shmem_hugepages]).toEqual([0, 1, 1])
    expect(task.read(AT)).toBe(3n)
    expect([task.pte(AT).level, task.mm.rss.shmem]).toEqual(['pte', 16])
    task.exit()
    file.close()
    expect([m.vmstat.nr_shmem_hugepages, m.dmesg]).toEqual([0, []])
  })

  it('a private write copies one small page out of it', () => {
    const m = machine('always')
    const task = m.spawn('t')
    const file = m.memfd('f', HUGE)
    file.write(0, HUGE, { value: 9 })
    task.mmap({ file, length: HUGE, addr: AT, fixed: true })
    expect([task.read(AT), task.pte(AT).level]).toEqual([9n, 'pmd'])
    task.write(AT, { value: 4 })
    expect([task.read(AT), task.read(AT + 4096n), task.pte(AT).level]).toEqual([4n, 9n, 'pte'])
    expect([task.mm.rss.anon, file.pages]).toEqual([1, 512])
  })

  it.each([
    ['never', 'none', 0],
    ['advise', 'none', 0],
    ['advise', 'HUGEPAGE', 1],
    ['within_size', 'none', 1],
    ['always', 'NOHUGEPAGE', 0],
    ['deny', 'HUGEPAGE', 0],
    ['force', 'none', 1],
  ] as const)('%s, madvise %s: %i huge pages', (mode, advice, made) => {
    const m = machine(mode)
    const task = m.spawn('t')
    const file = m.memfd('f', HUGE + PAGE)
    const at = task.mmap({ file, length: HUGE + PAGE, addr: AT, fixed: true, shared: true })
    if (advice !== 'none') task.madvise(at, HUGE, advice)
    task.write(at)
    expect(m.vmstat.thp_file_alloc).toBe(made)
    if (mode !== 'within_size') return
    task.write(at + BigInt(HUGE))
    expect(m.vmstat.thp_file_alloc).toBe(made)
  })

  it('two processes, fork and mremap share the huge page', () => {
    const m = machine('always')
    const task = m.spawn('t')
    task.mmap({ length: HUGE, addr: AT, fixed: true, shared: true })
    task.write(AT, { value: 5 })
    const child = task.fork()
    expect(child.mm.pgtables_bytes).toBe(0)
    expect([child.read(AT), m.kpagecount(task.frame(AT)!), m.vmstat.nr_shmem_pmdmapped]).toEqual([5n, 2, 1])
    const moved = child.mremap(AT, HUGE, HUGE, { mayMove: true, fixed: AT + BigInt(64 * MiB) })
    expect([child.pte(moved).level, child.read(moved)]).toEqual(['pmd', 5n])
    child.mprotect(moved, HUGE, 'r')
    expect(() => child.write(moved)).toThrow('SEGV_ACCERR')
    child.mprotect(moved, HUGE, 'rw')
    child.write(moved, { value: 6 })
    expect(task.read(AT)).toBe(6n)
    child.exit()
    task.exit()
    expect([m.vmstat.nr_shmem_pmdmapped, m.vmstat.nr_shmem_hugepages, m.dmesg]).toEqual([0, 0, []])
  })
})

describe('khugepaged', () => {
  it('keeps the table of anonymous pages as the deposit', () => {
    const m = testMachine({ config: { thp: 'never' } })
    const task = m.spawn('t')
    task.mmap({ length: HUGE, addr: AT, fixed: true })
    task.write(AT, { count: 3, value: 2 })
    expect(m.khugepaged.scan(task)).toBe(0)
    m.thp('always')
    const before = task.mm.pgtables_bytes
    expect(m.khugepaged.scan(task)).toBe(1)
    expect([task.mm.pgtables_bytes - before, task.mm.rss.anon, m.vmstat.thp_collapse_alloc]).toEqual([
      0, 512, 1,
    ])
    expect([task.pte(AT).level, task.read(AT), task.read(AT + 8192n)]).toEqual(['pmd', 2n, 2n])
    expect(m.khugepaged.scan(task)).toBe(0)
  })

  it('leaves alone what was not used lately, what is mostly shared and what is read-only', () => {
    const m = testMachine({ config: { thp: 'never' } })
    const task = m.spawn('t')
    task.mmap({ length: HUGE, addr: AT, fixed: true })
    task.write(AT, { count: 300 })
    m.thp('always')
    task.clearRefs(1)
    expect(m.khugepaged.scan(task)).toBe(0)
    const child = task.fork()
    task.write(AT)
    expect(m.khugepaged.scan(task)).toBe(0)
    child.exit()
    task.write(AT, { count: 300 })
    expect(m.khugepaged.scan(task)).toBe(1)
  })

  it('frees the tables of files and leaves the entry to the next fault', () => {
    const m = machine('never')
    const task = m.spawn('t')
    const other = m.spawn('o')
    const file = m.memfd('f', HUGE)
    for (const each of [task, other]) each.mmap({ file, length: HUGE, addr: AT, fixed: true, shared: true })
    task.write(AT, { count: 4, value: 8 })
    other.read(AT)
    m.shmemThp('always')
    const tables = m.vmstat.nr_page_table_pages
    expect(m.khugepaged.scan(task)).toBe(1)
    expect([task.mm.rss.shmem, other.mm.rss.shmem, task.mm.pgtables_bytes, other.mm.pgtables_bytes]).toEqual([
      0, 0, 8192, 8192,
    ])
    expect(tables - m.vmstat.nr_page_table_pages).toBe(2)
    expect([file.pages, m.vmstat.nr_shmem_hugepages, m.vmstat.nr_shmem]).toEqual([512, 1, 512])
    expect([other.read(AT + 4096n), other.pte(AT).level, task.frame(AT)]).toEqual([8n, 'pmd', null])
    expect(m.khugepaged.scan(task)).toBe(0)
  })

  it('a mapping with private copies keeps its table', () => {
    const m = machine('never')
    const task = m.spawn('t')
    const other = m.spawn('o')
    const file = m.memfd('f', HUGE)
    task.mmap({ file, length: HUGE, addr: AT, fixed: true, shared: true })
    other.mmap({ file, length: HUGE, addr: AT, fixed: true })
    task.write(AT, { count: 2, value: 8 })
    other.write(AT, { value: 1 })
    m.shmemThp('always')
    expect(m.khugepaged.scan(task)).toBe(1)
    expect([other.mm.pgtables_bytes, other.read(AT), other.read(AT + 4096n)]).toEqual([12288, 1n, 8n])
  })

  it('MADV_COLLAPSE of a file maps the huge page at once, whatever shmem_enabled says', () => {
    const m = machine('never')
    const task = m.spawn('t')
    const file = m.memfd('f', HUGE)
    task.mmap({ file, length: HUGE, addr: AT, fixed: true, shared: true })
    task.write(AT, { count: 4, value: 8 })
    task.madvise(AT, HUGE, 'COLLAPSE')
    expect([task.pte(AT).level, task.mm.rss.shmem, task.mm.pgtables_bytes, task.read(AT)]).toEqual([
      'pmd',
      512,
      8192,
      8n,
    ])
    task.exit()
    file.close()
    expect([m.vmstat.nr_shmem, m.vmstat.nr_shmem_hugepages, m.dmesg]).toEqual([0, 0, []])
  })
})
