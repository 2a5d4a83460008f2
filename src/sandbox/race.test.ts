import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startLab } from './testing/lab.ts'
import type { TestLab } from './testing/lab.ts'

describe('scenarios that race', () => {
  let lab: TestLab
  beforeAll(async () => {
    lab = await startLab()
  })
  afterAll(() => lab.close())

  const two = 'machines: [{ cpus: 2 }],'
  const body = (text: string): string =>
    `import { scenario } from 'ptlab'\nexport default scenario({ title: 't', about: '', ${two} run({ machine, race, expect, log }) {\n  const a = machine.spawn('a')\n  const b = a.clone({ vm: true })\n  const at = a.mmap({ length: 8192 })\n${text}\n} })\n`

  it('run their functions in pieces, and the same again by the schedule that was printed', async () => {
    const text = body(`
  function touch() { for (const n of [0, 1]) a.write(at + BigInt(n * 4096)) }
  const r = race(touch, () => b.munmap(at, 4096), { schedule: 'A3 B A B' })
  log(r.schedule)
  log(r.tasks.map((task) => task.name + ' ' + task.error).join())
  expect(() => a.read(at)).toThrow('SIGSEGV')`)
    const { machines, end, problems } = await lab.run(text, { types: true })
    expect(problems).toEqual([])
    expect(end).toEqual({ state: 'finished' })
    expect(machines[0]).toMatchObject({ status: 'passed', error: null })
    // The munmap waits for the first touch, the second touch for the munmap.
    expect(machines[0].log[0]).toBe('A3 B A B A')
    expect(machines[0].log[1]).toMatch(/^A: touch null,B/)
    const again = await lab.run(text)
    expect(again.machines[0].identity.hash()).toBe(machines[0].identity.hash())
  })

  it('tell errors at their place in the source', async () => {
    const { machines } = await lab.run(
      body(`
  const wrong = (x: { y?: { z: number } }) =>
    a.write(at, { value: x.y!.z })
  race(() => wrong({}), () => b.read(at))`),
    )
    expect(machines[0].status).toBe('error')
    expect(machines[0].error).toMatchObject({ internal: false, at: { line: 8 } })
    expect(machines[0].error?.message).toContain('undefined')
  })

  it('say when a call cannot be interrupted where it stands', async () => {
    const { machines } = await lab.run(
      body(`
  race(() => [3, 1].sort((x, y) => { a.write(at); return x - y }), () => b.read(at))`),
    )
    expect(machines[0].error).toMatchObject({ internal: false })
    expect(machines[0].error?.message).toMatch(/sort|cannot be interrupted/)
  })

  it('are stopped in the middle of an exploration', async () => {
    const { types, end } = await lab.run(
      body(`
  race.all({
    setup: (machine) => { const a = machine.spawn(); return { a, b: a.clone({ vm: true }), at: a.mmap({ length: 1 << 20 }) } },
    tasks: [({ a, at }) => a.write(at, { count: 100 }), ({ b, at }) => b.write(at, { count: 100 })],
    reduce: false,
    limit: 1e9,
  })`),
      {},
      (message) => message.type === 'chunk',
    )
    expect(end.state).toBe('stopped')
    expect(types.slice(-1)).toEqual(['chunk'])
  })
})
