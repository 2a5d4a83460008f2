import { describe, expect, it } from 'vitest'
import type { Machine, MachineSpec } from '../../lab/api.ts'
import { createLab } from '../../lab/index.ts'
import { tracedMachine } from '../../lab/testMachine.fixture.ts'

function machine(spec: MachineSpec): Machine {
  const locate = () => ({ file: '', line: 0, column: 0 })
  return createLab({ spec, scenario: 'test', seed: 1, traceLevel: 'off', sink: () => {}, locate }).context
    .machine
}

function touchOne(spec: MachineSpec) {
  const m = machine(spec)
  const task = m.spawn('t')
  const before = {
    bytes: task.mm.pgtables_bytes,
    pages: m.vmstat.nr_page_table_pages,
    oom: task.oomScore,
    rss: task.mm.rss.total,
  }
  const at = task.mmap({ length: m.arch.PAGE_SIZE })
  task.write(at)
  return {
    m,
    task,
    at,
    bytes: task.mm.pgtables_bytes - before.bytes,
    pages: m.vmstat.nr_page_table_pages - before.pages,
    before,
  }
}

describe('what one touched page costs', () => {
  it('A-E1: x86-64 with 4 levels: three tables, 12288 bytes, an OOM term of 3 pages', () => {
    const { task, bytes, pages } = touchOne({ arch: 'x86_64' })
    expect([bytes, pages, task.oomScore - task.mm.rss.total]).toEqual([12288, 3, 3])
    expect(task.status()).toContain('VmPTE:\t      12 kB')
  })

  it('A-E2: x86-64 with 5 levels: four tables, still 12288 bytes', () => {
    const { task, bytes } = touchOne({ arch: 'x86-64-5level-la57on' })
    expect([bytes, task.tables.perLevel.p4d]).toEqual([12288, 1])
  })

  it('A-E3: arm64 with 64K pages and 42 bits: one pte table of 65536 bytes', () => {
    expect(touchOne({ arch: 'arm64-64k-va42' }).bytes).toBe(65536)
  })

  it('A-E4: s390 with 3 levels: 18432 bytes counted, 36 KiB taken, the top table included', () => {
    const { task, bytes, pages } = touchOne({ arch: 's390' })
    expect([bytes, task.tables.bytes, pages]).toEqual([18432, 36 * 1024, 5])
  })
})

describe('what went wrong', () => {
  it('A-E5: s390 without run-time predicates: −16384 at exit', () => {
    const { m, task } = touchOne({ arch: 's390', kernel: '4.15' })
    task.exit()
    expect(m.dmesg).toEqual(['BUG: non-zero pgtables_bytes on freeing mm: -16384'])
  })

  it('A-E6: the s390 hack of 4.16: even at exit, +16384 for an mm that dies before its first VMA, as in a failed fork', () => {
    const { m, task } = touchOne({ arch: 's390', kernel: '4.16' })
    task.exit()
    expect(m.dmesg).toEqual([])
    m.spawn('fails').exit()
    expect(m.dmesg).toEqual(['BUG: non-zero pgtables_bytes on freeing mm: 16384'])
  })

  it.each(['parisc32-4k', 'microblaze', 'm68k-sun3', 'arm-2level'])(
    'A-E7: %s folds the pmd without saying so: −K for K torn-down top entries',
    (arch) => {
      const m = machine({ arch, policies: { accounting: 'A2' } })
      const task = m.spawn('init')
      const at = task.mmap({ length: 6 * m.arch.PMD_SIZE, addr: BigInt(16 * m.arch.PMD_SIZE) })
      task.write(at, { count: 6, stride: m.arch.PMD_SIZE })
      task.exit()
      expect(m.dmesg).toContain('BUG: non-zero nr_pmds on freeing mm: -6')
    },
  )

  it('A-E7: mmotm of January 2015 warns in exit_mmap already, on microblaze and on PAE', () => {
    for (const arch of ['microblaze', 'x86-pae']) {
      const { m, task } = touchOne({ arch, kernel: 'mmotm-2015-01-22' })
      task.exit()
      expect(m.dmesg).toEqual(['WARNING: CPU: 0 PID: 1 at mm/mmap.c:2858 exit_mmap()'])
    }
  })

  it('A-E7: an architecture that uses pgtable-nopmd.h stays silent', () => {
    const { m, task } = touchOne({ arch: 'x86-2level', policies: { accounting: 'A2' } })
    task.exit()
    expect(m.dmesg).toEqual([])
  })

  it('A-E9: PAE: 12288 bytes from pgd_alloc on, all gone after pgd_free', () => {
    const m = machine({ arch: 'x86-pae' })
    const task = m.spawn('t')
    expect(task.mm.pgtables_bytes).toBe(12288)
    const child = task.fork()
    expect(child.mm.pgtables_bytes).toBe(12288)
    child.exit()
    expect(m.dmesg).toEqual([])
  })
})

describe('what is left behind', () => {
  const MIB = 2 ** 20

  it('A-E11: a huge entry taken for a bad one: 512 pages of rss and a pte table stay counted', () => {
    const m = machine({ arch: 'x86_64', config: { thp: 'always' } })
    const task = m.spawn('t')
    const at = task.mmap({ length: 2 * MIB, addr: 0x2000_0000_0000n, fixed: true })
    task.write(at)
    expect(task.mm.rss.anon).toBe(512)
    m.fail.badPmd(task, at)
    expect(task.pte(at).none).toBe(true)
    task.exit()
    expect(m.dmesg).toEqual([
      expect.stringMatching(/^mm\/pgtable-generic\.c:\d+: bad pmd [0-9a-f]{16}\([0-9a-f]{16}\)$/),
      expect.stringMatching(/^BUG: Bad rss-counter state mm:[0-9a-f]+ type:MM_ANONPAGES val:512$/),
      'BUG: non-zero pgtables_bytes on freeing mm: 4096',
    ])
  })

  it('A-E11: 4.15 gives the number of the rss counter, 4.14 says that it is a pte table', () => {
    const left = (kernel: string): string[] => {
      const m = machine({ arch: 'x86_64', kernel, config: { thp: 'always' } })
      const task = m.spawn('t')
      const at = task.mmap({ length: 2 * MIB, addr: 0x2000_0000_0000n, fixed: true })
      task.write(at)
      m.fail.badPmd(task, at)
      task.exit()
      return m.dmesg.slice(1)
    }
    expect(left('4.15')).toEqual([
      'BUG: Bad rss-counter state mm:0000000000000001 idx:1 val:512',
      'BUG: non-zero pgtables_bytes on freeing mm: 4096',
    ])
    expect(left('4.14')[1]).toBe('BUG: non-zero nr_ptes on freeing mm: 1')
  })

  it.each(['4.15', '6.12'])('A-E16: exec on %s with a stack that moves down by more than 2 MiB', (kernel) => {
    const m = machine({ arch: 'x86_64', kernel })
    const task = m.spawn('shell')
    for (const stackShift of [2 * MIB + 4096, 4 * MIB, 2 ** 30 + 3 * MIB, 2 ** 40]) {
      task.execve('program', { argBytes: 3 * MIB, stackShift })
      const stack = task.vmas.find(({ name }) => name === '[stack]')
      expect(m.arch.TASK_SIZE - (stack?.end ?? 0n)).toBe(BigInt(stackShift))
      expect(task.mm.rss.anon).toBe((3 * MIB) / 4096)
      // The vacated part has no table left: what is counted is what the new place needs.
      const { pud, pmd, pte } = task.tables.perLevel
      expect(task.mm.pgtables_bytes).toBe((pud + pmd + pte) * 4096)
      const first = (stack?.end ?? 0n) - BigInt(3 * MIB)
      const ranges = (size: bigint): number => Number(((stack?.end ?? 1n) - 1n) / size - first / size) + 1
      expect([pte, pmd, pud]).toEqual([ranges(2n ** 21n), ranges(2n ** 30n), ranges(2n ** 39n)])
    }
    task.exit()
    expect(m.dmesg.filter((line) => line.includes('BUG'))).toEqual([])
    expect(m.vmstat.nr_page_table_pages).toBe(0)
  })
})

describe('what is seen', () => {
  const regions = 300
  const hog = (accounting: string) => {
    const m = machine({ policies: { accounting } })
    const task = m.spawn('hog')
    const { PUD_SIZE, PMD_SIZE } = m.arch
    for (let i = 0; i < regions; i++) {
      const at = task.mmap({ length: PUD_SIZE, addr: BigInt(i + 1) * BigInt(PUD_SIZE), fixed: true })
      task.write(at)
      task.munmap(at, PMD_SIZE)
      task.mmap({ length: PMD_SIZE, addr: at, fixed: true })
    }
    return { task, pages: task.mm.accountedBytes / 4096 }
  }

  it('A-E10: the hog is invisible to A0, a page per pmd table to A2, pud tables too to A4', () => {
    const puds = Math.ceil((regions + 1) / 512)
    expect(hog('A0').pages).toBe(0)
    expect(hog('A2').pages).toBe(regions)
    expect(hog('A5').pages).toBe(regions + puds)
  })

  it('A-E13: DONTNEED of a full pmd range: rss −512, the counter stays (6.12) or loses the pte table (7.2)', () => {
    for (const [kernel, left] of [
      ['6.12', 12288],
      ['7.2', 8192],
    ] as const) {
      const task = machine({ kernel }).spawn('t')
      const at = task.mmap({ length: 2 ** 21, addr: 0x2000_0000_0000n })
      task.write(at, { count: 512 })
      task.madvise(at, 2 ** 21, 'DONTNEED')
      expect([task.mm.rss.anon, task.mm.pgtables_bytes]).toEqual([0, left])
    }
  })

  it('A-E14: s390: mmap above 4 TiB adds a level; the old top table is counted at once, all CPUs load the new one', () => {
    const { machine: m, events } = tracedMachine({ arch: 's390', cpus: 3 })
    const task = m.spawn('t')
    m.cpu(0).run(task)
    m.cpu(1).run(task.clone({ vm: true }))
    events()
    task.mmap({ length: 4096, addr: 0x400_0000_0000n, fixed: true })
    expect(task.mm.pgtables_bytes).toBe(16384)
    const grown = events()
    const told = ['CR3_WRITE', 'TLB_IPI', 'TLB_FLUSH all'].map(
      (name) => grown.filter((event) => event.startsWith(name)).length,
    )
    // Those that run it load the new root; all CPUs are interrupted and purge.
    expect(told).toEqual([2, 2, 3])
  })

  it('A-E15: fork duplicates tables that DONTNEED left empty', () => {
    const task = machine({}).spawn('t')
    const at = task.mmap({ length: 2 ** 21, addr: 0x2000_0000_0000n })
    task.write(at, { count: 512 })
    task.madvise(at, 2 ** 21, 'DONTNEED')
    const child = task.fork()
    expect([child.mm.pgtables_bytes, child.mm.rss.anon]).toEqual([task.mm.pgtables_bytes, 0])
  })
})
