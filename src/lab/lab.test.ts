import { describe, expect, it } from 'vitest'
import type { MachineSpec } from './api.ts'
import { hashing } from '../trace/fixture.ts'
import type { TraceSink } from '../trace/recorder.ts'
import { createLab } from './index.ts'

const PMD = 2 ** 21

function lab(spec: MachineSpec = {}, sink: TraceSink = () => {}) {
  return createLab({
    spec,
    scenario: 'test',
    seed: 1,
    traceLevel: 'full',
    sink,
    locate: () => ({ file: 't', line: 1, column: 1 }),
  })
}

describe('a lab', () => {
  it('gives every page back', () => {
    const { machine } = lab().context
    const free = machine.freePages
    const task = machine.spawn('t')
    const at = task.mmap({ length: 64 * PMD })
    task.write(at, { count: 64, stride: PMD })
    task.write(at, { count: 512 })
    task.munmap(at, PMD)
    task.fork().exit()
    task.exit()
    expect(machine.freePages).toBe(free)
    expect(machine.vmstat.nr_page_table_pages).toBe(0)
    expect(machine.dmesg).toEqual([])
  })

  it('signals and errors carry their Linux names', () => {
    const task = lab().context.machine.spawn('t')
    expect(() => task.write(0x1000n)).toThrow('SIGSEGV (SEGV_MAPERR) at 0x1000')
    const at = task.mmap({ length: 4096, prot: 'r' })
    expect(() => task.write(at)).toThrow('SEGV_ACCERR')
    expect(() => task.munmap(at + 1n, 4096)).toThrow('EINVAL')
    expect(() => task.mmap({ length: 0 })).toThrow('EINVAL')
    expect(() => task.mmap({ length: 4096, addr: at, fixed: 'noreplace' })).toThrow('EEXIST')
  })
})

it('the same scenario gives the same trace', () => {
  const run = (): string => {
    const { sink, hash } = hashing()
    const one = lab({ cpus: 2 }, sink)
    const { machine } = one.context
    const task = machine.spawn('t')
    const at = task.mmap({ length: 100 * 4096 })
    task.write(at, { count: 100 })
    const child = task.fork()
    machine.cpu(1).run(child, () => child.write(at))
    child.exit()
    one.finish()
    return hash()
  }
  expect(run()).toBe(run())
})
