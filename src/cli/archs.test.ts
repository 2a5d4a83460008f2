import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import facts from '../arch/facts/archs.json' with { type: 'json' }
import historic from '../arch/facts/historic.json' with { type: 'json' }
import type { ArchDetails } from '../arch/describe.ts'
import { archs } from './archs.ts'
import { diagramText } from './archText.ts'
import { parse } from './args.ts'

let said = ''
beforeEach(() => {
  said = ''
  vi.spyOn(process.stdout, 'write').mockImplementation((chunk) => {
    said += String(chunk)
    return true
  })
})
afterEach(() => vi.restoreAllMocks())

async function run(...args: string[]): Promise<string> {
  expect(await archs.run(parse(archs, args))).toBe(0)
  return said
}

describe('the list', () => {
  it('holds every variant of the facts, and every removed architecture, those without an MMU marked', async () => {
    const rows = JSON.parse(await run('--json')) as { id: string; family: string; mmu: boolean }[]
    const ids = new Set(rows.map((row) => row.id))
    expect(facts.variants.map(({ id }) => id).filter((id) => !ids.has(id))).toEqual([])
    const families = new Map(rows.map((row) => [row.family, row.mmu]))
    for (const { arch, ...fact } of historic.architectures as { arch: string; mmu?: boolean }[])
      expect(families.get(arch), arch).toBe(fact.mmu !== false)
  })

  it('says in the table what cannot be simulated', async () => {
    expect(await run()).toMatch(/^blackfin .*not simulated, historic/m)
  })
})

describe('the page of one', () => {
  it('draws each entry under a ruler', async () => {
    const text = await run('x86_64')
    expect(text).toContain(
      'pmd entry, to a table\n─────────────────────\n' +
        '  63    56 55    48 47    40 39    32 31    24 23    16 15     8 7      0\n' +
        '  A······· ····BBBB BBBBBBBB BBBBBBBB BBBBBBBB BBBBBBBB BBBB···· CDEFGHIJ\n',
    )
    expect(text).toMatch(/^ {2}A {2}nx +63 · _PAGE_NX/m)
    expect(Math.max(...text.split('\n').map((line) => line.length))).toBeLessThan(140)
  })

  it('is data with --json', async () => {
    const details = JSON.parse(await run('arm64-4k-va48', '--json')) as ArchDetails
    expect(details).toMatchObject({ id: 'arm64-4k-va48', family: 'arm64', pageSize: 4096 })
  })

  it('of one without an MMU says so', async () => {
    expect(await run('blackfin')).toMatch(/no MMU.*last kernel 4\.16/)
  })
})

it('gives the pieces of one field the same letter', () => {
  const field = (name: string, hi: number, lo: number, kind = 'flag') => ({ name, hi, lo, kind })
  const fields = [
    field('offset', 31, 24, 'swap'),
    field('reserved', 23, 16, 'reserved'),
    field('type', 15, 8, 'swap'),
    field('offset', 7, 0, 'swap'),
  ]
  expect(diagramText({ width: 32, fields })).toBe(
    '  31    24 23    16 15     8 7      0\n  AAAAAAAA ········ BBBBBBBB AAAAAAAA\n',
  )
})
