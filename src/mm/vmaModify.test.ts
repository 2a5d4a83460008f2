import fc from 'fast-check'
import { beforeEach, describe, expect, it } from 'vitest'
import { FIELDS, VM } from '../trace/schema.ts'
import { forkAnonVma, prepareAnonVma } from './anonVmas.ts'
import { ERRNO } from './errno.ts'
import { Vma } from './vma.ts'
import type { MmFile } from './vma.ts'
import type { VmaContext, VmaRules } from './vmaContext.ts'
import { markSoftDirty, newVma } from './vmaFields.ts'
import { vmaMergeNewRange } from './vmaMerge.ts'
import { freeVmas, gatherVmas, splitVma, vmaExtend, vmaModifyFlags } from './vmaModify.ts'
import { VmaSet } from './vmaSet.ts'
import { vmFlagsOf } from './vmFlags.ts'

const RW = vmFlagsOf(3, {}, { softDirty: false })
const R = vmFlagsOf(1, {}, { softDirty: false })
const RULES: VmaRules = {
  maxMapCount: 65530,
  softDirty: false,
  mergeIntoUnfaulted: false,
  stickySoftDirty: false,
  unaccountUnfaulted: true,
}

/** What a reader of the trace knows: rebuilt from the observer's calls alone. */
class Mirror {
  readonly vmas = new Map<number, { start: number; end: number; flags: number; pgoff: number }>()

  vmaNew(v: Vma): void {
    this.vmas.set(v.id, { start: v.start, end: v.end, flags: v.flags, pgoff: v.pgoff })
  }

  vmaFree(v: Vma): void {
    this.vmas.delete(v.id)
  }

  vmaField(v: Vma, field: number, old: number, value: number): void {
    const name = FIELDS.vma[field]
    const key = ({ vm_start: 'start', vm_end: 'end', vm_flags: 'flags', vm_pgoff: 'pgoff' } as const)[
      name as string
    ]
    const mirrored = this.vmas.get(v.id)
    if (key === undefined || mirrored === undefined) return
    expect(mirrored[key]).toBe(old)
    mirrored[key] = value
  }

  list(): unknown[] {
    return [...this.vmas.values()].sort((a, b) => a.start - b.start)
  }
}

let ids = 0
let mirror: Mirror
let set: VmaSet
let context: VmaContext

function contextFor(rules: Partial<VmaRules>): VmaContext {
  return {
    set,
    observer: mirror,
    rules: { ...RULES, ...rules },
    splitHuge: () => {},
    newVmaId: () => ++ids,
    newAnonVmaId: () => ++ids,
  }
}

beforeEach(() => {
  set = new VmaSet()
  mirror = new Mirror()
  context = contextFor({})
})

function mmap(start: number, end: number, flags = RW, file: MmFile | null = null, pgoff = start): Vma {
  const merged = vmaMergeNewRange(context, start, end, flags, pgoff, file)
  if (merged === null) return newVma(context, 1, start, end, flags, pgoff, file)
  markSoftDirty(context, merged)
  return merged
}

function mprotect(start: number, end: number, flags: number): void {
  for (const vma of set.range(start, end)) {
    if (vma.flags !== flags)
      vmaModifyFlags(context, vma, Math.max(start, vma.start), Math.min(end, vma.end), flags)
  }
}

function munmap(start: number, end: number): number {
  const found: Vma[] = []
  const result = gatherVmas(context, start, end, found)
  if (result === 0) freeVmas(context, found)
  return result
}

function touch(vma: Vma): void {
  prepareAnonVma(set, vma, context.newAnonVmaId)
}

function ranges(): string {
  return set
    .range()
    .map((v) => `${v.start}-${v.end}${v.flags & VM.WRITE ? 'w' : 'r'}`)
    .join(' ')
}

describe('anonymous mappings side by side', () => {
  it('merge and split as recorded (merge_adjacent)', () => {
    mmap(0, 2)
    mmap(2, 4)
    expect(ranges()).toBe('0-4w')
    mmap(6, 8)
    mmap(4, 6)
    expect(ranges()).toBe('0-8w')
    mmap(8, 10, R)
    touch(set.containing(0)!)
    mprotect(8, 10, RW)
    // The fresh VMA disappears into the one that has an anon_vma.
    expect(ranges()).toBe('0-10w')
    mprotect(3, 4, R)
    expect(ranges()).toBe('0-3w 3-4r 4-10w')
    expect(new Set(set.range().map((v) => v.anonVma)).size).toBe(1)
    mprotect(3, 4, RW)
    expect(ranges()).toBe('0-10w')
  })

  it('keep apart what was faulted separately', () => {
    touch(mmap(0, 2))
    touch(mmap(3, 5))
    mmap(2, 3)
    expect(ranges()).toBe('0-3w 3-5w')
  })

  it('share an anon_vma beforehand when mprotect could make them one', () => {
    touch(mmap(0, 2))
    touch(mmap(2, 4, R | VM.ACCOUNT))
    expect(set.first()?.anonVma).toBe(set.last()?.anonVma)
    mprotect(2, 4, RW)
    expect(ranges()).toBe('0-4w')
  })

  it('do not grow over a forked VMA, whose pages hang off its ancestors', () => {
    const parent = new Vma(1000, 9, 0, 2, RW, 0, null, '')
    const parentSet = new VmaSet()
    parentSet.insert(parent)
    prepareAnonVma(parentSet, parent, context.newAnonVmaId)
    forkAnonVma(mmap(0, 2), parent, context.newAnonVmaId)
    mmap(2, 4)
    expect(ranges()).toBe('0-2w 2-4w')
  })

  it('merge a faulted VMA into an untouched one only since 6.16', () => {
    for (const mergeIntoUnfaulted of [false, true]) {
      set = new VmaSet()
      context = contextFor({ mergeIntoUnfaulted })
      mmap(0, 2, R | VM.ACCOUNT)
      touch(mmap(2, 4))
      mprotect(2, 4, R | VM.ACCOUNT)
      expect(ranges()).toBe(mergeIntoUnfaulted ? '0-4r' : '0-2r 2-4r')
    }
  })

  it('stay apart when one has moved: page offsets must continue', () => {
    mmap(0, 2)
    mmap(2, 4, RW, null, 77)
    expect(ranges()).toBe('0-2w 2-4w')
  })
})

describe('file mappings', () => {
  const file: MmFile = { id: 1, name: '/memfd:gt', size: 1 << 20 }
  const other: MmFile = { id: 2, name: '/memfd:gt', size: 1 << 20 }

  it('merge when file and offset continue', () => {
    mmap(0, 2, RW, file, 10)
    mmap(2, 4, RW, file, 12)
    mmap(4, 6, RW, other, 14)
    mmap(6, 8, RW, other, 15)
    expect(ranges()).toBe('0-4w 4-6w 6-8w')
    expect(set.first()?.pgoff).toBe(10)
  })

  it('downwards take the lower offset', () => {
    mmap(5, 7, RW, file, 3)
    mmap(3, 5, RW, file, 1)
    expect([set.first()?.start, set.first()?.pgoff, set.count]).toEqual([3, 1, 1])
  })

  it('never merge when their borders mean something', () => {
    mmap(0, 2, RW | VM.PFNMAP)
    mmap(2, 4, RW | VM.PFNMAP)
    expect(set.count).toBe(2)
  })
})

describe('soft-dirty', () => {
  it('does not keep VMAs apart, and a new range makes the whole dirty', () => {
    context = contextFor({ softDirty: true })
    mmap(0, 2)
    mmap(2, 4, RW | VM.SOFTDIRTY)
    expect([set.count, (set.first()?.flags ?? 0) & VM.SOFTDIRTY]).toEqual([1, VM.SOFTDIRTY])
  })

  it('of a swallowed neighbour is lost, until 6.19', () => {
    for (const stickySoftDirty of [false, true]) {
      set = new VmaSet()
      context = contextFor({ stickySoftDirty })
      newVma(context, 1, 0, 2, RW | VM.SOFTDIRTY, 0, null)
      newVma(context, 1, 2, 4, R | VM.ACCOUNT, 2, null)
      mprotect(2, 4, RW)
      expect(set.count).toBe(1)
      expect(((set.first()?.flags ?? 0) & VM.SOFTDIRTY) !== 0).toBe(stickySoftDirty)
    }
  })
})

describe('limits', () => {
  it('max_map_count stops splits, not merges', () => {
    context = contextFor({ maxMapCount: 1 })
    mmap(0, 10)
    expect(munmap(4, 6)).toBe(-ERRNO.ENOMEM)
    expect(munmap(8, 10)).toBe(0)
    expect(vmaModifyFlags(context, set.first()!, 2, 4, R)).toBe(-ERRNO.ENOMEM)
    expect(ranges()).toBe('0-8w')
  })

  it('a split outside the VMA is a mistake', () => {
    expect(() => splitVma(context, mmap(0, 4), 4, true)).toThrow(/cannot split/)
  })
})

it('mremap in place swallows the VMA above the gap it fills', () => {
  const low = mmap(0, 2)
  mmap(4, 6)
  expect(vmaExtend(context, low, 2)).toBe(low)
  expect(ranges()).toBe('0-6w')
})

it('untouched anonymous memory is always in as few VMAs as possible, and the observer saw every change', () => {
  const op = fc.record({
    kind: fc.constantFrom('map', 'mapR', 'unmap', 'protect', 'protectR'),
    at: fc.nat(60),
    pages: fc.integer({ min: 1, max: 12 }),
  })
  fc.assert(
    fc.property(fc.array(op, { maxLength: 80 }), (ops) => {
      set = new VmaSet()
      mirror = new Mirror()
      context = contextFor({})
      const pages: number[] = Array.from({ length: 80 }, () => 0)
      for (const { kind, at, pages: count } of ops) {
        const end = at + count
        const flags = kind.endsWith('R') ? R : RW
        if (kind.startsWith('protect')) {
          mprotect(at, end, flags)
          for (let i = at; i < end; i++) if (pages[i] !== 0) pages[i] = flags
          continue
        }
        munmap(at, end)
        if (kind !== 'unmap') mmap(at, end, flags)
        pages.fill(kind === 'unmap' ? 0 : flags, at, end)
      }
      expect(set.range().map((v) => [v.start, v.end, v.flags])).toEqual(runs(pages))
      expect(mirror.list()).toEqual(
        set.range().map(({ start, end, flags, pgoff }) => ({ start, end, flags, pgoff })),
      )
    }),
  )
})

function runs(pages: number[]): number[][] {
  const found: number[][] = []
  pages.forEach((flags, page) => {
    const last = found.at(-1)
    if (flags === 0) return
    if (last !== undefined && last[1] === page && last[2] === flags) last[1] = page + 1
    else found.push([page, page + 1, flags])
  })
  return found
}
