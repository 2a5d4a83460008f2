import { describe, expect, it } from 'vitest'
import { testMachine } from '../lab/testMachine.fixture.ts'

const PAGE = 4096
const MiB = 2 ** 20
const HUGE = 2 * MiB
const AT = 0x20_0000_0000n

/** kB or pages of one line of a /proc file. */
function value(text: string, name: string): number | undefined {
  const found = new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(text)
  return found === null ? undefined : Number(found[1])
}

describe('/proc/meminfo', () => {
  it('counts what is mapped once, whoever maps it', () => {
    const m = testMachine({ memory: 1024 * MiB, config: { hugepages: 4, thp: 'always' } })
    const task = m.spawn('t')
    const before = value(m.meminfo(), 'MemFree')!
    task.mmap({ length: HUGE, addr: AT, fixed: true })
    task.write(AT)
    const file = m.memfd('f', 4 * PAGE)
    const at = task.mmap({ file, length: 4 * PAGE, shared: true })
    task.write(at, { count: 2 })
    const huge = task.mmap({ length: HUGE, hugetlb: true })
    task.fork()
    const text = m.meminfo()
    expect(
      ['AnonPages', 'Mapped', 'Shmem', 'Cached', 'AnonHugePages'].map((name) => value(text, name)),
    ).toEqual([2048, 8, 8, 8, 2048])
    expect(value(text, 'PageTables')).toBe(m.vmstat.nr_page_table_pages * 4)
    expect(m.vmstat.nr_anon_pages).toBe(512)
    expect(before - value(text, 'MemFree')!).toBe((m.vmstat.nr_page_table_pages + 514 + 1) * 4)
    task.write(huge)
    expect(m.meminfo()).toContain(
      'HugePages_Total:       4\nHugePages_Free:        3\nHugePages_Rsvd:        0\nHugePages_Surp:        0\nHugepagesize:       2048 kB\nHugetlb:            8192 kB\n',
    )
    expect(text.split('\n')[0]).toMatch(/^MemTotal: {7}[ \d]{7}\d kB$/)
  })

  it('has no lines of huge pages where there are none', () => {
    expect(testMachine({ arch: 'arm-2level' }).meminfo()).not.toMatch(/Huge/)
  })
})

describe('peaks in /proc/PID/status', () => {
  it('are kept when memory goes, and are not more than there was', () => {
    const task = testMachine().spawn('t')
    task.mmap({ length: 16 * PAGE, addr: AT, fixed: true })
    task.write(AT, { count: 10 })
    // Nothing shrank yet: mm_struct has no peak, status shows what there is.
    expect(task.mm.field('hiwater_rss')).toBe(0n)
    expect([value(task.status(), 'VmHWM'), value(task.status(), 'VmPeak')]).toEqual([40, 64])
    task.munmap(AT, 8 * PAGE)
    expect([value(task.status(), 'VmHWM'), value(task.status(), 'VmRSS')]).toEqual([40, 8])
    expect([value(task.status(), 'VmPeak'), value(task.status(), 'VmSize')]).toEqual([64, 32])
    task.clearRefs(5)
    expect(value(task.status(), 'VmHWM')).toBe(8)
    const child = task.fork()
    expect([value(child.status(), 'VmHWM'), value(child.status(), 'VmPeak')]).toEqual([8, 32])
  })

  it('a move counts both places for a moment, which is no peak', () => {
    const task = testMachine().spawn('t')
    task.mmap({ length: 16 * PAGE, addr: AT, fixed: true })
    task.mremap(AT, 16 * PAGE, 16 * PAGE, { mayMove: true, fixed: AT + BigInt(MiB) })
    expect(value(task.status(), 'VmPeak')).toBe(64)
  })
})

describe('/proc/PID/maps', () => {
  it('says which device a file is on', () => {
    const m = testMachine({ config: { hugepages: 1 } })
    const task = m.spawn('t')
    task.mmap({ length: PAGE, file: m.memfd('f', PAGE) })
    task.mmap({ length: PAGE, file: m.file('/data', PAGE) })
    task.mmap({ length: HUGE, hugetlb: true })
    task.mmap({ length: PAGE })
    const devices = task
      .maps()
      .match(/^\S+ \S+ \S+ \S+/gm)!
      .map((line) => line.split(' ')[3])
    expect(devices.sort()).toEqual(['00:00', '00:01', '00:0f', '08:01'])
  })
})

describe('MADV_FREE of part of a folio', () => {
  it.each(['6.1', '6.12'])('splits the folio, so that the part can go alone (%s)', (kernel) => {
    const m = testMachine({ kernel, config: { thp: 'always' } })
    const task = m.spawn('t')
    task.mmap({ length: HUGE, addr: AT, fixed: true })
    task.write(AT, { count: 512, value: 1 })
    task.madvise(AT, 4 * PAGE, 'FREE')
    expect([m.vmstat.thp_split_pmd, m.vmstat.thp_split_page, m.vmstat.nr_anon_transparent_hugepages]).toEqual(
      [1, 1, 0],
    )
    const free = m.freePages
    task.munmap(AT + BigInt(8 * PAGE), 4 * PAGE)
    expect(m.freePages - free).toBe(4)
    expect([value(task.smaps(), 'LazyFree'), task.read(AT)]).toEqual([0, 1n])
    task.exit()
    expect([m.vmstat.nr_anon_pages, m.dmesg]).toEqual([0, []])
  })

  it('leaves alone what others map too', () => {
    const m = testMachine({ config: { thp: 'always' } })
    const task = m.spawn('t')
    task.mmap({ length: HUGE, addr: AT, fixed: true })
    task.write(AT)
    task.fork()
    task.madvise(AT, 4 * PAGE, 'FREE')
    expect(m.vmstat.thp_split_page).toBe(0)
  })
})
