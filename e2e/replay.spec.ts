/**
 * What real kernels did, replayed: each record is a test. The command runs once, before the tests are listed; workers read
 * what that run reported.
 */
import { spawnSync } from 'node:child_process'
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { expect, test } from '@playwright/test'
import type { RecordReport, ReplayReport } from '../src/interop/golden/report.ts'

const KNOWN = 'PTLAB_REPLAY_REPORT'
const FOLDER = 'e2e/golden'
const records = readdirSync(FOLDER)
  .filter((name) => name.endsWith('.json.gz'))
  .map((name) => `${FOLDER}/${name}`)

/** Workloads that issue 2 wants to be fully matched wherever they were recorded. */
const REQUIRED =
  /^(anon_|cross_|sparse_|free_|unmap_|mprotect_|(full_pte_table|prot_none|fork_cow|fork_sparse|fork_untouched|fork_zero_page|fork_grandchild)$)/

function replay(...args: string[]): { code: number | null; stdout: string; stderr: string } {
  const command = ['bin/ptlab.mjs', 'replay', ...args]
  const done = spawnSync(process.execPath, command, { encoding: 'utf8', maxBuffer: 1 << 28 })
  return { code: done.status, stdout: done.stdout, stderr: done.stderr }
}

function report(): ReplayReport {
  if (process.env[KNOWN] === undefined) {
    const { stdout, stderr } = replay('--json', ...records)
    if (stdout === '') throw new Error(`ptlab replay reported nothing:\n${stderr}`)
    mkdirSync('test-results', { recursive: true })
    writeFileSync('test-results/replay.json', stdout)
    process.env[KNOWN] = 'test-results/replay.json'
  }
  return JSON.parse(readFileSync(process.env[KNOWN], 'utf8'))
}

function differencesOf({ workloads }: RecordReport): string[] {
  return workloads.flatMap(({ name, differences }) =>
    differences
      .slice(0, 3)
      .map(
        ({ op, process: number, field, expected, actual }) =>
          `${name}, operation ${op}, process ${number}: ${field} is ${actual}, the kernel had ${expected}`,
      ),
  )
}

const { files } = report()

test.describe('records of real kernels', () => {
  test('are all there', () => {
    expect(files.map(({ file }) => file)).toEqual(records)
  })

  for (const record of files) {
    const matched = record.workloads.filter(({ status }) => status === 'matched').length
    test(`${record.file.slice(FOLDER.length + 1)} on ${record.variant}: ${matched} of ${record.workloads.length} matched`, () => {
      expect(differencesOf(record)).toEqual([])
      expect(record.workloads.length).toBeGreaterThan(0)
      const required = record.workloads.filter(({ name }) => REQUIRED.test(name))
      expect(required.filter(({ status }) => status !== 'matched').map(({ name }) => name)).toEqual([])
      for (const { name, compared } of required) expect(compared, name).toBeGreaterThan(0)
    })
  }
})

test('a truncated record is refused with its name and the place of the damage', () => {
  mkdirSync('test-results', { recursive: true })
  const cut = 'test-results/cut.json.gz'
  writeFileSync(cut, readFileSync(records[0]).subarray(0, 1000))
  const { code, stderr } = replay(cut)
  expect(code).toBe(2)
  expect(stderr).toMatch(/cut\.json\.gz: damaged or truncated gzip data after \d+ bytes/)
})
