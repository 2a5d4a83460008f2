/** Scenarios that would never end or eat everything: each must end in a clear message while the host lives on. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startLab } from './testing/lab.ts'
import type { TestLab } from './testing/lab.ts'

const MEMORY: Record<string, string> = {
  'array growth': 'const a: unknown[] = []; for (;;) a.push(new Array(1000).fill(a.length))',
  'huge arrays': 'const a: unknown[] = []; for (;;) a.push(new Array(1e7).fill(1.5))',
  'string doubling':
    "let s = 'x'; const all: string[] = []; for (;;) { all.push(s.length > 2 ** 28 ? (s = 'x' + all.length) : (s += s)); JSON.stringify(s) }",
  'flat strings': "const a: string[] = []; for (;;) a.push(JSON.stringify('x'.repeat(1e6) + a.length))",
  'Map bomb': 'const m = new Map<number, object>(); for (let i = 0; ; i++) m.set(i, { i })',
  'Set of strings': "const m = new Set<string>(); for (let i = 0; ; i++) m.add('key' + i)",
  closures:
    'let f = () => 0; const all: unknown[] = []; for (;;) { const g = f; f = () => g() + 1; all.push(f) }',
  'BigInt growth': 'const all: bigint[] = []; for (;;) all.push((1n << 8000000n) + BigInt(all.length))',
}

const TIME: Record<string, string> = {
  'endless loop': 'for (;;) {}',
  'endless while': 'while (true);',
  regex: "/^(a+)+$/.test('a'.repeat(60) + 'b')",
  'endless sort': 'const a = Array.from({ length: 10 }, (_, i) => i); a.sort(() => { for (;;) {} })',
  'endless generator': 'function* f() { for (;;) yield 1 }; for (const _ of f()) {}',
  'endless promises': 'const f = (): Promise<void> => Promise.resolve().then(f); f()',
  'BigInt power': 'let n = 3n ** 100000n; for (;;) n = (n * n) % (7n ** 300000n)',
  'mutual recursion': 'const f = (n: number): number => (n > 40 ? 1 : f(n + 1) + f(n + 1)); f(0)',
}

const ERRORS: Record<string, [string, RegExp]> = {
  recursion: ['const f = (): number => f() + 1; f()', /RangeError: Maximum call stack/],
  'string too long': ["'x'.repeat(2 ** 30)", /RangeError: Invalid (string|count)/],
  'array too long': ['new Array(2 ** 32)', /RangeError: Invalid array length/],
  'BigInt too big': ['2n ** (2n ** 40n)', /RangeError: .*BigInt/],
  'syntax of the engine': ["Function('let a; let a')", /^SyntaxError: .*already been declared/],
  'thrown object': ['throw { a: 1 }', /thrown: \{"a":1\}/],
  'thrown trap': ['throw { toJSON() { throw 1 }, toString() { throw 2 } }', /cannot be shown/],
  'thrown null': ['throw null', /thrown: null/],
  'error with bad message': [
    "throw Object.defineProperty(new Error(), 'message', { get() { throw 1 } })",
    /cannot be shown/,
  ],
}

describe('memory', () => {
  let lab: TestLab
  beforeAll(async () => {
    lab = await startLab({ heapMiB: 64, maxBytes: 400 * 2 ** 20 })
  })
  afterAll(() => lab.close())

  it.each(Object.entries(MEMORY))('%s ends with a message', async (_, body) => {
    const { end } = await lab.run(lab.scenario(body))
    expect(end).toMatchObject({ state: 'failed' })
    expect(end).toHaveProperty('message', expect.stringMatching(/^memory limit: /))
  })

  it('counts the whole process, not only the heap', async () => {
    const small = await startLab({ heapMiB: 2048, maxBytes: 200 * 2 ** 20 })
    const { end } = await small.run(small.scenario(MEMORY['array growth']))
    small.close()
    expect(end).toMatchObject({ state: 'failed', message: 'memory limit: more than 200 MiB used' })
  })

  it('a trace without end stops at its limit and stays readable', async () => {
    const small = await startLab({ maxTraceBytes: 8 * 2 ** 20 })
    const { end, machines } = await small.run(
      small.scenario(
        "const p = machine.spawn('x'); const at = p.mmap({ length: 4096 }); for (;;) p.write(at)",
      ),
    )
    small.close()
    expect(end).toMatchObject({
      state: 'failed',
      message: 'trace limit: more than 8 MiB of events recorded',
    })
    expect(machines[0].records).toBeGreaterThan(100_000)
  })
})

describe('time', () => {
  let lab: TestLab
  beforeAll(async () => {
    lab = await startLab({ timeoutMs: 400 })
  })
  afterAll(() => lab.close())

  it.each(Object.entries(TIME))('%s ends with a message', async (_, body) => {
    const { end } = await lab.run(lab.scenario(body))
    expect(end).toMatchObject({ state: 'failed', message: 'time limit: not finished after 0.4 s' })
  })
})

describe('stop', () => {
  let lab: TestLab
  beforeAll(async () => {
    lab = await startLab()
  })
  afterAll(() => lab.close())

  it('ends an endless loop; what was recorded before it can be read', async () => {
    const calls = 1000
    const body = `for (let i = 0; i < ${calls}; i++) machine.spawn('x'); for (;;) {}`
    let records = 0
    const { end, machines } = await lab.run(lab.scenario(body), {}, (message) => {
      if (message.type === 'chunk') records += message.records
      return records >= calls
    })
    // The second thread asked for the last chunk, and it had told the place just before.
    expect(end).toEqual({
      state: 'stopped',
      message: 'stopped',
      at: { file: 'a.ts', line: 3, column: expect.any(Number) },
    })
    expect(machines[0].records).toBeGreaterThanOrEqual(calls)
    expect(machines[0].status).toBe('error')
  })

  it('the lab goes on after it', async () => {
    const { end, machines } = await lab.run(lab.scenario('expect(1).toBe(1)'))
    expect(end).toEqual({ state: 'finished' })
    expect(machines[0]).toMatchObject({ status: 'passed', passed: 1 })
  })
})

describe('errors', () => {
  let lab: TestLab
  beforeAll(async () => {
    lab = await startLab()
  })
  afterAll(() => lab.close())

  it.each(Object.entries(ERRORS))('%s is told with its place', async (_, [body, message]) => {
    const { end, machines } = await lab.run(lab.scenario(`\n${body}`))
    expect(end).toEqual({ state: 'finished' })
    expect(machines[0].error?.message).toMatch(message)
  })

  it('async scenarios, missing scenarios and throwing modules are refused', async () => {
    const asynchronous = await lab.run(
      "import { scenario } from 'ptlab'\nexport default scenario({ title: 't', about: '', async run() {} })",
    )
    expect(asynchronous.machines[0].error?.message).toMatch(/must not be async/)
    expect((await lab.run('export const a = 1')).planError?.message).toMatch(/export default scenario/)
    expect((await lab.run('\n\nnull!.x')).planError).toMatchObject({
      at: { file: 'a.ts', line: 3, column: 7 },
    })
  })

  it('marks on the same line do not move the place', async () => {
    const body = '  const f = (n: number) => Number(n); f(1); const x = f(2); throw new RangeError(`no ${x}`)'
    const { machines } = await lab.run(lab.scenario(body))
    const at = { file: 'a.ts', line: 3, column: body.indexOf('new RangeError') + 1 }
    expect(machines[0].error).toEqual({ message: 'RangeError: no 2', at, internal: false })
  })

  it('errors in imported files name those files', async () => {
    writeFileSync(
      join(lab.root, 'helper.ts'),
      '\nexport const fail = (): never => {\n  throw new Error(`deep`)\n}\n',
    )
    const { machines } = await lab.run(lab.scenario('fail()', "import { fail } from './helper.ts'"))
    expect(machines[0].error).toMatchObject({ at: { file: 'helper.ts', line: 3, column: 9 } })
  })

  it('a skip tells its reason', async () => {
    const { machines } = await lab.run(lab.scenario("skip('no huge pages here')"))
    expect(machines[0]).toMatchObject({ status: 'skipped', reason: 'no huge pages here' })
  })
})
