import { describe, expect, it } from 'vitest'
import { answerText, shootdownText } from './shootdownText.ts'

const row = {
  k: 5,
  sender: 0,
  mm: 1,
  call: 't.munmap()',
  line: 3,
  what: 'all of tag 1',
  targets: [
    { cpu: 1, kind: 'ipi' as const, done: 7 },
    { cpu: 2, kind: 'ipi' as const, done: 9 },
    { cpu: 3, kind: 'lazy' as const, done: 5 },
  ],
}

describe('a shootdown in words', () => {
  it('says who told whom, and how', () => {
    expect(shootdownText(row)).toBe('CPU 0 interrupts CPU 1 and 2; leaves out (lazy) CPU 3')
    expect(shootdownText({ ...row, targets: [{ cpu: 4, kind: 'lost', done: 5 }] })).toBe(
      'CPU 0 never tells CPU 4',
    )
  })

  it('says who is still to answer at an event', () => {
    expect(answerText(row, 4)).toBe('')
    expect(answerText(row, 6)).toBe('CPU 1 and 2 still to answer')
    expect(answerText(row, 8)).toBe('CPU 2 still to answer')
    expect(answerText(row, 9)).toBe('through at 9')
    expect(answerText({ ...row, targets: [{ cpu: 1, kind: 'ipi', done: -1 }] }, 99)).toBe(
      'CPU 1 still to answer',
    )
    expect(answerText({ ...row, targets: [] }, 9)).toBe('')
  })
})
