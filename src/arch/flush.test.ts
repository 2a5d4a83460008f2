import { describe, expect, it } from 'vitest'
import archs from './facts/archs.json' with { type: 'json' }
import { gatherBatches } from './flush.ts'
import { findVariant, variants } from './index.ts'
import { compileArch } from './compile.ts'

interface TlbFact {
  rangeToFull: { name: string; value: unknown } | null
  mmuGather: string[]
}
const facts = (archs as unknown as { variants: { id: string; tlb: TlbFact }[] }).variants
const specOf = (id: string) => findVariant(id).tlb.flush
const known = variants().filter(({ id }) => facts.some((fact) => fact.id === id))

describe('flush descriptors agree with the facts', () => {
  it.each(known.map(({ id }) => id))('%s: gather options', (id) => {
    const fact = facts.find((candidate) => candidate.id === id)!.tlb
    const stated = fact.mmuGather
      .filter((text) => !text.includes('NO_FLUSH_CACHE') && !/ if (PARAVIRT|SMP && ARM_LPAE)/.test(text))
      .map((text) => text.replace('MMU_GATHER_', '').replace(/ if .*/, ''))
    const mine = specOf(id).gather.filter((option) => id !== 'arm-lpae' || option !== 'RCU_TABLE_FREE')
    expect([...mine].sort()).toEqual(stated.sort())
  })

  it('thresholds that the facts give as numbers', () => {
    const numbers = facts.filter(({ tlb }) => typeof tlb.rangeToFull?.value === 'number')
    // `>= limit` in the kernel is `> limit - 1` here; sun3 and sparc64 have no threshold, but a loop and a batch.
    const excess: Record<string, number> = { arc: -1 }
    for (const { id, tlb } of numbers) {
      if (id === 'm68k-sun3') continue
      const spec = specOf(id)
      const value = tlb.rangeToFull!.value as number
      const mine = spec.scheme === 'addressBatch' ? spec.batch : spec.ceiling
      expect(`${id} ${mine}`).toBe(`${id} ${value + (excess[findVariant(id).family] ?? 0)}`)
    }
    expect(numbers.length).toBeGreaterThan(20)
  })

  it('arm64: MAX_DVM_OPS is PTRS_PER_PTE, and 2 M pages with TLBIRANGE', () => {
    expect(specOf('arm64-4k-va48').ceiling).toBe(511)
    expect(specOf('arm64-16k-va47').ceiling).toBe(2047)
    expect(specOf('arm64-64k-va48').ceiling).toBe(8191)
    const { flush } = compileArch(findVariant('arm64'), { tlbiRange: true }).variant.tlb
    expect([flush.ceiling, flush.unit]).toEqual([2097152, 'page'])
  })

  it('x86 frees tables by RCU only where a hypervisor flushes', () => {
    const gather = (paravirt: boolean) =>
      compileArch(findVariant('x86_64'), { paravirt }).variant.tlb.flush.gather
    expect(gather(false)).not.toContain('RCU_TABLE_FREE')
    expect(gather(true)).toContain('RCU_TABLE_FREE')
  })
})

describe('batches of the mmu_gather', () => {
  it('4 KiB pages and 64-bit words: 510 slots, 19 batches, 509 tables', () => {
    expect(gatherBatches(4096, 64)).toEqual({ pages: 510, count: 19, tables: 509 })
  })

  it('other pages and words', () => {
    expect(gatherBatches(65536, 64)).toEqual({ pages: 8190, count: 1, tables: 8189 })
    expect(gatherBatches(4096, 32)).toEqual({ pages: 1021, count: 9, tables: 1021 })
  })
})
