import { describe, expect, it } from 'vitest'
import { rank, score } from './search.ts'

describe('palette search', () => {
  it('wants every letter in order', () => {
    expect(score('Next source line', 'nsl')).toBeGreaterThan(0)
    expect(score('Next source line', 'lsn')).toBe(-1)
  })

  it('prefers words that begin with what was typed', () => {
    expect(rank(['Show the inspector', 'Run', 'Put all panes back'], 'ru', (text) => text)).toEqual(['Run'])
    expect(rank(['Walk an address…', 'Next call', 'Calls'], 'call', (text) => text)[0]).toBe('Calls')
  })

  it('keeps the order for an empty query', () => {
    expect(rank(['b', 'a'], ' ', (text) => text)).toEqual(['b', 'a'])
  })
})
