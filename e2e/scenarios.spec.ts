/**
 * Every scenario on each of its machines, headlessly. They run once, before the tests are listed, because their machines
 * are part of the titles; workers read what that run reported.
 */
import { spawnSync } from 'node:child_process'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { expect, test } from '@playwright/test'
import type { FileReport, MachineReport, RunReport } from '../src/cli/runReport.ts'

const KNOWN = 'PTLAB_SCENARIO_REPORT'

function runScenarios(...args: string[]): string {
  const command = ['bin/ptlab.mjs', 'run', '--json', ...args]
  const { stdout, stderr } = spawnSync(process.execPath, command, { encoding: 'utf8', maxBuffer: 1 << 28 })
  if (stdout === '') throw new Error(`ptlab run ${args.join(' ')} reported nothing:\n${stderr}`)
  return stdout
}

function report(): RunReport {
  if (process.env[KNOWN] === undefined) {
    mkdirSync('test-results', { recursive: true })
    writeFileSync('test-results/scenarios.json', runScenarios('scenarios'))
    process.env[KNOWN] = 'test-results/scenarios.json'
  }
  return JSON.parse(readFileSync(process.env[KNOWN], 'utf8'))
}

function problems(file: FileReport, run: MachineReport): string[] {
  const failed = run.expectations.filter(({ pass }) => !pass)
  return [
    ...failed.map(({ line, text }) => `${file.file}:${line}: ${text}`),
    ...(run.status === 'error' ? [run.reason] : []),
  ]
}

const { files } = report()

for (const file of files) {
  test.describe(file.title || file.file, () => {
    test('is accepted without a complaint', () => {
      expect(file.message).toBe('')
      expect(file.diagnostics).toEqual([])
      expect(file.runs.length).toBeGreaterThan(0)
    })

    for (const [index, run] of file.runs.entries()) {
      // Machines may differ in what their titles don't say.
      test(`machine ${index + 1}: ${run.title}`, () => {
        test.skip(run.status === 'skipped', run.reason)
        expect(problems(file, run)).toEqual([])
        expect(run.status).toBe('passed')
        expect(run.passed, 'a scenario that expects nothing tests nothing').toBeGreaterThan(0)
      })
    }
  })
}

test('a scenario leaves the same trace in every process', () => {
  const [first] = files
  const again: RunReport = JSON.parse(runScenarios(first.file))
  expect(again.files[0].runs.map(({ hash }) => hash)).toEqual(first.runs.map(({ hash }) => hash))
})
