import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { VM } from '../trace/schema.ts'
import { startGap, Vma } from './vma.ts'
import { VmaSet } from './vmaSet.ts'

const SPACE = 4000

function vma(start: number, end: number, flags = 0): Vma {
  return new Vma(start, 1, start, end, flags, start, null, '')
}

/** The same questions answered page by page. */
class Naive {
  list: Vma[] = []

  find(page: number): Vma | null {
    return this.list.find((v) => v.end > page) ?? null
  }

  isFree(from: number, to: number): boolean {
    const next = this.find(from)
    return next === null || startGap(next) >= to
  }

  places(low: number, high: number, pages: number): number[] {
    const found = []
    for (let at = low; at + pages <= high; at++) if (this.isFree(at, at + pages)) found.push(at)
    return found
  }
}

interface Step {
  kind: 'insert' | 'remove' | 'resize'
  at: number
  pages: number
  stack: boolean
}

const steps: fc.Arbitrary<Step[]> = fc.array(
  fc.record({
    kind: fc.constantFrom('insert', 'insert', 'insert', 'remove', 'resize'),
    at: fc.nat(SPACE),
    pages: fc.integer({ min: 1, max: 6 }),
    stack: fc.boolean().map((b) => b),
  }) as fc.Arbitrary<Step>,
  { maxLength: 900, size: 'max' },
)

function apply(set: VmaSet, naive: Naive, { kind, at, pages, stack }: Step): void {
  if (kind === 'insert') {
    if (naive.list.some((v) => v.start < at + pages && at < v.end)) return
    const fresh = vma(at, at + pages, stack && at % 7 === 0 ? VM.GROWSDOWN : 0)
    set.insert(fresh)
    naive.list.push(fresh)
    naive.list.sort((a, b) => a.start - b.start)
    return
  }
  const found = naive.find(at)
  if (found === null) return
  if (kind === 'remove') {
    set.remove(found)
    naive.list.splice(naive.list.indexOf(found), 1)
    return
  }
  const index = naive.list.indexOf(found)
  const room = (naive.list[index + 1]?.start ?? SPACE + 10) - found.end
  set.setRange(found, found.start, found.end + Math.min(room, pages))
  if (found.pages > 1 && stack) set.setRange(found, found.start + 1, found.end)
}

describe('VmaSet', () => {
  it('answers like a list', () => {
    fc.assert(
      fc.property(steps, fc.array(fc.nat(SPACE), { maxLength: 30 }), (todo, pages) => {
        const set = new VmaSet()
        const naive = new Naive()
        for (const step of todo) apply(set, naive, step)
        const { list } = naive
        expect(set.range()).toEqual(list)
        expect(set.count).toBe(list.length)
        expect([set.first(), set.last()]).toEqual([list[0] ?? null, list[list.length - 1] ?? null])
        for (const page of pages) {
          const found = naive.find(page)
          expect(set.find(page)).toBe(found)
          expect(set.containing(page)).toBe(found !== null && found.start <= page ? found : null)
          expect(set.before(page)).toBe(list.filter((v) => v.end <= page).at(-1) ?? null)
          expect(set.range(page, page + 40)).toEqual(list.filter((v) => v.end > page && v.start < page + 40))
        }
        list.forEach((v, i) => {
          expect(set.next(v)).toBe(list[i + 1] ?? null)
          expect(set.prev(v)).toBe(list[i - 1] ?? null)
        })
      }),
      { numRuns: 40 },
    )
  })

  it('finds the highest and the lowest room that exists', () => {
    const limits = fc.record({
      low: fc.nat(SPACE),
      size: fc.nat(SPACE),
      pages: fc.integer({ min: 1, max: 300 }),
    })
    fc.assert(
      fc.property(steps, fc.array(limits, { maxLength: 8 }), (todo, queries) => {
        const set = new VmaSet()
        const naive = new Naive()
        for (const step of todo) apply(set, naive, step)
        for (const { low, size, pages } of queries) {
          const places = naive.places(low, low + size, pages)
          expect(set.highestGap(low, low + size, pages)).toBe(places.at(-1) ?? -1)
          expect(set.lowestGap(low, low + size, pages)).toBe(places[0] ?? -1)
        }
      }),
      { numRuns: 40 },
    )
  })

  it('aligns within a gap that has room for the padding', () => {
    const set = new VmaSet()
    set.insert(vma(1000, 1010))
    expect(set.highestGap(0, 1000, 10, 64, 0)).toBe(960)
    expect(set.highestGap(0, 1000, 10, 64, 5)).toBe(965)
    expect(set.lowestGap(100, 2000, 10, 64, 3)).toBe(131)
    expect(set.highestGap(940, 1000, 10, 64, 0)).toBe(-1)
  })

  it('keeps the guard gap below a stack free', () => {
    const set = new VmaSet()
    set.insert(vma(10_000, 10_010, VM.GROWSDOWN))
    expect(set.highestGap(1, 10_000, 1)).toBe(10_000 - 256 - 1)
    expect(set.hasRoom(9_999, 1)).toBe(false)
    expect(set.hasRoom(10_010, 1)).toBe(true)
  })

  it('searches a hundred thousand VMAs without visiting them all', () => {
    const set = new VmaSet()
    const top = 1e9
    for (let i = 0; i < 130_000; i++) {
      const at = set.highestGap(1, top, 2)
      set.insert(vma(at, at + 1))
    }
    expect(set.count).toBe(130_000)
    expect(set.first()?.start).toBe(top - 2 * 130_000)
    expect(Math.max(...set.chunks.map((c) => c.vmas.length))).toBeLessThanOrEqual(256)
  })

  it('refuses what overlaps or is not there', () => {
    const set = new VmaSet()
    set.insert(vma(5, 10))
    expect(() => set.insert(vma(9, 12))).toThrow(/overlaps/)
    expect(() => set.insert(vma(3, 3))).toThrow(/empty/)
    expect(() => set.remove(vma(5, 10))).toThrow(/not in this mm/)
  })
})
