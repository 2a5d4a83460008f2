/** Which counters mm_struct has, and what /proc/PID/status and check_mm make of them, kernel by kernel. */
import { describe, expect, it } from 'vitest'
import type { MachineSpec } from '../../lab/api.ts'
import { watched } from '../../lab/watched.fixture.ts'

/** Fields of mm_struct that the panel shows, after one touched page, and the table lines of status. */
function seen(spec: MachineSpec): { fields: string[]; status: string[] } {
  const { machine, read } = watched(spec)
  const task = machine.spawn('t')
  task.write(task.mmap({ length: machine.arch.PAGE_SIZE }))
  const status = task
    .status()
    .split('\n')
    .filter((line) => /^VmP(TE|MD|UD)/.test(line))
    .map((line) => line.replace(/\s+/g, ' '))
  const { trace, query } = read()
  const { mms } = query.state(trace.length - 1)
  const counters = /^(nr_ptes|nr_pmds|nr_puds|pgtables_bytes)$/
  return {
    fields: (mms[0]?.fields ?? []).map(({ name }) => name).filter((name) => counters.test(name)),
    status,
  }
}

describe('counters come and go', () => {
  it.each([
    ['2.6.24', ['nr_ptes'], ['VmPTE: 4 kB']],
    ['3.19', ['nr_ptes'], ['VmPTE: 4 kB']],
    ['mmotm-2015-01-22', ['nr_ptes', 'nr_pmds'], ['VmPTE: 4 kB', 'VmPMD: 4 kB']],
    ['4.0', ['nr_ptes', 'nr_pmds'], ['VmPTE: 4 kB', 'VmPMD: 4 kB']],
    ['4.14', ['nr_ptes', 'nr_pmds'], ['VmPTE: 4 kB', 'VmPMD: 4 kB']],
    ['4.15', ['pgtables_bytes'], ['VmPTE: 12 kB']],
    ['6.12', ['pgtables_bytes'], ['VmPTE: 12 kB']],
  ])('x86-64, %s', (kernel, fields, status) => {
    expect(seen({ arch: 'x86_64', kernel })).toEqual({ fields, status })
  })

  it('two levels: the dead field of 4.0 is gone in 4.1, the line in status stays', () => {
    const line = ['VmPTE: 4 kB', 'VmPMD: 0 kB']
    expect(seen({ arch: 'x86-2level', kernel: '4.0' })).toEqual({
      fields: ['nr_ptes', 'nr_pmds'],
      status: line,
    })
    expect(seen({ arch: 'x86-2level', kernel: '4.1' })).toEqual({ fields: ['nr_ptes'], status: line })
  })

  it('A6 has the fields of A3', () => {
    const policies = { accounting: 'split_header' }
    expect(seen({ arch: 'x86_64', kernel: '4.1', policies }).fields).toEqual(['nr_ptes', 'nr_pmds'])
  })
})
