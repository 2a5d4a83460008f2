import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ended, startHost } from './testing/lab.ts'
import type { TestHost } from './testing/lab.ts'

const HEAD = "import { scenario, MiB } from 'ptlab'\n"
const scenario = (body: string, fields = '') =>
  `${HEAD}export default scenario({ title: 'T', about: '', ${fields}\nrun({ machine, expect, log, chart }) {\n${body}\n} })\n`
const TOUCH = scenario(`  const p = machine.spawn('a')
  const at = p.mmap({ length: MiB(1) })
  p.write(at)
  log('written', at)
  chart.series('tables').add(p.tables.count)
  expect(p.mm.pgtables_bytes).toBe(12288)
  expect(1).toBe(2)`)

let host: TestHost
beforeAll(async () => {
  host = await startHost()
})
afterAll(() => host.service.close())

describe('a run', () => {
  it('is told from checking to its end, and answers every question about its trace', async () => {
    const status = await host.run(TOUCH)
    expect(status).toMatchObject({ state: 'finished', message: '', diagnostics: [], path: 'my/a.ts' })
    expect(status.machines).toMatchObject([
      { status: 'failed', arch: 'x86-64-4level', kernel: '6.12', passed: 1, failed: 1 },
    ])
    expect(host.pushes.filter((each) => each.run === status.run).map((each) => each.state)).toEqual(
      expect.arrayContaining(['checking', 'running', 'finished'].slice(1)),
    )
    const of = { run: status.run, machine: 0 }
    const results = await host.call('results', of)
    expect(results.summary.events).toBe(status.machines[0].events)
    expect(results.console.map((each) => each.text)).toEqual([expect.stringMatching(/^written 0x/)])
    expect(results.expectations.map((each) => [each.pass, each.line])).toEqual([
      [true, 9],
      [false, 10],
    ])
    expect(results.charts).toMatchObject([{ name: 'tables' }])

    const last = results.summary.events
    const state = await host.call('state', { ...of, k: last })
    expect(state.mms).toHaveLength(1)
    const [{ id: mm }] = state.mms
    const tables = await host.call('tables', { ...of, k: last, mm })
    expect(tables.map((each) => each.level)).toEqual(['pgd', 'pud', 'pmd', 'pte'])
    const pte = tables[3]
    const view = await host.call('table', { ...of, k: last, id: pte.id })
    expect(view?.cells).toHaveLength(2)
    const entry = await host.call('entry', { ...of, k: last, id: pte.id, index: view?.cells[0] ?? 0 })
    expect(entry).toMatchObject({ kind: 'leaf', pageKind: 'anon' })
    const walk = await host.call('walk', { ...of, k: last, mm, va: entry?.va ?? '0x0' })
    expect(walk.steps.map((each) => each.raw).at(-1)).toBe(entry?.raw)

    const { rows, total } = await host.call('events', { ...of, from: 0, count: 500, filter: '' })
    expect(rows).toHaveLength(total)
    expect(await host.call('locate', { ...of, k: rows[5].k, filter: '' })).toEqual({ position: 5 })
    const ops = await host.call('ops', { ...of, from: 0, count: 10 })
    expect(ops.rows.map((each) => each.line)).toEqual([4, 5, 6])
    const line = await host.call('atLine', { ...of, line: 6 })
    expect(line).toEqual({ first: ops.rows[2].first, last: ops.rows[2].last })
    expect((await host.call('step', { ...of, k: -1, by: 'op', direction: 1 })).k).toBe(ops.rows[0].last)
    expect((await host.call('counters', { ...of, points: 10 })).length).toBeGreaterThan(3)
  })

  it('names the place of a thrown error', async () => {
    const status = await host.run(scenario("  machine.spawn('a').read(4096)"))
    expect(status.diagnostics).toMatchObject([{ file: 'a.ts', line: 4, column: 22, severity: 'error' }])
    expect(status.machines[0]).toMatchObject({ status: 'failed', reason: expect.stringMatching(/SIGSEGV/) })
  })

  it('does not begin with type errors', async () => {
    const status = await host.run(scenario('  machine.spwan()'))
    expect(status).toMatchObject({ state: 'failed', machines: [], message: '1 error in the scenario' })
    expect(status.diagnostics).toMatchObject([{ line: 4, column: 11 }])
  })

  it('runs on the machines that were asked for', async () => {
    const machines = [
      { arch: 'x86_64', kernel: '6.1' },
      { arch: 'x86_64', kernel: '6.12', cpus: 2 },
    ]
    const status = await host.run(scenario('  expect(machine.cpus).toBe(1)'), { machines })
    expect(status.machines.map((each) => [each.kernel, each.cpus, each.status])).toEqual([
      ['6.1', 1, 'passed'],
      ['6.12', 2, 'failed'],
    ])
    expect(new Set(status.machines.map((each) => each.title)).size).toBe(2)
  })

  it('can be stopped, and what it recorded can be looked at', async () => {
    const { run } = await host.call('run', {
      path: 'my/loop.ts',
      text: scenario("  const p = machine.spawn('a')\n  for (;;) p.mmap({ length: 4096 })"),
    })
    await host.until(run, (status) => status.machines.some((each) => each.events > 0))
    await host.call('stop', { run })
    const status = await host.until(run, ended)
    expect(status).toMatchObject({ state: 'stopped', message: 'stopped' })
    expect(status.machines[0].status).toBe('stopped')
    const { rows } = await host.call('events', { run, machine: 0, from: 0, count: 3, filter: '' })
    expect(rows).toHaveLength(3)
    await host.call('closeRun', { run })
    await expect(host.call('results', { run, machine: 0 })).rejects.toThrow(/it was closed/)
  })

  it('replaces the one of the same path', async () => {
    const first = await host.call('run', { path: 'my/a.ts', text: scenario('  for (;;) {}') })
    const second = await host.run(scenario('  expect(1).toBe(1)'))
    expect(await host.until(first.run, ended)).toMatchObject({ state: 'stopped' })
    expect(second.state).toBe('finished')
  })
})

describe('traces', () => {
  it('of an architecture that the scenario declares are opened again', async () => {
    const levels = "['pgd', 'pmd', 'pte'].map((name) => ({ name, entries: 256, alloc: 'fragment' }))"
    const arch = `{ id: 'made-up', pageShift: 14, levels: ${levels}, space: { taskSize: 0x10_0000_0000n } }`
    const text = TOUCH.replace('scenario({', `scenario({ machines: [{ arch: ${arch} as never }],`)
    const { run, machines } = await host.run(text)
    expect(machines).toMatchObject([{ arch: 'made-up' }])
    const opened = await host.call('openTrace', await host.call('exportTrace', { run, machine: 0 }))
    const at = { machine: 0, k: machines[0].last, mm: 1 }
    const [live, saved] = await Promise.all(
      [run, opened.run].map((each) => host.call('tables', { run: each, ...at })),
    )
    expect(saved).toEqual(live)
    expect(JSON.stringify(saved)).toContain('"pmd"')
  })

  it('are exported and opened again', async () => {
    const { run, machines } = await host.run(TOUCH)
    const file = await host.call('exportTrace', { run, machine: 0 })
    expect(file.name).toBe('T-x86-64-4level.ptl')
    const opened = await host.call('openTrace', file)
    expect(opened).toMatchObject({
      state: 'finished',
      path: file.name,
      machines: [{ events: machines[0].events, passed: 1, failed: 1 }],
    })
    const both = await Promise.all(
      [run, opened.run].map((each) => host.call('results', { run: each, machine: 0 })),
    )
    expect(both[1]).toEqual(both[0])
  })

  it('cut off on their way are shown as far as they go, with a notice', async () => {
    const { run, machines } = await host.run(TOUCH)
    const { data } = await host.call('exportTrace', { run, machine: 0 })
    const bytes = Buffer.from(data, 'base64')
    const half = bytes.subarray(0, bytes.length - 10 * 32 - 16).toString('base64')
    const opened = await host.call('openTrace', { name: 'half.ptl', data: half })
    expect(opened.message).toMatch(/half\.ptl: truncated trace file.*events before that are shown/)
    expect(opened.machines[0].events).toBe(machines[0].events - 10)
    expect(opened.machines[0].status).toBe('stopped')
  })

  it.each([
    ['', 'chosen'],
    [Buffer.from('nothing of ours').toString('base64'), /x\.ptl: not a ptlab trace.*at byte 0/],
  ])('that are none are named with what is wrong', async (data, message) => {
    await expect(host.call('openTrace', { name: 'x.ptl', data })).rejects.toThrow(message)
  })
})

describe('messages', () => {
  it.each([
    [null, -1],
    ['text', -1],
    [{ id: 3 }, 3],
    [{ id: 4, method: 'constructor', params: {} }, 4],
    [{ id: 5, method: 'run', params: { path: 'my/a.ts' } }, 5],
    [{ id: 6, method: 'state', params: { run: 1, machine: 0, k: 1.5 } }, 6],
    [{ id: 7, method: 'hello', params: {}, more: 1 }, 7],
  ])('%j is rejected and logged', async (raw, id) => {
    const before = host.rejected.length
    expect(await host.service.handle(raw)).toMatchObject({
      id,
      error: { message: expect.stringMatching(/rejected/) },
    })
    expect(host.rejected).toHaveLength(before + 1)
  })

  it('about runs, machines and architectures that are not there get an error', async () => {
    await expect(host.call('results', { run: 999, machine: 0 })).rejects.toThrow(/no run 999/)
    await expect(host.call('stop', { run: 999 })).rejects.toThrow(/no run 999/)
    await expect(
      host.call('run', { path: 'my/a.ts', text: '', machines: [{ arch: 'vax' }] }),
    ).rejects.toThrow(/no architecture 'vax'/)
    await expect(host.call('run', { path: '../a.ts', text: '' })).rejects.toThrow(/begins with my/)
  })
})

describe('what is kept', () => {
  it('the workspace survives, whole or not at all', async () => {
    expect((await host.call('hello', {})).workspace).toBe('')
    await host.call('saveWorkspace', { workspace: '{"a":1}' })
    await host.call('saveWorkspace', { workspace: '{"a":2}' })
    expect((await host.call('hello', {})).workspace).toBe('{"a":2}')
    expect(readdirSync(join(host.folder, 'data'))).toContain('workspace.json')
    expect(readdirSync(join(host.folder, 'data')).filter((name) => name.endsWith('.tmp'))).toEqual([])
  })

  it('scenarios of the user', async () => {
    await host.call('saveScenario', { path: 'my/x.ts', text: 'x' })
    expect(readFileSync(join(host.folder, 'data/scenarios/x.ts'), 'utf8')).toBe('x')
    await host.call('deleteScenario', { path: 'my/x.ts' })
    expect(existsSync(join(host.folder, 'data/scenarios/x.ts'))).toBe(false)
  })

  it('declarations and architectures are there for the editor', async () => {
    const [types] = await host.call('types', {})
    expect(types.text).toMatch(/^declare module 'ptlab' \{/)
    expect((await host.call('arches', {})).map((each) => each.aliases).flat()).toContain('x86_64')
  })
})
