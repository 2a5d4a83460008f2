/** Adds up what the test runners reported. */

/**
 * @typedef {object} Tally
 * @property {number} passed
 * @property {number} failed
 * @property {number} skipped
 */

/**
 * @param {any} report vitest's JSON report
 * @returns {Tally}
 */
export function tallyVitest(report) {
  // A file that could not even be loaded has no tests that could fail.
  const broken = report.testResults.filter(
    (/** @type {any} */ file) =>
      file.status === 'failed' &&
      !file.assertionResults.some((/** @type {any} */ test) => test.status === 'failed'),
  )
  return {
    passed: report.numPassedTests,
    failed: report.numFailedTests + broken.length,
    skipped: report.numPendingTests + report.numTodoTests,
  }
}

/**
 * @param {any} report Playwright's JSON report
 * @returns {Tally}
 */
export function tallyPlaywright(report) {
  const { expected, unexpected, flaky, skipped } = report.stats
  return { passed: expected, failed: unexpected + flaky + report.errors.length, skipped }
}

/**
 * The tally of one runner. A run that failed without saying which test did still counts as a failure,
 * and so does one that left no report.
 * @param {number | null} status exit code
 * @param {string | undefined} text the JSON report
 * @param {(report: any) => Tally} tally
 * @returns {Tally}
 */
export function tallyRun(status, text, tally) {
  if (text === undefined) return { passed: 0, failed: 1, skipped: 0 }
  const result = tally(JSON.parse(text))
  const ranNothing = result.passed + result.failed + result.skipped === 0
  if ((status !== 0 && result.failed === 0) || ranNothing) result.failed++
  return result
}

/** @param {Tally[]} tallies */
export function summary(tallies) {
  /** @param {keyof Tally} key */
  const sum = (key) => tallies.reduce((total, tally) => total + tally[key], 0)
  const skipped = sum('skipped')
  return {
    line: `${sum('passed')} passed, ${sum('failed')} failed${skipped ? `, ${skipped} skipped` : ''}`,
    failed: sum('failed'),
  }
}
