import { describe, expect, it } from 'vitest'
import { exitCodeOf, totalsOf } from './runReport.ts'
import type { FileReport, RunStatus } from './runReport.ts'

function report(...statuses: RunStatus[]): FileReport {
  const runs = statuses.map((status) => ({ status }) as FileReport['runs'][number])
  return { file: 'a.ts', title: '', runs, diagnostics: [], message: '', internal: false }
}

describe('the exit code', () => {
  it.each([
    [0, [report('passed', 'skipped')]],
    [1, [report('passed'), report('failed')]],
    [1, [report('error')]],
    [2, [report('passed'), report()]],
    [2, [report('failed'), report()]],
    [3, [report('passed'), { ...report('error'), internal: true }]],
  ])('is %i', (code, files) => {
    expect(exitCodeOf(files)).toBe(code)
  })
})

it('totals count runs, and files that could not run as errors', () => {
  const files = [report('passed', 'failed', 'skipped', 'error'), report()]
  expect(totalsOf(files)).toEqual({ files: 2, runs: 4, passed: 1, failed: 1, skipped: 1, errors: 2 })
})
