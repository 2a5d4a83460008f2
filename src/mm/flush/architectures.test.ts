import { describe, expect, it } from 'vitest'
import { MM } from '../../pgtable/fields.ts'
import { FLUSH_LAST_LEVEL, TLB_REASON } from '../../trace/schema.ts'
import type { MachineSpec } from '../../lab/api.ts'
import { bench, flushes, type Bench } from '../../lab/kernel.fixture.ts'

/** A process whose pages CPU 0 and CPU 1 have both used; it runs on CPU 0 as two threads, the other on CPU 1. */
function shared(spec: MachineSpec, pages: number) {
  const b = bench({ cpus: 2, ...spec })
  const { PAGE_SIZE } = b.machine.arch
  const task = b.machine.spawn('task')
  const at = task.mmap({ length: Math.max(pages, 8) * PAGE_SIZE })
  task.write(at, { count: pages })
  const other = task.clone({ vm: true })
  b.machine.cpu(1).run(other, () => other.read(at, { count: pages }))
  b.events()
  return {
    b,
    task,
    at,
    page: PAGE_SIZE,
    dontNeed: (count: number) =>
      b.machine.cpu(0).run(task, () => task.madvise(at, count * PAGE_SIZE, 'DONTNEED')),
  }
}

function ipis(b: Bench, work: () => void): { told: number[]; flushed: string[] } {
  b.events()
  work()
  const seen = b.events()
  return { told: seen.filter(({ kind }) => kind === 'TLB_IPI').map(({ a }) => a), flushed: flushes(seen) }
}

describe('who is told, and how', () => {
  it('arm64: a broadcast, no interrupt; leaf entries only while no table is freed', () => {
    const { b, task, at, page, dontNeed } = shared({ arch: 'arm64' }, 2)
    dontNeed(1)
    let seen = b.events()
    expect(seen.filter(({ kind }) => kind === 'TLB_IPI')).toEqual([])
    const told = seen.filter(({ kind }) => kind === 'TLB_FLUSH')
    expect(told.map(({ cpu, a }) => [cpu, a])).toEqual([
      [0, TLB_REASON.localMmShootdown],
      [1, TLB_REASON.broadcast],
    ])
    expect(told.every(({ e }) => (e & FLUSH_LAST_LEVEL) !== 0)).toBe(true)
    b.machine.cpu(0).run(task, () => task.munmap(at, 8 * page))
    seen = b.events('TLB_FLUSH')
    // one at the end of the VMA for the entry, one for the tables
    expect(seen.map(({ cpu, e }) => [cpu, (e & FLUSH_LAST_LEVEL) !== 0])).toEqual([
      [0, true],
      [1, true],
      [0, false],
      [1, false],
    ])
  })

  it('arm64: up to 511 pages one by one, 512 are a flush of the ASID; 2 M pages with TLBIRANGE', () => {
    for (const [pages, range, expected] of [
      [511, false, '511 pages'],
      [512, false, 'mm'],
      [512, true, '512 pages'],
    ] as const) {
      const { b, dontNeed } = shared({ arch: 'arm64', features: { tlbiRange: range } }, pages)
      expect(ipis(b, () => dontNeed(pages)).flushed).toEqual([`0: ${expected}`, `1: ${expected}`])
    }
  })

  it('G-E9: arm64 flushes an ending address space once, and only if tables were freed', () => {
    const b = bench({ arch: 'arm64' })
    const task = b.machine.spawn('task')
    const at = task.mmap({ length: 1000 * 4096 })
    task.write(at, { count: 1000 })
    expect(ipis(b, () => task.exit()).flushed).toEqual(['0: mm'])
    const empty = b.machine.spawn('empty')
    empty.mmap({ length: 4096 })
    expect(ipis(b, () => empty.exit()).flushed).toEqual([])
  })

  it('G-E10: riscv goes through 64 pages, 65 are a flush of the ASID; other CPUs by interrupt', () => {
    const small = shared({ arch: 'riscv64' }, 65)
    expect(ipis(small.b, () => small.dontNeed(64))).toEqual({
      told: [1],
      flushed: ['1: 64 pages', '0: 64 pages'],
    })
    const large = shared({ arch: 'riscv64' }, 65)
    expect(ipis(large.b, () => large.dontNeed(65))).toEqual({ told: [1], flushed: ['1: mm', '0: mm'] })
  })

  it('G-E12: s390 invalidates as entries are emptied; the end of the gather does no ranged flush', () => {
    const { b, task, at, page } = shared({ arch: 's390' }, 3)
    b.machine.cpu(0).run(task, () => task.munmap(at, 8 * page))
    const seen = b.events('ZAP_PTES', 'SET_ENTRY', 'TLB_FLUSH', 'GATHER_FLUSH')
    const end = seen.findIndex(({ kind }) => kind === 'GATHER_FLUSH')
    expect(flushes(seen.slice(0, end))).toEqual([1, 2, 3].flatMap(() => ['0: 1 pages', '1: 1 pages']))
    // pte_free_tlb owes one IDTE of the whole address space
    expect(flushes(seen.slice(end))).toEqual(['0: mm', '1: mm'])
    expect(b.kernelProcess(task).mm.get(MM['context.flush_count'])).toBe(0)
  })

  it('s390: alone on the mm it puts the flush off and pays once', () => {
    const b = bench({ arch: 's390', cpus: 2 })
    const task = b.machine.spawn('task')
    const at = task.mmap({ length: 8 * 4096 })
    task.write(at, { count: 8 })
    expect(ipis(b, () => task.madvise(at, 8 * 4096, 'DONTNEED')).flushed).toEqual(['0: mm'])
    expect(b.kernelProcess(task).mm.get(MM['context.flush_mm'])).toBe(0)
  })

  it('powerpc radix: 33 pages, or 256 where no other CPU has used the mm', () => {
    const both = shared({ arch: 'ppc64' }, 40)
    expect(ipis(both.b, () => both.dontNeed(40)).flushed).toEqual(['0: mm', '1: mm'])
    const alone = bench({ arch: 'ppc64', cpus: 2 })
    const task = alone.machine.spawn('task')
    const { PAGE_SIZE } = alone.machine.arch
    const at = task.mmap({ length: 40 * PAGE_SIZE })
    task.write(at, { count: 40 })
    expect(ipis(alone, () => task.madvise(at, 40 * PAGE_SIZE, 'DONTNEED')).flushed).toEqual(['0: 40 pages'])
  })

  it('powerpc hash and sparc64 collect 192 addresses', () => {
    for (const arch of ['ppc64-hash-4k', 'sparc64-sun4u']) {
      const { b, dontNeed } = shared({ arch }, 200)
      const seen = ipis(b, () => dontNeed(200)).flushed.filter((text) => text.startsWith('0'))
      expect(`${arch} ${seen.join(', ')}`).toBe(`${arch} 0: 192 pages, 0: 8 pages`)
    }
  })

  it('mips: two users are interrupted; a sole user takes the tag on the other CPU away', () => {
    const two = shared({ arch: 'mips64' }, 2)
    expect(ipis(two.b, () => two.dontNeed(1)).told).toEqual([1])
    const b = bench({ arch: 'mips64', cpus: 2 })
    const task = b.machine.spawn('task')
    const at = task.mmap({ length: 8 * 4096 })
    b.machine.cpu(1).run(task, () => task.write(at))
    b.machine.cpu(0).run(task, () => task.write(at))
    const { mm } = b.kernelProcess(task)
    const tag = b.kernel.contexts.tagOf(mm, b.kernel.cpus[1])
    expect(ipis(b, () => b.machine.cpu(0).run(task, () => task.madvise(at, 4096, 'DONTNEED'))).told).toEqual(
      [],
    )
    expect(b.kernel.contexts.tagOf(mm, b.kernel.cpus[1])).not.toBe(tag)
  })

  it('alpha has no range: every flush is a new number for the whole mm', () => {
    const { b, dontNeed } = shared({ arch: 'alpha' }, 2)
    const seen = ipis(b, () => dontNeed(1))
    expect(seen.flushed).toEqual([])
    expect(seen.told).toEqual([1])
  })

  it.each(['arm', 'parisc64-4k', 'csky-abiv2'])('%s broadcasts', (arch) => {
    const { b, dontNeed } = shared({ arch }, 2)
    const seen = ipis(b, () => dontNeed(1))
    expect(seen.told).toEqual([])
    expect(seen.flushed).toHaveLength(2)
  })
})
