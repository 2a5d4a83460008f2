import { describe, expect, it } from 'vitest'
import { WalkCache, type WalkCacheRule } from './walkCache.ts'

/** Shifts of x86-64 with four levels: pud, pmd and pte tables. */
const SHIFTS = [0, 27, 18, 9]
const PTE = 3

function filled(rule: WalkCacheRule): WalkCache {
  const cache = new WalkCache(SHIFTS, rule)
  for (const [tag, table] of [
    [1, 10],
    [2, 20],
  ]) {
    cache.setTag(tag)
    cache.fill(0x1200, 0, PTE, table, 1000 + table, 0)
    cache.fill(0x4400, 0, PTE, table + 1, 1001 + table, 0)
    cache.fill(0x1200, 0, 2, table + 2, 1002 + table, 0)
  }
  return cache
}

function tables(cache: WalkCache): number[] {
  const found: number[] = []
  cache.forEach(({ table }) => found.push(table))
  return found.sort((a, b) => a - b)
}

describe('walk cache', () => {
  it('finds the deepest table of the tag in use, for every page below it', () => {
    const cache = new WalkCache(SHIFTS, 'any')
    cache.setTag(1)
    expect(cache.lookup(0x1200, 0, 0)).toBe(false)
    cache.fill(0x1200, 0, 2, 12, 1012, 0)
    expect([cache.lookup(0x13ff, 0, 0), cache.depth, cache.table]).toEqual([true, 2, 12])
    cache.fill(0x1200, 0, PTE, 10, 1010, 64)
    expect([cache.lookup(0x13ff, 0, 0), cache.depth, cache.frame, cache.offset]).toEqual([
      true,
      PTE,
      1010,
      64,
    ])
    expect([cache.lookup(0x1400, 0, 0), cache.depth]).toEqual([true, 2])
    expect(cache.lookup(0x1200, 1, 0)).toBe(false)
    expect(cache.lookup(0x1200, 0, 3)).toBe(false)
    cache.setTag(2)
    expect(cache.lookup(0x1200, 0, 0)).toBe(false)
  })

  it('INVLPG drops everything of the tag, TLBI VAE1 the path of the page, sfence.vma of an address nothing', () => {
    const after = (rule: WalkCacheRule): number[] => {
      const cache = filled(rule)
      cache.flushPage(2, 0x1234, 0)
      return tables(cache)
    }
    // Of the same place under two tags only the later one is kept: the cache is direct-mapped.
    expect(tables(filled('any'))).toEqual([20, 21, 22])
    expect(after('any')).toEqual([])
    expect(after('address')).toEqual([21])
    expect(after('none')).toEqual([20, 21, 22])
  })

  it('forgets by tag and altogether', () => {
    const cache = filled('none')
    cache.flushTag(1)
    expect(tables(cache)).toEqual([20, 21, 22])
    cache.flushTag(2)
    expect(tables(cache)).toEqual([])
    const all = filled('none')
    all.flushAll()
    expect([tables(all), all.lookup(0x1200, 0, 0)]).toEqual([[], false])
  })
})
