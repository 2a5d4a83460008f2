/**
 * expect(): records what was expected and what was there; a failure does not stop the scenario.
 */
import type { UserCode } from '../hw/steps.ts'
import type { Expect, Matchers } from './api.ts'
import { LinuxError, SignalError } from './errors.ts'
import { show } from './show.ts'

export type Report = (pass: boolean, text: string) => void

export function createExpect(report: Report): Expect {
  return Object.freeze((actual: unknown, message?: string) => matchers(actual, message, report, false))
}

function matchers(actual: unknown, message: string | undefined, report: Report, negated: boolean): Matchers {
  const judge = (pass: boolean, what: string, expected?: string): void => {
    const verb = `${negated ? 'not ' : ''}${what}`
    const text = expected === undefined ? `${show(actual)} ${verb}` : `${show(actual)} ${verb} ${expected}`
    report(pass !== negated, message === undefined ? text : `${message}: ${text}`)
  }
  const order =
    (what: string, test: (a: number | bigint, b: number | bigint) => boolean) =>
    (expected: number | bigint) =>
      judge(isNumber(actual) && test(actual, expected), what, show(expected))
  return Object.freeze({
    toBe: (expected: unknown) =>
      judge(Object.is(actual, expected) || sameNumber(actual, expected), 'to be', show(expected)),
    toEqual: (expected: unknown) => judge(equal(actual, expected), 'to equal', show(expected)),
    toBeGreaterThan: order('to be >', (a, b) => a > b),
    toBeGreaterThanOrEqual: order('to be ≥', (a, b) => a >= b),
    toBeLessThan: order('to be <', (a, b) => a < b),
    toBeLessThanOrEqual: order('to be ≤', (a, b) => a <= b),
    toBeNull: () => judge(actual === null, 'to be null'),
    toBeTruthy: () => judge(Boolean(actual), 'to be truthy'),
    toBeFalsy: () => judge(!actual, 'to be falsy'),
    toContain: (expected: unknown) => judge(contains(actual, expected), 'to contain', show(expected)),
    toMatch: (expected: RegExp | string) =>
      judge(
        typeof actual === 'string' &&
          (typeof expected === 'string' ? actual.includes(expected) : expected.test(actual)),
        'to match',
        String(expected),
      ),
    toThrow: (expected?: string) => {
      const thrown = caught(actual)
      const pass =
        thrown !== null && (expected === undefined || thrown === expected || thrown.startsWith(expected))
      report(
        pass !== negated,
        `${message === undefined ? '' : `${message}: `}call ${thrown === null ? 'returned' : `threw ${thrown}`}, expected ${negated ? 'not ' : ''}to throw${expected === undefined ? '' : ` ${expected}`}`,
      )
    },
    get not(): Matchers {
      return matchers(actual, message, report, !negated)
    },
  })
}

/** Name of what a function throws, or null when it returns. */
function caught(work: UserCode): string | null {
  if (typeof work !== 'function')
    throw new TypeError('toThrow needs a function: expect(() => process.munmap(…)).toThrow("EINVAL")')
  try {
    ;(work as () => unknown)()
    return null
  } catch (error) {
    if (error instanceof LinuxError) return error.errno
    if (error instanceof SignalError) return `${error.signal} ${error.code}`
    return error instanceof Error ? error.message : String(error)
  }
}

function isNumber(value: unknown): value is number | bigint {
  return typeof value === 'number' || typeof value === 'bigint'
}

/** 4096 and 4096n are the same amount. */
function sameNumber(a: unknown, b: unknown): boolean {
  return isNumber(a) && isNumber(b) && a <= b && a >= b
}

function contains(actual: unknown, expected: unknown): boolean {
  if (typeof actual === 'string') return actual.includes(String(expected))
  return Array.isArray(actual) && actual.some((item) => equal(item, expected))
}

function equal(a: unknown, b: unknown): boolean {
  if (Object.is(a, b) || sameNumber(a, b)) return true
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false
  if (Array.isArray(a) !== Array.isArray(b)) return false
  const left = Object.entries(a)
  const right = b as Record<string, unknown>
  return (
    left.length === Object.keys(right).length &&
    left.every(([key, value]) => key in right && equal(value, right[key]))
  )
}
