import { describe, expect, it } from 'vitest'
import { describeVariant } from './describe.ts'
import { sectionsOf } from './describeRows.ts'
import { variants } from './index.ts'

const x86 = describeVariant('x86_64')
const entry = (id: string, level: string, kind: string) =>
  describeVariant(id).entries.find((e) => e.level === level && e.kind === kind)

describe.each(variants().map(({ id }) => ({ id })))('$id', ({ id }) => {
  const details = describeVariant(id)

  it('is plain JSON data', () => {
    expect(JSON.parse(JSON.stringify(details))).toEqual(details)
  })

  it('names every bit of every entry once', () => {
    for (const { level, kind, width, bits } of details.entries) {
      const places = bits.flatMap(({ hi, lo }) => Array.from({ length: hi - lo + 1 }, (_, i) => hi - i))
      expect(places, `${level} ${kind}`).toEqual(Array.from({ length: width }, (_, i) => width - 1 - i))
    }
  })

  it('has sections and rows that can be found by name, none empty', () => {
    const sections = sectionsOf(details)
    const names = sections.flatMap(({ id: own, rows }) => rows.map(({ name }) => `${own} ${name}`))
    expect(new Set(names).size).toBe(names.length)
    expect(new Set(sections.map((s) => s.id)).size).toBe(sections.length)
    for (const { rows } of sections)
      for (const { name, value } of rows) {
        expect(name).not.toBe('')
        expect(value, name).not.toMatch(/^$|undefined|\[object|NaN/)
      }
  })
})

it('tells the levels of x86-64 with what is folded', () => {
  expect(x86.levels.map((l) => [l.name, l.top, l.shift, l.counted])).toEqual([
    ['pgd', 47, 39, 0],
    ['pud', 38, 30, 4096],
    ['pmd', 29, 21, 4096],
    ['pte', 20, 12, 4096],
  ])
  expect(x86.folded.map((f) => f.level)).toEqual(['p4d'])
})

it('places the bits of a pte, a huge pmd and a table entry', () => {
  const place = (id: string, level: string, kind: string, name: string) => {
    const bit = entry(id, level, kind)?.bits.find((b) => b.name === name)
    return bit === undefined ? null : [bit.hi, bit.lo, bit.macro]
  }
  expect(place('x86_64', 'pte', 'leaf', 'nx')).toEqual([63, 63, '_PAGE_NX'])
  expect(place('x86_64', 'pmd', 'huge', 'frame')).toEqual([51, 21, ''])
  expect(place('x86_64', 'pud', 'table', 'address')).toEqual([51, 12, ''])
  expect(entry('x86_64', 'pgd', 'huge')).toBeUndefined()
})

it('says what a field means when set, not that it is clear', () => {
  const texts = x86.entries.flatMap((e) => e.bits.map((b) => b.meaning))
  expect(texts.filter((text) => text.startsWith('clear ('))).toEqual([])
})

it('works out what the MMU allows for each protection', () => {
  expect(x86.protections).toHaveLength(16)
  expect(x86.protections[0]).toMatchObject({ vm: '--- private', allows: 'nothing' })
  expect(x86.protections[3]).toMatchObject({ vm: 'rw- private', allows: 'r-- user' })
  expect(x86.protections[11]).toMatchObject({ vm: 'rw- shared', allows: 'rw- user' })
})

it('follows aliases, and refuses what has no page tables', () => {
  expect(x86.id).toBe('x86-64-4level')
  expect(() => describeVariant('blackfin')).toThrow(/no MMU/)
  expect(() => describeVariant('vax')).toThrow(/Did you mean/)
})
