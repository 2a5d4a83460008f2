/** What Documentation/mm/arch_pgtable_helpers.rst of the kernel promises of every architecture, on every variant. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Arch, CompiledLevel, EntryOps } from './arch.ts'
import { hi32, lo32 } from './bits.ts'
import { compileArch } from './compile.ts'
import { variants } from './index.ts'
import type { Piece } from './format.ts'
import { merge } from './resolve.ts'

type Value = readonly [lo: number, hi: number]
type Helper = Exclude<
  {
    [K in keyof EntryOps]: EntryOps[K] extends (lo: number, hi: number) => number ? K : never
  }[keyof EntryOps],
  'pfn' | 'swapType' | 'swapOffset'
>
type Question = {
  [K in keyof EntryOps]: EntryOps[K] extends (lo: number, hi: number) => boolean ? K : never
}[keyof EntryOps]

/** Protection maps with surprises, and why. */
const PROT_NONE_NOT_PRESENT: Record<string, string> = {
  'sparc32-srmmu': 'SRMMU_PAGE_NONE has entry type 0, which srmmu_pte_present does not take for a page',
  'csky-abiv1': 'PAGE_NONE is _PAGE_READ alone',
  'csky-abiv2': 'PAGE_NONE is _PAGE_WRITE alone',
}
/** pte_modify that forgets more than it should, and why. */
const MODIFY_FORGETS: Record<string, string> = {
  'hexagon-4k': 'pte_modify keeps the frame number only',
  'hexagon-16k': 'pte_modify keeps the frame number only',
  'hexagon-64k': 'pte_modify keeps the frame number only',
  'hexagon-256k': 'pte_modify keeps the frame number only',
}
/** Smallest offset whose entry is not taken for an empty one. */
const SMALLEST_SWAP_OFFSET: Record<string, number> = {
  // pte_none ignores bits 3:0, where the offset begins
  nios2: 16,
}
const SWAP_LOOKS_PRESENT: Record<string, string> = {
  'cris-v32': 'the type field starts at bit 5, which v32 uses for present (v10 has it at bit 4)',
}
function widthOf(pieces: readonly Piece[]): number {
  return Math.min(
    32,
    pieces.reduce((w, p) => Math.max(w, p.at + p.width), 0),
  )
}

function call(ops: EntryOps, name: Helper, [lo, hi]: Value): Value {
  const low = ops[name](lo, hi)
  return [low, ops.hi]
}

function ask(ops: EntryOps, name: Question, [lo, hi]: Value): boolean {
  return ops[name](lo, hi)
}

interface Leaf {
  title: string
  arch: Arch
  level: CompiledLevel
  ops: EntryOps
  pfn: fc.Arbitrary<number>
  swap: { type: number; offset: number }
  swappable: boolean
}

/** Values below 2^width. */
function upTo(width: number): fc.Arbitrary<number> {
  return fc.nat(width >= 32 ? 0xffffffff : 2 ** width - 1)
}

function leavesOf(arch: Arch): Leaf[] {
  return arch.levels.flatMap((level) => {
    if (level.leaf === null) return []
    const { variant } = arch
    const format = level.name === 'pte' ? variant.pte : merge(variant.pte, variant.huge[level.name]!)
    const skip = 2 ** level.pageShift
    const units = upTo(Math.max(0, widthOf(format.pfn) - level.pageShift))
    return [
      {
        title: `${level.name} of ${arch.id}`,
        arch,
        level,
        ops: level.leaf,
        pfn: units.map((n) => n * skip),
        swap: { type: Math.min(5, widthOf(format.swap.type)), offset: widthOf(format.swap.offset) },
        swappable: level.name === 'pte',
      },
    ]
  })
}

const all = variants().map((v) => compileArch(v))
const leaves = all.flatMap(leavesOf)
const readable = fc.constantFrom(1, 3, 5, 7, 9, 11, 13, 15)
const RUNS = { numRuns: 20 }

/** Runs `check` on fresh entries of any page and readable protection. */
function forEntries(leaf: Leaf, check: (entry: Value, pfn: number, prot: number) => void): void {
  const { ops } = leaf
  fc.assert(
    fc.property(leaf.pfn, readable, (pfn, prot) => {
      let entry: Value = [ops.mk(pfn, prot), ops.hi]
      if (leaf.level.name !== 'pte') entry = call(ops, 'mkhuge', entry)
      check(entry, pfn, prot)
    }),
    RUNS,
  )
}

describe.each(leaves)('$title', (leaf) => {
  const { ops, arch } = leaf
  const is = (question: Question, entry: Value) => ask(ops, question, entry)
  const then = (entry: Value, ...helpers: Helper[]) => helpers.reduce<Value>((e, h) => call(ops, h, e), entry)

  it('pfn_pte, pte_pfn: the frame number comes back, and the entry is present', () => {
    forEntries(leaf, (entry, pfn) => {
      expect(ops.pfn(...entry)).toBe(pfn)
      expect(is('isPresent', entry)).toBe(true)
      expect(is('isNone', entry)).toBe(false)
    })
  })

  it('pte_mkyoung, pte_mkold', () => {
    forEntries(leaf, (entry) => {
      expect(is('isYoung', then(entry, 'mkyoung'))).toBe(true)
      if (leaf.arch.variant.pte.mkold.some((r) => r.clear !== 0n)) {
        expect(is('isYoung', then(entry, 'mkyoung', 'mkold'))).toBe(false)
      }
      expect(is('isPresent', then(entry, 'mkold'))).toBe(true)
    })
  })

  it('pte_mkdirty, pte_mkclean', () => {
    forEntries(leaf, (entry) => {
      expect(is('isDirty', then(entry, 'mkdirty'))).toBe(true)
      expect(is('isDirty', then(entry, 'mkdirty', 'mkclean'))).toBe(false)
      expect(is('isDirty', then(entry, 'mkwrite', 'mkdirty', 'mkclean'))).toBe(false)
    })
  })

  it('pte_mkwrite, pte_wrprotect: wrprotect forgets neither dirty nor young', () => {
    forEntries(leaf, (entry) => {
      expect(is('isWrite', then(entry, 'mkwrite'))).toBe(true)
      expect(is('isWrite', then(entry, 'mkwrite', 'wrprotect'))).toBe(false)
      const used = then(entry, 'mkyoung', 'mkwrite', 'mkdirty', 'wrprotect')
      expect([is('isDirty', used), is('isYoung', used)]).toEqual([true, true])
      expect(is('hwWrite', used) && is('hwDirty', used) && is('hwValid', used) && is('isWrite', used)).toBe(
        false,
      )
    })
  })

  it('what Linux made writable, dirty and young is writable to the MMU without a fault', () => {
    forEntries(leaf, (entry) => {
      const ready = then(entry, 'mkyoung', 'mkwrite', 'mkdirty')
      expect(is('hwValid', ready)).toBe(true)
      expect(is('hwWrite', ready)).toBe(true)
    })
  })

  it('every helper leaves the frame number alone', () => {
    const helpers: Helper[] = [
      'mkyoung',
      'mkold',
      'mkdirty',
      'mkclean',
      'mkwrite',
      'wrprotect',
      'mkspecial',
      'swMkyoung',
      'mksoftDirty',
      'clearSoftDirty',
      'mkuffdWp',
      'clearUffdWp',
      'mkcont',
      'mknoncont',
      'hwSetAccessed',
      'hwSetDirty',
    ]
    forEntries(leaf, (entry, pfn) => {
      for (const helper of helpers)
        expect(`${helper} ${ops.pfn(...then(entry, helper))}`).toBe(`${helper} ${pfn}`)
    })
  })

  it('pte_modify keeps frame number, dirty and young, and takes the new protection', () => {
    forEntries(leaf, (entry, pfn, prot) => {
      const used = then(entry, 'mkyoung', 'mkdirty')
      const modified: Value = [ops.modify(used[0], used[1], prot ^ 4), ops.hi]
      expect(ops.pfn(...modified)).toBe(pfn)
      if (arch.id in MODIFY_FORGETS) return
      expect([is('isDirty', modified), is('isYoung', modified)]).toEqual([true, true])
    })
  })

  it('pte_mkspecial, pte_special', () => {
    forEntries(leaf, (entry) => {
      if (leaf.level.name !== 'pte') return
      expect(is('isSpecial', entry)).toBe(false)
      expect(is('isSpecial', then(entry, 'mkspecial'))).toBe(arch.hasPteSpecial)
    })
  })

  it('pte_mksoft_dirty, pte_clear_soft_dirty', () => {
    forEntries(leaf, (entry) => {
      if (!arch.hasSoftDirty) return
      expect(is('isSoftDirty', then(entry, 'mksoftDirty'))).toBe(true)
      expect(is('isSoftDirty', then(entry, 'mksoftDirty', 'clearSoftDirty'))).toBe(false)
      expect(is('isSoftDirty', then(entry, 'clearSoftDirty', 'mkdirty'))).toBe(true)
    })
  })

  it('pte_protnone: PROT_NONE is present to Linux and closed to the user', () => {
    if (arch.id in PROT_NONE_NOT_PRESENT) return
    fc.assert(
      fc.property(leaf.pfn, (pfn) => {
        const before = then(
          [ops.mk(pfn, 3), ops.hi],
          'mkyoung',
          'mkdirty',
          ...(leaf.level.name === 'pte' ? [] : (['mkhuge'] as const)),
        )
        const entry: Value = [ops.modify(before[0], before[1], 0), ops.hi]
        expect(is('isPresent', entry)).toBe(true)
        expect(ops.pfn(...entry)).toBe(pfn)
        const back: Value = [ops.modify(entry[0], entry[1], 3), ops.hi]
        expect(ops.pfn(...back)).toBe(pfn)
        if (!(arch.id in MODIFY_FORGETS)) expect(is('isDirty', back)).toBe(true)
      }),
      RUNS,
    )
  })

  it('__swp_entry, __swp_type, __swp_offset: a swap entry is neither none nor present', () => {
    if (!leaf.swappable) return
    fc.assert(
      fc.property(upTo(leaf.swap.type), upTo(Math.min(31, leaf.swap.offset)), (type, n) => {
        const offset = Math.max(SMALLEST_SWAP_OFFSET[arch.id] ?? 1, n)
        const entry: Value = [ops.mkswap(type, offset), ops.hi]
        expect([ops.swapType(...entry), ops.swapOffset(...entry)]).toEqual([type, offset])
        expect(is('isNone', entry)).toBe(false)
        if (!(arch.id in SWAP_LOOKS_PRESENT)) expect(is('isPresent', entry)).toBe(false)
      }),
      RUNS,
    )
  })
})

const tables = all.flatMap((arch) =>
  arch.levels
    .filter((l) => l.table !== null)
    .map((level) => ({ title: `${level.name} of ${arch.id}`, arch, level })),
)

describe.each(tables)('table entries: $title', ({ arch, level }) => {
  const ops = level.table!
  const format = arch.variant.tables[level.name]!
  const reach = format.address.reduce((m, p) => Math.max(m, p.at + p.width), 0)
  const top = 1n << BigInt(Math.min(44, reach))
  const base = BigInt.asUintN(reach, format.added ?? 0n)
  const frameCount = Number((base < top ? top - base : top) >> BigInt(arch.pageShift))

  it('pmd_populate, pmd_page: frame and offset come back; neither none, bad nor leaf', () => {
    const below = arch.levels[level.depth + 1]!
    const step = Math.min(below.align, arch.pageSize)
    const frames = fc.integer({ min: 1, max: Math.min(0xffffffff, frameCount - 2) })
    fc.assert(
      fc.property(frames, fc.nat(arch.pageSize / step - 1), fc.boolean(), (frame, slot, user) => {
        const safe = slot * step
        const lo = ops.mk(frame, safe, user)
        const hi = ops.hi
        expect([ops.frame(lo, hi), ops.offset(lo, hi)]).toEqual([frame, safe])
        expect([ops.isNone(lo, hi), ops.isLeaf(lo, hi), ops.isTable(lo, hi)]).toEqual([false, false, true])
        expect(ops.isBad(lo, hi)).toBe(false)
      }),
      RUNS,
    )
  })

  it('pmd_none: an empty slot is none, no table, not bad', () => {
    const { noneLo, noneHi } = level
    expect([ops.isNone(noneLo, noneHi), ops.isTable(noneLo, noneHi), ops.isBad(noneLo, noneHi)]).toEqual([
      true,
      false,
      false,
    ])
  })

  it('pmd_leaf: a huge entry is a leaf and no table', () => {
    const leaf = level.leaf
    if (leaf === null) return
    for (const prot of [1, 3, 5, 11]) {
      leaf.mk(2 ** level.pageShift, prot)
      const lo = leaf.mkhuge(leaf.mk(2 ** level.pageShift, prot), leaf.hi)
      expect([ops.isLeaf(lo, leaf.hi), ops.isTable(lo, leaf.hi), ops.isNone(lo, leaf.hi)]).toEqual([
        true,
        false,
        false,
      ])
    }
  })
})

describe.each(all.map((arch) => ({ id: arch.id, arch })))('$id: an empty pte', ({ arch }) => {
  it('pte_none, pte_clear', () => {
    const none: Value = [lo32(arch.variant.pte.noneValue), hi32(arch.variant.pte.noneValue)]
    expect([
      ask(arch.pte, 'isNone', none),
      ask(arch.pte, 'isPresent', none),
      ask(arch.pte, 'hwValid', none),
    ]).toEqual([true, false, false])
  })
})
