import { describe, expect, it } from 'vitest'
import { NO_CONTEXTS } from './context.ts'
import { variants } from './index.ts'

/** Tags in records have 22 bits, the last of which means every tag. */
const LARGEST_TAG = 2 ** 22 - 2

describe('address-space tags of every architecture', () => {
  const current = variants().filter(({ lastKernel }) => lastKernel === undefined)

  it.each(current.map((variant) => [variant.id, variant] as const))('%s', (_, { tlb }) => {
    expect(tlb.contexts).toBeDefined()
    const { scheme, first, last, step = 1, userTagOffset = 0, source } = tlb.contexts ?? NO_CONTEXTS
    expect(source).toMatch(/arch\//)
    expect(last + userTagOffset).toBeLessThanOrEqual(LARGEST_TAG)
    if (scheme === 'none' || scheme === 'root') expect([first, last]).toEqual([0, 0])
    else expect((last - first) % step).toBe(0)
    if (scheme === 'generation' || scheme === 'perCpu') expect(Math.log2(last + step) % 1).toBe(0)
    expect(/^none/.test(tlb.asid)).toBe(scheme === 'none' || (scheme === 'root' && !/stub/.test(tlb.asid)))
  })

  it.each(current.map((variant) => [variant.id, variant] as const))('%s: capacity', (_, { tlb }) => {
    if (tlb.hardware === undefined) return
    const { entries, ways, hugeEntries, hugeWays } = tlb.hardware
    expect(Math.log2(entries / ways) % 1).toBe(0)
    if (hugeEntries > 0) expect(Math.log2(hugeEntries / hugeWays) % 1).toBe(0)
  })
})
