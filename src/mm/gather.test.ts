import { describe, expect, it } from 'vitest'
import { MM } from '../pgtable/fields.ts'
import type { MachineSpec } from '../lab/api.ts'
import { bench, flushes, type Event } from '../lab/kernel.fixture.ts'
import { MmuGather } from './gather.ts'
import { GatherPages } from './gatherPages.ts'
import { zapRange } from './zap.ts'

const PAGE = 4096

function flushCounts(events: Event[]): number[] {
  return events.filter(({ kind, flags }) => kind === 'GATHER_FLUSH' && !(flags & 2)).map(({ a }) => a)
}

function unmapped(spec: MachineSpec, pages: number) {
  const b = bench({ memory: 2 ** 31, ...spec })
  const { PAGE_SIZE } = b.machine.arch
  const task = b.machine.spawn('task')
  const at = task.mmap({ length: pages * PAGE_SIZE })
  task.write(at, { count: pages })
  b.events()
  task.munmap(at, pages * PAGE_SIZE)
  return b.events()
}

describe('slots of the gather', () => {
  const fill = (pages: GatherPages, count: number): number => {
    let added = 1
    while (!pages.add(1, count)) added++
    return added
  }

  it('7 + 19 · 509 single pages, 516 while a map waits', () => {
    const pages = new GatherPages(4096, 64, true)
    expect([pages.room(false), pages.room(true)]).toEqual([9678, 516])
    expect(fill(pages, 1)).toBe(9678)
    pages.clear()
    pages.delayed = true
    expect(fill(pages, 1)).toBe(516)
  })

  it('until 6.8 no slot was kept free: 8 + 19 · 510', () => {
    expect(fill(new GatherPages(4096, 64, false), 1)).toBe(9698)
  })

  it('two slots for several pages of a folio', () => {
    // 8 in the bundle (4 pairs), and in each of 19 batches 510 (255 pairs)
    expect(fill(new GatherPages(4096, 64, true), 16)).toBe(4 + 19 * 255)
  })

  it('room says when add will', () => {
    const pages = new GatherPages(16384, 64, true)
    const room = pages.room(false)
    expect(fill(pages, 1)).toBe(room)
  })
})

describe('forced flushes', () => {
  it.each(['x86_64', 'arm64', 'riscv64', 'sparc64-sun4u', 'mips64'])(
    'G-E7 (%s): 20 000 small pages in one munmap are flushed after 9678 each',
    (arch) => {
      const counts = flushCounts(unmapped({ arch }, 20000))
      if (arch.startsWith('sparc')) expect(counts[0]).toBe(7 + 9 * 1021)
      else expect(counts.slice(0, 2)).toEqual([9678, 9678])
    },
  )

  it('G-E7: kernel 6.1 flushes after 9698', () => {
    expect(flushCounts(unmapped({ arch: 'x86_64', kernel: '6.1' }, 20000)).slice(0, 2)).toEqual([9698, 9698])
  })

  it('s390 frees pages as it goes: nothing is gathered', () => {
    expect(flushCounts(unmapped({ arch: 's390' }, 20000))).toEqual([0])
  })

  it('dirty pages of a shared file: the TLBs are told before the table is left, map counts fall after', () => {
    const b = bench({ arch: 'x86_64' })
    const task = b.machine.spawn('task')
    const file = b.machine.file('data', 8 * PAGE)
    const at = task.mmap({ length: 8 * PAGE, file, shared: true })
    task.write(at, { count: 2 })
    const frame = task.frame(at)!
    b.events()
    task.munmap(at, 8 * PAGE)
    const seen = b.events('ZAP_PTES', 'SET_ENTRY', 'GATHER_FLUSH', 'TLB_FLUSH')
    const flush = seen.findIndex(({ kind }) => kind === 'TLB_FLUSH')
    const tables = seen.findIndex(({ kind, flags }) => kind === 'SET_ENTRY' && (flags & 7) === 3)
    expect(flush).toBeGreaterThan(0)
    expect(tables).toBeGreaterThan(flush)
    expect(b.machine.kpagecount(frame)).toBe(0)
  })
})

describe('tables', () => {
  /** A process with a page in each of `count` pte tables. */
  function sparse(spec: MachineSpec, count: number) {
    const b = bench({ memory: 2 ** 31, ...spec })
    const { PMD_SIZE } = b.machine.arch
    const task = b.machine.spawn('task')
    const at = task.mmap({ length: count * PMD_SIZE, addr: 64n * BigInt(PMD_SIZE), fixed: true })
    task.write(at, { count, stride: PMD_SIZE })
    b.events()
    return { b, task, at, length: count * PMD_SIZE }
  }

  it('arm64: batches of 509 go to RCU, each after the walkers were told', () => {
    const { b, task, at, length } = sparse({ arch: 'arm64' }, 600)
    task.munmap(at, length)
    const deferred = b.events('RCU_DEFER').map(({ b: tables }) => tables)
    expect(deferred[0]).toBe(509)
    expect(deferred.reduce((sum, n) => sum + n, 0)).toBeGreaterThanOrEqual(600)
    expect(b.kernel.rcu.pendingTables).toBe(0)
  })

  it('x86 frees them with the pages, once the interrupt was taken; RCU with paravirt', () => {
    const bare = sparse({ arch: 'x86_64' }, 3)
    bare.task.munmap(bare.at, bare.length)
    const kinds = bare.b.events().map(({ kind }) => kind)
    expect(kinds).not.toContain('RCU_DEFER')
    expect(kinds.indexOf('PT_FREE')).toBeGreaterThan(kinds.lastIndexOf('TLB_FLUSH'))
    const guest = sparse({ arch: 'x86_64', features: { paravirt: true } }, 3)
    guest.task.munmap(guest.at, guest.length)
    expect(guest.b.events('RCU_DEFER')).toHaveLength(1)
  })

  it('without memory for a batch: everybody is interrupted and the table goes alone', () => {
    const { b, task, at, length } = sparse({ arch: 'arm64', cpus: 3 }, 1)
    b.kernel.rcu.failNext(1)
    task.munmap(at, length)
    const seen = b.events('TLB_IPI', 'PT_FREE', 'RCU_DEFER')
    expect(seen.slice(0, 3).map(({ kind }) => kind)).toEqual(['TLB_IPI', 'TLB_IPI', 'PT_FREE'])
  })

  it('riscv flushes everything when a table goes, powerpc and x86 their range', () => {
    const flushed = (arch: string) => {
      const { b, task, at, length } = sparse({ arch }, 1)
      task.munmap(at, length)
      return flushes(b.events()).at(-1)
    }
    expect(flushed('riscv64')).toBe('0: mm')
    expect(flushed('x86_64')).toBe('0: mm')
  })
})

describe('one flush for all VMAs, or one for each', () => {
  const two = (arch: string) => {
    const b = bench({ arch })
    const { PAGE_SIZE } = b.machine.arch
    const task = b.machine.spawn('task')
    const at = task.mmap({ length: 8 * PAGE_SIZE })
    task.mprotect(at + BigInt(4 * PAGE_SIZE), 4 * PAGE_SIZE, 'rx')
    task.write(at, { count: 4 })
    task.read(at + BigInt(4 * PAGE_SIZE))
    b.events()
    task.munmap(at, 8 * PAGE_SIZE)
    return b.events('GATHER_FLUSH').map(({ flags }) => (flags & 2 ? 'tlb' : 'all'))
  }

  it('MMU_GATHER_MERGE_VMAS', () => {
    expect(two('x86_64')).toEqual(['all'])
    expect(two('loongarch-16k-3level')).toEqual(['all'])
  })

  it('without it each VMA ends with a flush', () => {
    expect(two('arm64')).toEqual(['tlb', 'tlb', 'all'])
    expect(two('mips64')).toEqual(['tlb', 'tlb', 'all'])
  })
})

describe('mprotect over two VMAs', () => {
  const flushesOf = (arch: string) => {
    const b = bench({ arch })
    const { PAGE_SIZE } = b.machine.arch
    const task = b.machine.spawn('task')
    const at = task.mmap({ length: 8 * PAGE_SIZE })
    task.write(at, { count: 8 })
    task.mprotect(at + BigInt(4 * PAGE_SIZE), 4 * PAGE_SIZE, 'rwx')
    b.events()
    task.mprotect(at, 8 * PAGE_SIZE, 'r')
    return flushes(b.events())
  }

  it('is one flush where VMAs are merged, and else one for each', () => {
    expect(flushesOf('x86_64')).toEqual(['0: 8 pages'])
    expect(flushesOf('arm64')).toEqual(['0: 4 pages', '0: 4 pages'])
  })
})

describe('overlapping gathers', () => {
  it.each(['x86_64', 'arm64', 'riscv64', 's390', 'mips64'])(
    'G-E13 (%s): the one that ends while another is open flushes everything, the last one does not',
    (arch) => {
      const b = bench({ arch })
      const { PAGE_SIZE } = b.machine.arch
      const task = b.machine.spawn('task')
      const at = task.mmap({ length: 8 * PAGE_SIZE })
      task.write(at, { count: 8 })
      const { kernel } = b
      const { mm } = b.kernelProcess(task)
      const [vma] = mm.vmas.range()
      const first = new MmuGather(kernel)
      const second = new MmuGather(kernel)
      b.events()
      const zap = (gather: MmuGather, from: number, to: number): void => {
        kernel.gather = gather
        zapRange(kernel, mm, vma, vma.start + from, vma.start + to)
      }
      first.begin(mm, false)
      second.begin(mm, false)
      expect(mm.get(MM.tlb_flush_pending)).toBe(2)
      zap(first, 0, 2)
      zap(second, 0, 2)
      second.finish()
      let ends = b.events('GATHER_FLUSH').filter(({ flags }) => !(flags & 2))
      expect(ends.map(({ flags, c }) => [(flags & 4) !== 0, (flags & 1) !== 0, c])).toEqual([[true, true, 0]])
      kernel.gather = first
      first.finish()
      ends = b.events('GATHER_FLUSH').filter(({ flags }) => !(flags & 2))
      expect(ends.every(({ flags }) => (flags & 4) === 0)).toBe(true)
      expect(mm.get(MM.tlb_flush_pending)).toBe(0)
      task.exit()
      expect(b.machine.dmesg).toEqual([])
    },
  )
})
