import { describe, expect, it } from 'vitest'
import { summary, tallyPlaywright, tallyRun, tallyVitest } from './report.mjs'

const vitest = {
  numPassedTests: 5,
  numFailedTests: 1,
  numPendingTests: 1,
  numTodoTests: 1,
  testResults: [
    { status: 'failed', assertionResults: [{ status: 'failed' }, { status: 'passed' }] },
    { status: 'failed', assertionResults: [] },
    { status: 'passed', assertionResults: [{ status: 'passed' }] },
  ],
}
const playwright = {
  stats: { expected: 3, unexpected: 1, flaky: 1, skipped: 2 },
  errors: [{ message: 'no such file' }],
}

describe('test report', () => {
  it('counts a test file that could not be loaded as a failure', () => {
    expect(tallyVitest(vitest)).toEqual({ passed: 5, failed: 2, skipped: 2 })
  })

  it('counts flaky tests and load errors as failures', () => {
    expect(tallyPlaywright(playwright)).toEqual({ passed: 3, failed: 3, skipped: 2 })
  })

  it('counts a missing report, an empty run and an unexplained exit code as one failure', () => {
    const clean = { stats: { expected: 3, unexpected: 0, flaky: 0, skipped: 0 }, errors: [] }
    const empty = { stats: { expected: 0, unexpected: 0, flaky: 0, skipped: 0 }, errors: [] }
    expect(tallyRun(0, undefined, tallyPlaywright).failed).toBe(1)
    expect(tallyRun(0, JSON.stringify(empty), tallyPlaywright).failed).toBe(1)
    expect(tallyRun(1, JSON.stringify(clean), tallyPlaywright)).toEqual({ passed: 3, failed: 1, skipped: 0 })
    expect(tallyRun(0, JSON.stringify(clean), tallyPlaywright)).toEqual({ passed: 3, failed: 0, skipped: 0 })
  })

  it('says it in one line', () => {
    const passed = { passed: 2, failed: 0, skipped: 0 }
    expect(summary([passed, passed])).toEqual({ line: '4 passed, 0 failed', failed: 0 })
    expect(summary([passed, { passed: 1, failed: 1, skipped: 3 }])).toEqual({
      line: '3 passed, 1 failed, 3 skipped',
      failed: 1,
    })
  })
})
