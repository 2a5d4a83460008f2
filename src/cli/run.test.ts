import { execFile } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { root } from '../../bin/build.mjs'
import { builtFolder } from '../sandbox/testing/built.ts'
import { decodeTrace } from '../trace/file.ts'
import type { RunReport } from './runReport.ts'

const folder = mkdtempSync(join(tmpdir(), 'ptlab-cli-'))
const scenario = (title: string, body: string, fields = '') =>
  `import { scenario, MiB } from 'ptlab'\nexport default scenario({ title: '${title}', about: '', ${fields}\nrun({ machine, expect, log, skip }) {\n${body}\n} })\n`
const file = (name: string, text: string) => {
  writeFileSync(join(folder, name), text)
  return join(folder, name)
}

beforeAll(async () => {
  await builtFolder()
  mkdirSync(join(folder, 'several'))
  file(
    'passes.ts',
    scenario(
      'Passes',
      "const p = machine.spawn('a')\np.write(p.mmap({ length: MiB(1) }))\nlog('hi')\nexpect(p.mm.rss.anon).toBe(1)",
    ),
  )
  file('fails.ts', scenario('Fails', "expect(machine.cpus, 'number of CPUs').toBe(2)"))
  file('skips.ts', scenario('Skips', "skip('not today')"))
  file(
    'several/one.ts',
    scenario('One', 'expect(1).toBe(1)', "machines: [{ kernel: '6.1' }, { kernel: '6.12' }],"),
  )
  file('several/two.ts', scenario('Two', 'expect(1).toBe(1)'))
  file('several/shared.ts', 'export const a = 1\n')
})

interface Result {
  code: number
  stdout: string
  stderr: string
}

function ptlab(...args: string[]): Promise<Result> {
  return new Promise((resolve) => {
    const options = { cwd: folder, maxBuffer: 1 << 26 }
    execFile(process.execPath, [join(root, 'bin/ptlab.mjs'), ...args], options, (error, stdout, stderr) => {
      resolve({ code: typeof error?.code === 'number' ? error.code : error ? -1 : 0, stdout, stderr })
    })
  })
}

describe('ptlab run', () => {
  it('prints a table and exits with 0 when all passed', async () => {
    const { code, stdout } = await ptlab('run', 'passes.ts', '--console')
    expect(stdout).toMatch(
      /^passes\.ts: Passes\n {2}ok {3}x86-64-4level · 6\.12 .*1 of 1 expectations.* events {2}[0-9a-f]{16}\n {7}hi\n1 run: 1 passed, 0 failed\n$/,
    )
    expect(code).toBe(0)
  })

  it('--json is what --help says', async () => {
    const { code, stdout } = await ptlab('run', 'passes.ts', 'fails.ts', 'skips.ts', 'several', '--json')
    const report = JSON.parse(stdout) as RunReport
    expect(code).toBe(1)
    expect(report.totals).toEqual({ files: 5, runs: 6, passed: 4, failed: 1, skipped: 1, errors: 0 })
    expect(report.files.map((each) => each.file)).toEqual([
      'passes.ts',
      'fails.ts',
      'skips.ts',
      'several/one.ts',
      'several/two.ts',
    ])
    expect(report.files[0].runs[0]).toMatchObject({
      machine: 0,
      arch: 'x86-64-4level',
      kernel: '6.12',
      status: 'passed',
      reason: '',
      passed: 1,
      failed: 0,
      console: [{ line: 6, text: 'hi' }],
    })
    expect(report.files[1].runs[0].expectations).toEqual([
      { pass: false, text: expect.stringContaining('number of CPUs'), line: 4, column: expect.any(Number) },
    ])
    expect(report.files[2].runs[0]).toMatchObject({ status: 'skipped', reason: 'not today' })
  })

  it('gives the same hash every time and another for another seed only when it is used', async () => {
    const hashes = await Promise.all(
      [['--seed', '1'], ['--seed', '2'], []].map(async (more) => {
        const { stdout } = await ptlab('run', 'passes.ts', '--json', ...more)
        return (JSON.parse(stdout) as RunReport).files[0].runs[0].hash
      }),
    )
    expect(new Set(hashes).size).toBe(1)
  })

  it('runs on other architectures and kernels', async () => {
    const { stdout } = await ptlab('run', 'several/one.ts', '--arch', 'x86_64,arm64', '--json')
    expect((JSON.parse(stdout) as RunReport).files[0].runs.map((each) => each.title)).toEqual([
      'x86-64-4level · 6.1',
      'x86-64-4level · 6.12',
      'arm64-4k-va48 · 6.1',
      'arm64-4k-va48 · 6.12',
    ])
    const other = await ptlab('run', 'several/one.ts', '--kernel', '6.1', '--json')
    expect((JSON.parse(other.stdout) as RunReport).files[0].runs.map((each) => each.kernel)).toEqual(['6.1'])
  })

  it('saves a trace that can be read again', async () => {
    const { code, stderr } = await ptlab('run', 'passes.ts', '--trace', 'out.ptl')
    expect(code).toBe(0)
    expect(stderr).toMatch(/trace of \d+ events saved to out\.ptl/)
    expect(decodeTrace(new Uint8Array(readFileSync(join(folder, 'out.ptl')))).texts.passed).toBe(1)
  })
})

const WRONG: [string, string, RegExp][] = [
  [
    'syntax.ts',
    'const a = ;\n',
    /^syntax\.ts:1:11: Expression expected\.\n {2}1 \| const a = ;\n {4}\| {11}\^$/m,
  ],
  [
    'types.ts',
    scenario('T', '  machine.spwan()'),
    /^types\.ts:4:11: Property 'spwan' does not exist.*\n {2}4 \| {3}machine\.spwan\(\)\n {4}\| {11}\^\^\^\^\^$/m,
  ],
  ['import.ts', "import fs from 'node:fs'\n", /^import\.ts:1:16: 'node:fs' cannot be imported/m],
  [
    'throws.ts',
    scenario('T', "\n  throw new Error('boom')"),
    /^throws\.ts:5:9: Error: boom\n {2}5 \| {3}throw new Error\('boom'\)\n {4}\| {9}\^$/m,
  ],
  ['none.ts', 'export const a = 1\n', /^none\.ts: .*there is no scenario here/m],
  ['errno.ts', scenario('T', "machine.spawn('a').mmap({ length: 0 })"), /^errno\.ts:4:20: .*EINVAL/m],
  ['machine.ts', scenario('T', '', 'machines: [{ cpus: 999 }],'), /cpus: 999/],
  [
    'loop.ts',
    scenario('Loop', 'for (;;) {}'),
    /^loop\.ts:4:1: time limit: not finished after 3 s; it was here$/m,
  ],
]

describe('what goes wrong', () => {
  it('is told with its place; the files behind it still run', async () => {
    for (const [name, text] of WRONG) file(name, text)
    const { code, stdout } = await ptlab('run', '--timeout', '3', ...WRONG.map(([name]) => name), 'passes.ts')
    for (const [, , message] of WRONG) expect(stdout).toMatch(message)
    expect(stdout).toMatch(/1 passed, 0 failed, 8 with errors\n$/)
    expect(code).toBe(2)
  })

  it('--no-check runs what only the types forbid', async () => {
    file('loose.ts', scenario('Loose', "const n: number = 'text'\nexpect(n).toBe('text')"))
    expect((await ptlab('run', 'loose.ts')).code).toBe(2)
    expect((await ptlab('run', 'loose.ts', '--no-check')).code).toBe(0)
  })

  it.each([
    [['run'], /needs scenario files/],
    [['run', 'missing.ts'], /missing\.ts: no such file/],
    [['run', 'passes.ts', '--arch', 'x86_46'], /no architecture 'x86_46' \(did you mean x86_64\?\)/],
    [['run', 'passes.ts', '--timeout', 'soon'], /--timeout needs a number/],
    [['run', 'passes.ts', 'fails.ts', '--trace', 'x'], /name a single file/],
    [['rnu'], /no command 'rnu' \(did you mean run\?\)/],
    [['archs', 'x', 'y'], /one architecture at most/],
    [['archs', 'vax'], /no architecture 'vax'/],
    [['serve', '--port', '70000'], /whole number up to 65535/],
  ])('%j exits with 2 and one line', async (args, message) => {
    const { code, stdout, stderr } = await ptlab(...args)
    expect(stderr.replace(/^ptlab: building…\n/, '')).toMatch(message)
    expect(
      stderr
        .trim()
        .split('\n')
        .filter((line) => line !== 'ptlab: building…'),
    ).toHaveLength(1)
    expect(stdout).toBe('')
    expect(code).toBe(2)
  })
})

it('ptlab archs lists what machines can be built on', async () => {
  const { stdout } = await ptlab('archs', '--json')
  const rows = JSON.parse(stdout) as { id: string; aliases: string[] }[]
  expect(rows.find((each) => each.aliases.includes('x86_64'))).toMatchObject({
    id: 'x86-64-4level',
    pageSize: 4096,
    bits: 64,
  })
})
