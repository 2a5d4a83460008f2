import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { diffLines } from './diff.ts'

const marks = (before: string, now: string) => diffLines(before, now).map(({ mark, text }) => mark + text)

describe('changed lines', () => {
  it('tells a changed value from a new and a gone line', () => {
    expect(marks('VmPTE: 8 kB\nVmSwap: 0 kB\n', 'VmPTE: 12 kB\nVmSwap: 0 kB\n')).toEqual([
      '~VmPTE: 12 kB',
      ' VmSwap: 0 kB',
    ])
    expect(diffLines('VmPTE: 8 kB\n', 'VmPTE: 12 kB\n')[0].was).toBe('VmPTE: 8 kB')
    expect(marks('a 1\nc 1\n', 'a 1\nb 1\nc 1\n')).toEqual([' a 1', '+b 1', ' c 1'])
    expect(marks('a 1\nb 1\nc 1\n', 'a 1\nc 2\n')).toEqual([' a 1', '−b 1', '~c 2'])
    expect(marks('', 'a\n')).toEqual(['+a'])
    expect(marks('a\n', '')).toEqual(['−a'])
  })

  it('keeps every line of both texts, in order', () => {
    const line = fc.constantFrom('a 1', 'a 2', 'b 1', 'b 2', 'c', 'd')
    const texts = fc.array(line, { maxLength: 12 })
    fc.assert(
      fc.property(texts, texts, (before, now) => {
        const lines = diffLines(before.join('\n'), now.join('\n'))
        expect(lines.filter(({ mark }) => mark !== '−').map(({ text }) => text)).toEqual(now)
        const old = lines.filter(({ mark }) => mark !== '+')
        expect(old.map(({ text, mark, was }) => (mark === '~' ? was : text))).toEqual(before)
      }),
    )
  })
})
