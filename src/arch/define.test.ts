import { describe, expect, it } from 'vitest'
import { flush } from './flush.ts'
import { compileArch } from './compile.ts'
import { decodeEntry } from './decode.ts'
import { checked, defineVariant, VariantError } from './define.ts'
import { variants } from './index.ts'
import { bit, bits } from './bits.ts'
import {
  bottomUp,
  field,
  folded,
  has,
  inPlace,
  lacks,
  level,
  page,
  piece,
  protections,
  region,
  variant,
} from './make.ts'
import type { Described } from './make.ts'
import { plainEntry, table } from './plain.ts'
import { validateVariant } from './validate.ts'

function problemsOf(run: () => unknown): readonly string[] {
  try {
    run()
  } catch (error) {
    if (error instanceof VariantError) return error.problems
    throw error
  }
  return []
}

describe('every known variant', () => {
  it.each(variants().map((v) => ({ id: v.id, known: v })))('$id is consistent', ({ id, known }) => {
    const problems = validateVariant(known).filter((p) => !(KNOWN[id]?.test(p) ?? false))
    expect(problems).toEqual([])
  })
})

/** Where the kernel itself is inconsistent. */
const KNOWN: Record<string, RegExp> = {
  'cris-v32': /swap entry .* looks present/,
  'sparc64-sun4u': /taskSize .* more than the levels reach/,
  'sparc64-sun4v': /taskSize .* more than the levels reach/,
  's390-3level': /taskSize .* more than the levels reach/,
  's390-4level': /taskSize .* more than the levels reach/,
  nios2: /swap entry .* looks empty/,
  frv: /entry of 256 bytes/,
}

describe('defineVariant', () => {
  it('extends a variant: x86-64 with three levels of 512 entries', () => {
    const small = defineVariant({
      id: 'x86-64-3level',
      extends: 'x86_64',
      levels: [
        { name: 'pgd', entries: 512 },
        { name: 'pmd', entries: 512 },
        { name: 'pte', entries: 512 },
      ],
      change: { space: { taskSize: 1n << 38n, mmapWindow: 1n << 38n, stackTop: 1n << 38n } },
    })
    const arch = compileArch(small)
    expect(arch.levels.map((l) => [l.name, l.pageShift, l.counted])).toEqual([
      ['pgd', 18, 0],
      ['pmd', 9, 4096],
      ['pte', 0, 4096],
    ])
    expect(arch.folded).toEqual(['p4d', 'pud'])
    expect(arch.levels[0]!.table!.mk(5, 0, true)).toBe(0x5067)
  })

  it('gives a level the extended variant lacks the format of its top level', () => {
    const deep = defineVariant({
      id: 'deep',
      extends: 'x86-64-4level',
      levels: (['pgd', 'p4d', 'pud', 'pmd', 'pte'] as const).map((name) => ({ name, entries: 512 })),
    })
    expect(compileArch(deep).levels[1]!.table).not.toBeNull()
  })

  it('says which number is inconsistent', () => {
    const problems = problemsOf(() =>
      defineVariant({
        id: 'broken',
        extends: 'x86_64',
        levels: [
          { name: 'pgd', entries: 500 },
          { name: 'pte', entries: 512, alloc: { kind: 'page', bytes: 2048 } },
        ],
      }),
    )
    expect(problems).toContain('pgd: 500 entries is no power of two')
    expect(problems).toContain('pte: alloc.bytes 2048 is less than the table (512 × 8 = 4096)')
    expect(
      problems.some((p) => p.startsWith('space.taskSize 0x7ffffffff000 is more than the levels reach')),
    ).toBe(true)
  })

  it('finds flags that overlap the frame number', () => {
    const problems = problemsOf(() =>
      defineVariant({
        id: 'overlap',
        extends: 'riscv64',
        change: { pte: { prot: Array.from({ length: 16 }, () => 0x10d3n | bit(11)) } },
      }),
    )
    expect(problems.join()).toContain('do flags overlap the frame number?')
  })

  it('refuses an unknown base with the nearest names', () => {
    expect(() => defineVariant({ id: 'x', extends: 'riscv46' })).toThrow(/Did you mean .*riscv64/)
  })
})

/** A made-up machine: 2 KiB pages, 32-bit entries, frame number on top, "absent" instead of "present". */
function toy(): Described {
  return {
    geometry: {
      id: 'toy32',
      name: 'a machine that never was',
      bits: 32,
      endian: 'big',
      verifiedBy: 'made up',
      uncertain: [],
      oddities: [],
      diff61: [],
      sources: {},
      pageShift: 11,
      levels: [
        level('pgd', 20, 4096, 4, { kind: 'pages', bytes: 16384, order: 3 }, 0),
        level('pte', 11, 512, 4, page(2048), 2048),
      ],
      folded: folded('always', 'none', 'p4d', 'pud', 'pmd'),
      runtimeFold: null,
      vaBits: 32,
      space: {
        taskSize: 0x80000000n,
        mmapWindow: 0x80000000n,
        highHint: null,
        firstUserAddress: 0x800n,
        userTopEntries: 2048,
        stackTop: 0x80000000n,
        mmap: bottomUp(0x20000000n),
        mmapMinAddr: 0x1000n,
      },
      layout: [region('user', 0n, 0x7fffffffn, 'user space')],
      pgtableT: 'struct page *',
      ptdesc: true,
      splitPteLocks: false,
      splitPmdLocks: false,
      pgdInit: { kernelEntries: 'none', note: '', prealloc: [] },
      kernelSync: { mask: 0, archSync: false, vmallocFault: null, pgdList: null },
      special: { pteSpecial: true, devmap: false, memoryModel: 'FLATMEM', pfnValid: 'below max_mapnr' },
      hugetlb: [],
      thp: [],
      contPte: [],
      thpPmd: false,
      tlb: {
        walk: '',
        asid: '',
        page: '',
        range: '',
        full: '',
        broadcast: '',
        ceiling: null,
        lazy: '',
        batching: '',
        mmuGather: [],
        flush: flush({ scheme: 'call', source: 'test' }),
      },
    },
    fields: [
      field('here', bit(0), 'TOY_HERE', 'there is a page'),
      field('may_write', bit(1), 'TOY_W', 'writable'),
    ],
    prot: protections(...Array.from({ length: 16 }, (_, i) => 1n | ((i & 10) === 10 ? 2n : 0n))),
    swap: {
      type: [piece(1, 5)],
      offset: [piece(8, 24)],
      set: 0n,
      exclusive: bit(6),
      softDirty: 0n,
      uffdWp: 0n,
    },
    pfn: [piece(11, 21)],
    keep: bits(31, 11) | bits(4, 2),
  }
}

describe('a made-up architecture takes one descriptor', () => {
  const d = toy()
  const made = checked(
    variant('toy', d.geometry, {
      pte: plainEntry(d, {
        present: has(bit(0)),
        accessed: bit(2),
        dirty: bit(3),
        write: bit(1),
        special: bit(4),
        accessedBy: 'mmu',
        dirtyBy: 'mmu',
        hw: {},
      }),
      tables: { pgd: table(32, { address: inPlace(31, 11), user: 1n, bad: lacks(bit(0)) }) },
    }),
  )

  it('is compiled, decoded and limited like any other', () => {
    const arch = compileArch(made)
    const lo = arch.pte.mkdirty(arch.pte.mk(7, 11), 0)
    expect([arch.pte.pfn(lo, 0), arch.pte.isDirty(lo, 0), arch.pte.isWrite(lo, 0)]).toEqual([7, true, true])
    expect(arch.levels.map((l) => [l.entries, l.tableBytes, l.order])).toEqual([
      [4096, 16384, 3],
      [512, 2048, 0],
    ])
    expect([arch.taskPages, arch.mmapBasePages, arch.mmapTopDown, arch.mmapMinAddrPages]).toEqual([
      1 << 20,
      1 << 18,
      false,
      2,
    ])
    expect(decodeEntry(arch, 'pte', 'auto', lo, 0).summary).toBe('page, frame 0x7, rwx user')
  })
})
