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

describe('every architecture', () => {
  it.each(variants().map((v) => ({ id: v.id, page: 2 ** v.pageShift })))('$id', ({ id, page }) => {
    const machine = machineOf(id)
    const before = machine.vmstat.nr_page_table_pages
    const parent = machine.spawn('parent')
    const base = parent.mmap({ length: 64 * page })
    const at = (n: number) => base + BigInt(n * page)

    // first accesses fault, later ones don't
    parent.write(base, { count: 3, value: 7 })
    parent.read(at(8))
    const faults = parent.minFaults
    parent.write(base)
    parent.read(base)
    parent.read(at(8))
    expect(parent.minFaults).toBe(faults)

    // the zero page gives way to a page of its own
    parent.write(at(8))
    if (!WRITES_ZERO_PAGE.has(id)) expect(parent.pte(at(8)).special).toBe(false)

    // a read-only page refuses writes
    parent.mprotect(base, page, 'r')
    if (!KEEPS_WRITE.has(id)) expect(() => parent.write(base)).toThrow()

    // fork shares pages until one side writes
    const child = parent.fork('child')
    expect(child.frame(at(1))).toBe(parent.frame(at(1)))
    child.write(at(1), { value: 9 })
    expect(child.frame(at(1))).not.toBe(parent.frame(at(1)))
    expect(child.read(at(1))).toBe(9n)

    // and nothing is left behind
    child.exit()
    parent.exit()
    expect(machine.vmstat.nr_page_table_pages).toBe(before)
    expect(machine.dmesg).toEqual([])
  })
})
