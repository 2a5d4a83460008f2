import { describe, expect, it } from 'vitest'
import { MM } from '../../pgtable/fields.ts'
import { TLB_REASON } from '../../trace/schema.ts'
import { switchToKernel } from '../switch.ts'
import { bench, flushes, type Bench } from '../../lab/kernel.fixture.ts'

const PAGE = 4096

/** A process with `pages` written pages, on CPU 0; the address of the first. */
function withPages({ machine }: Bench, pages: number) {
  const task = machine.spawn('task')
  const at = task.mmap({ length: Math.max(pages, 64) * PAGE })
  task.write(at, { count: pages })
  return { task, at, on: (cpu: number, work: () => void) => machine.cpu(cpu).run(task, work) }
}

function goLazy(b: Bench, cpu: number): void {
  switchToKernel(b.kernel, b.kernel.cpus[cpu], null)
}

describe('x86: generations, ceiling, lazy CPUs', () => {
  it('G-E1: 33 pages are invalidated one by one, 34 by one full flush; tlb_gen goes up by one in both', () => {
    for (const [pages, expected] of [
      [33, '0: 33 pages'],
      [34, '0: mm'],
    ] as const) {
      const b = bench({ arch: 'x86_64' })
      const { task, at } = withPages(b, pages)
      const gen = task.mm.field('context.tlb_gen')
      const before = b.machine.vmstat
      b.events()
      task.madvise(at, pages * PAGE, 'DONTNEED')
      expect(flushes(b.events())).toEqual([expected])
      expect(task.mm.field('context.tlb_gen') - gen).toBe(1n)
      const after = b.machine.vmstat
      expect(after.nr_tlb_local_flush_one - before.nr_tlb_local_flush_one).toBe(pages === 33 ? 33 : 0)
      expect(after.nr_tlb_local_flush_all - before.nr_tlb_local_flush_all).toBe(pages === 33 ? 0 : 1)
    }
  })

  it('G-E2: a lazy CPU is not interrupted by DONTNEED, but by a munmap that frees a table, and goes to init_mm', () => {
    const b = bench({ arch: 'x86_64', cpus: 2 })
    const { task, at, on } = withPages(b, 2)
    const other = task.clone({ vm: true })
    b.machine.cpu(1).run(other, () => other.read(at))
    goLazy(b, 1)
    b.events()
    on(0, () => task.madvise(at, PAGE, 'DONTNEED'))
    let seen = b.events()
    expect(seen.filter(({ kind }) => kind === 'TLB_IPI')).toEqual([])
    expect(seen.filter(({ kind }) => kind === 'TLB_FLUSH_SKIP_LAZY').map(({ a }) => a)).toEqual([1])
    expect(b.kernel.cpus[1].loadedMm).not.toBe(0)
    on(0, () => task.munmap(at, 64 * PAGE))
    seen = b.events()
    expect(seen.filter(({ kind }) => kind === 'TLB_IPI').map(({ a }) => a)).toEqual([1])
    expect(b.kernel.cpus[1].loadedMm).toBe(0)
    expect(b.machine.vmstat.nr_tlb_remote_flush_received).toBe(1)
  })

  it('G-E5: two flushes on their way to a CPU: the first handled drops everything, the second nothing', () => {
    const b = bench({ arch: 'x86_64', cpus: 3 })
    const { task, at, on } = withPages(b, 8)
    const { kernel } = b
    on(1, () => task.read(at, { count: 8 }))
    const clone = task.clone({ vm: true })
    b.machine.cpu(2).run(clone, () => clone.read(at))
    const third = task.clone({ vm: true })
    b.machine.cpu(0).run(third, () => third.read(at))
    const target = kernel.cpus[1]
    expect(kernel.cpus[1].loadedMm).toBe(kernel.cpus[0].loadedMm)
    kernel.flush.disableInterrupts(target)
    b.machine.cpu(0).run(third, () => third.madvise(at, PAGE, 'DONTNEED'))
    b.machine.cpu(2).run(clone, () => clone.madvise(at + 4096n, PAGE, 'DONTNEED'))
    expect(kernel.flush.interrupts.pending(target)).toHaveLength(2)
    expect(kernel.parked.waiting).toBe(2)
    b.events()
    kernel.flush.enableInterrupts(target)
    const seen = b.events('TLB_IPI_DONE', 'TLB_FLUSH', 'GATHER_WAIT')
    expect(seen.map(({ kind }) => kind)).toEqual([
      'TLB_IPI_DONE',
      'TLB_FLUSH',
      'TLB_IPI_DONE',
      'GATHER_WAIT',
      'GATHER_WAIT',
    ])
    expect(flushes(seen)).toEqual(['1: mm'])
    expect(kernel.parked.waiting).toBe(0)
    expect(target.slotGen[target.slot]).toBe(Number(task.mm.field('context.tlb_gen')))
  })

  it('G-E11: an upgrade by mprotect flushes, the reuse of the same page by a write fault does not', () => {
    const b = bench({ arch: 'x86_64' })
    const { task, at } = withPages(b, 1)
    task.fork('child').exit()
    b.events()
    task.write(at)
    expect(flushes(b.events())).toEqual([])
    expect(task.pte(at).write).toBe(true)
    task.mprotect(at, PAGE, 'r')
    b.events()
    task.mprotect(at, PAGE, 'rw')
    expect(flushes(b.events())).toEqual(['0: 1 pages'])
  })

  it('G-E14: fork interrupts a CPU that is only lazy in the parent', () => {
    const b = bench({ arch: 'x86_64', cpus: 2 })
    const { task, at, on } = withPages(b, 1)
    const other = task.clone({ vm: true })
    b.machine.cpu(1).run(other, () => other.read(at))
    goLazy(b, 1)
    b.events()
    on(0, () => task.fork('child'))
    const sent = b.events('TLB_IPI')
    expect(sent.map(({ a, index }) => [a, index])).toEqual([[1, TLB_REASON.remoteSendIpi]])
    expect(b.kernel.cpus[1].loadedMm).toBe(0)
  })

  it('a CPU that missed nothing goes page by page, one that missed a flush drops the mm', () => {
    const b = bench({ arch: 'x86_64', cpus: 2 })
    const { task, at } = withPages(b, 4)
    const other = task.clone({ vm: true })
    b.machine.cpu(1).run(other, () => other.read(at, { count: 4 }))
    b.machine.cpu(0).run(task, () => task.read(at))
    b.events()
    b.machine.cpu(0).run(task, () => task.madvise(at, PAGE, 'DONTNEED'))
    expect(flushes(b.events())).toEqual(['1: 1 pages', '0: 1 pages'])
    const cpu = b.kernel.cpus[1]
    cpu.slotGen[cpu.slot]--
    b.machine.cpu(0).run(task, () => task.madvise(at + 4096n, PAGE, 'DONTNEED'))
    expect(flushes(b.events())).toEqual(['1: mm', '0: 1 pages'])
  })

  it('mm_cpumask and tlb_flush_pending are what they were after a flush', () => {
    const b = bench({ arch: 'x86_64', cpus: 2 })
    const { task, at } = withPages(b, 4)
    task.munmap(at, 64 * PAGE)
    const { mm } = b.kernelProcess(task)
    expect(mm.get(MM.tlb_flush_pending)).toBe(0)
    expect(Array.from(mm.cpumask)).toEqual([1, 0])
  })
})
