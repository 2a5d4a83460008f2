import { describe, expect, it } from 'vitest'
import type { AccountingPolicy, Machine, MachineSpec } from './api.ts'
import { createLab } from './index.ts'

function lab(spec: MachineSpec) {
  const locate = () => ({ file: '', line: 0, column: 0 })
  return createLab({ spec, scenario: 'test', seed: 1, traceLevel: 'full', sink: () => {}, locate })
}
const machineWith = (accounting: AccountingPolicy, spec: MachineSpec = {}): Machine =>
  lab({ ...spec, policies: { accounting } }).context.machine

const everything: AccountingPolicy = {
  id: 'every_table',
  installed: (mm, table) => mm.add('pgtables_bytes', table.bytes),
  freed: (mm, table) => mm.add('pgtables_bytes', -table.bytes),
  bytes: (mm) => mm.get('pgtables_bytes'),
}

function touch(machine: Machine) {
  const task = machine.spawn('t')
  task.write(task.mmap({ length: machine.arch.PAGE_SIZE }))
  return task
}

describe('an accounting of the scenario’s own', () => {
  it('counts, is what the kernel knows of, and is checked at the end', () => {
    const machine = machineWith(everything, { arch: 'x86-64-5level-la57on' })
    const task = touch(machine)
    // p4d, pud, pmd, pte: Linux would leave the p4d table out.
    expect(task.mm.accountedBytes).toBe(4 * 4096)
    expect(task.oomScore).toBe(task.mm.rss.total + 4)
    expect(task.status()).toContain('VmPTE:\t      16 kB')
    task.exit()
    expect(machine.dmesg).toEqual([])
  })

  it('goes into the trace by its name', () => {
    const { header } = lab({ policies: { accounting: everything } })
    expect(header.policies.accounting).toBe('every_table')
    expect(header.own?.accounting?.fields).toEqual(['pgtables_bytes'])
  })

  it('leaves a residue when it forgets to uncount', () => {
    const machine = machineWith({ ...everything, id: 'forgets', freed: () => {} })
    touch(machine).exit()
    expect(machine.dmesg).toEqual(['BUG: non-zero pgtables_bytes on freeing mm: 12288'])
  })

  it('says in its own words what is wrong', () => {
    const machine = machineWith({ ...everything, id: 'wordy', residue: () => ['BUG: I miss something'] })
    machine.spawn('t').exit()
    expect(machine.dmesg).toEqual(['BUG: I miss something'])
  })

  it('sees levels that teardown passes through, and tables of every architecture', () => {
    const passed: string[] = []
    const machine = machineWith(
      { ...everything, freedFolded: (_mm, level) => void passed.push(`${level.level} ${level.marked}`) },
      { arch: 'parisc32-4k' },
    )
    touch(machine).exit()
    expect(passed).toEqual(['pmd false'])
  })

  it('has counters of its own only', () => {
    const machine = machineWith({
      ...everything,
      installed: (mm) => mm.add('nr_pmds', 1),
    })
    expect(() => touch(machine)).toThrow(/'every_table': add knows pgtables_bytes, not 'nr_pmds'/)
  })

  it('may not call the machine from inside a call', () => {
    const held: { machine?: Machine } = {}
    const machine = machineWith({ ...everything, installed: () => void held.machine?.spawn('inner') })
    held.machine = machine
    expect(() => touch(machine)).toThrow(/installed may not call the machine/)
    expect(() => machine.spawn('later'), 'the machine is in no sound state').toThrow(/may not call/)
  })

  it.each([
    [{ bytes: () => NaN }, /bytes must return a whole number, not NaN/],
    [
      { bytes: (mm: { add(c: 'pgtables_bytes', n: number): void }) => (mm.add('pgtables_bytes', 1), 0) },
      /add may only/,
    ],
    [
      {
        installed: () => {
          throw new Error('no')
        },
      },
      /installed threw Error: no/,
    ],
  ])('is stopped when it goes wrong: %#', (change, message) => {
    expect(() => touch(machineWith({ ...everything, ...change }))).toThrow(message)
  })

  it.each([
    [{ id: 'A5' }, /id: give 3 to 40 small letters/],
    [{ id: 'nr_ptes_only' }, /there is a known alternative 'nr_ptes_only'/],
    [{ installed: 1 }, /installed is missing: give a function/],
    [{ counters: ['rss_anon'] }, /counters: give a list of nr_ptes/],
    [{ instaled: () => {} }, /instaled is not known/],
  ])('is refused with a reason when it is none: %#', (change, message) => {
    const accounting = { ...everything, ...change } as unknown as AccountingPolicy
    expect(() => machineWith(accounting)).toThrow(message)
  })
})
