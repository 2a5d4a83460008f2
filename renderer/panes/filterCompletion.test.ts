import { describe, expect, it } from 'vitest'
import { FILTER_KEYS as TRACE_KEYS } from '../../src/trace/filter/parse.ts'
import { EVENT_NAMES as TRACE_NAMES } from '../../src/trace/names.ts'
import { CTX_NAMES, LEVEL_NAMES } from '../../src/trace/schema.ts'
import { complete } from './filterCompletion.ts'
import { CONTEXTS, EVENT_NAMES, FILTER_KEYS, LEVEL_WORDS } from './filterWords.ts'

describe('the words of the filter', () => {
  it('are the trace’s own', () => {
    expect(FILTER_KEYS).toEqual(TRACE_KEYS)
    expect(EVENT_NAMES).toEqual(TRACE_NAMES)
    expect(CONTEXTS).toEqual(CTX_NAMES)
    expect(LEVEL_WORDS).toEqual(LEVEL_NAMES)
  })
})

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
