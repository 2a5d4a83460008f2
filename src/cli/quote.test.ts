import { describe, expect, it } from 'vitest'
import { quote } from './quote.ts'

describe('quote', () => {
  it('shows the line with a caret under the place', () => {
    expect(
      quote({ file: 'a.ts', line: 2, column: 3, endLine: 2, endColumn: 6 }, 'wrong', 'x\n  foo()\n'),
    ).toBe('a.ts:2:3: wrong\n  2 |   foo()\n    |   ^^^\n')
  })

  it('keeps to the line, also when the place reaches further', () => {
    expect(quote({ file: 'a.ts', line: 1, column: 3, endLine: 4, endColumn: 1 }, 'm', 'abcdef')).toContain(
      '| abcdef\n    |   ^\n',
    )
    expect(quote({ file: 'a.ts', line: 1, column: 3, endLine: 1, endColumn: 90 }, 'm', 'abcd')).toContain(
      '|   ^^\n',
    )
  })

  it('gives the place alone when the source is not there', () => {
    expect(quote({ file: 'a.ts', line: 9, column: 1 }, 'm', 'one line')).toBe('a.ts:9:1: m\n')
    expect(quote({ file: 'a.ts', line: 1, column: 1 }, 'm', null)).toBe('a.ts:1:1: m\n')
  })

  it('cuts long lines around the place', () => {
    const shown = quote({ file: 'a.ts', line: 1, column: 500 }, 'm', `${'x'.repeat(499)}!${'y'.repeat(500)}`)
    const [, line, caret] = shown.split('\n')
    expect(line.length).toBeLessThan(180)
    expect(line[caret.indexOf('^')]).toBe('!')
  })
})
