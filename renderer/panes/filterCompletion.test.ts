import { describe, expect, it } from 'vitest'
import { choices } from '../state/choices.ts'
import { complete } from './filterCompletion.ts'

choices.value = {
  ...choices.value,
  filter: {
    keys: { name: 'name of the event', level: 'level of the table', mm: 'number of the mm' },
    names: ['sched_switch', 'tlb_flush'],
    contexts: ['task'],
    levels: ['pgd', 'p4d', 'pte'],
  },
}

describe('completion', () => {
  const texts = (text: string): string[] => complete(text, ['map_count', 'total_vm']).map((one) => one.text)

  it('offers keys for a first word, and joints later', () => {
    expect(texts('le')).toEqual(['level:'])
    expect(texts('')).not.toContain('and ')
    expect(texts('level:pte a')).toEqual(['level:pte and '])
  })

  it('offers the values of a key and keeps what stands before', () => {
    expect(texts('not (level:p4')).toEqual(['not (level:p4d'])
    expect(texts('mm:2 field:map')).toEqual(['mm:2 field:map_count'])
    expect(texts('name:SCHED')).toEqual(['name:sched_switch'])
  })

  it('offers nothing for numbers, unknown keys and finished words', () => {
    for (const text of ['mm:', 'nonsense:', 'level:pte']) expect(texts(text)).toEqual([])
  })
})
