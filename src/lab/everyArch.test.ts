/** A small life of a process on every architecture: faults, protection, copy on write, and nothing left behind. */
import { describe, expect, it } from 'vitest'
import { variants } from '../arch/index.ts'
import { createLab } from './index.ts'

/** mprotect takes no write permission from present pages there (see the variants' oddities). */
const KEEPS_WRITE = new Set(['mips32-alchemy64phys', 'sh-x2tlb-4k', 'sh-x2tlb-8k', 'sh-x2tlb-64k'])

/** The private writable protection allows writing, so the zero page is written to (see the variant's oddities). */
const WRITES_ZERO_PAGE = new Set(['m68k-coldfire'])

function machineOf(arch: string) {
  return createLab({
    spec: { arch, memory: 2 ** 27 },
    scenario: 'every architecture',
    seed: 1,
    traceLevel: 'off',
    sink: () => {},
    locate: () => ({ file: 't', line: 1, column: 1 }),
  }).context.machine
}

describe.each(variants().map((v) => ({ id: v.id, page: 2 ** v.pageShift })))('$id', ({ id, page }) => {
  const at = (base: bigint, n: number) => base + BigInt(n * page)

  it('first accesses fault, later ones do not; the zero page gives way to a page of its own', () => {
    const task = machineOf(id).spawn('task')
    const base = task.mmap({ length: 64 * page })
    task.write(base, { count: 3, value: 7 })
    task.read(at(base, 8))
    const faults = task.minFaults
    task.write(base)
    task.read(base)
    task.read(at(base, 8))
    expect(task.minFaults).toBe(faults)
    if (WRITES_ZERO_PAGE.has(id)) return
    task.write(at(base, 8))
    expect(task.minFaults).toBe(faults + 1)
    expect(task.pte(at(base, 8)).special).toBe(false)
  })

  it('a read-only page refuses writes', () => {
    const task = machineOf(id).spawn('task')
    const base = task.mmap({ length: 4 * page })
    task.write(base)
    task.mprotect(base, page, 'r')
    if (KEEPS_WRITE.has(id)) return
    expect(() => task.write(base)).toThrow()
  })

  it('fork shares pages until one side writes, and exit gives everything back', () => {
    const machine = machineOf(id)
    const before = machine.vmstat.nr_page_table_pages
    const parent = machine.spawn('parent')
    const base = parent.mmap({ length: 8 * page })
    parent.write(base, { count: 2, value: 7 })
    const child = parent.fork('child')
    expect(child.frame(base)).toBe(parent.frame(base))
    child.write(base, { value: 9 })
    expect(child.frame(base)).not.toBe(parent.frame(base))
    expect([parent.read(base), child.read(base)]).toEqual([7n, 9n])
    child.exit()
    parent.exit()
    expect(machine.vmstat.nr_page_table_pages).toBe(before)
    expect(machine.dmesg).toEqual([])
  })
})
