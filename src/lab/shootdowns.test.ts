/** What a trace tells of CPUs and each other. */
import { describe, expect, it } from 'vitest'
import { WORK } from '../trace/sync/activity.ts'
import type { MachineSpec } from './api.ts'
import { watched } from './watched.fixture.ts'

/** A page that CPU 0 and CPU 1 both used, taken away by CPU 0. */
function unmapped(spec: MachineSpec) {
  const { machine, read } = watched({ cpus: 3, ...spec })
  const task = machine.spawn('t')
  const at = task.mmap({ length: 2 * machine.arch.PAGE_SIZE })
  machine.cpu(0).run(task, () => task.write(at))
  machine.cpu(1).run(task, () => task.read(at))
  machine.cpu(0).run(task, () => task.munmap(at, 2 * machine.arch.PAGE_SIZE))
  return read()
}

describe('shootdowns', () => {
  it('x86: the sender, its target, and when that was through', () => {
    const { query, trace } = unmapped({})
    const { rows, total } = query.shootdowns(0, 10)
    expect(total).toBe(1)
    const [row] = rows
    expect(row).toMatchObject({ sender: 0, targets: [{ cpu: 1, kind: 'ipi' }] })
    expect(row.call).toContain('munmap')
    expect(row.targets[0].done).toBeGreaterThan(row.k)
    expect(trace.cpu(row.targets[0].done)).toBe(1)
    expect(row.what).toContain('tag')
    expect(query.shootdownAt(row.k - 1)).toEqual({ position: -1 })
    expect(query.shootdownAt(row.k)).toEqual({ position: 0 })
    expect(query.lanes().arrows).toEqual([
      { k: row.k, kind: 'ipi', from: 0, to: 1, done: row.targets[0].done },
    ])
  })

  it('arm64: the same without an interrupt', () => {
    const { rows } = unmapped({ arch: 'arm64' }).query.shootdowns(0, 10)
    expect(rows.flatMap(({ targets }) => targets.map(({ kind }) => kind))).toContain('broadcast')
    expect(rows.every(({ sender }) => sender === 0)).toBe(true)
  })

  it('one CPU: none', () => {
    const { machine, read } = watched({ cpus: 1 })
    const task = machine.spawn('t')
    const at = task.mmap({ length: 4096 })
    task.write(at)
    task.munmap(at, 4096)
    expect(read().query.shootdowns(0, 10)).toEqual({ total: 0, rows: [] })
  })
})

describe('CPUs along the trace', () => {
  it('each did something where it has events, and nothing else', () => {
    const { query, trace } = unmapped({})
    const { cpus, stride } = query.lanes()
    expect(stride).toBe(1)
    const marked = cpus.map((marks) => marks.filter((_, i) => i % 2 === 0))
    for (let k = 0; k < trace.length; k++) expect(marked[trace.cpu(k)]).toContain(k)
    expect(marked[2]).toEqual([])
    expect(cpus[1].filter((_, i) => i % 2 === 1).some((bits) => bits & WORK.switch)).toBe(true)
  })

  it('a gather is open between its first and its last event', () => {
    const { query } = unmapped({})
    const begins = query.events(0, 10, 'name:GATHER_BEGIN').rows
    const ends = query.events(0, 10, 'name:GATHER_END').rows
    expect(begins.length).toBe(1)
    expect(query.open(begins[0].k).open).toMatchObject([{ kind: 'gather', cpu: 0 }])
    expect(query.open(ends[0].k).open).toEqual([])
    expect(query.open(begins[0].k - 1).open).toEqual([])
  })
})
