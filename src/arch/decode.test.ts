import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { compileArch } from './compile.ts'
import { decodeEntry } from './decode.ts'
import { arch, variants } from './index.ts'

const u32 = fc.nat(0xffffffff)
const all = variants().map((v) => ({ id: v.id, arch: compileArch(v) }))

describe.each(all)('$id', ({ arch: machine }) => {
  it('names every bit of any value once, at every level', () => {
    for (const { name } of machine.levels) {
      fc.assert(
        fc.property(u32, u32, (lo, hi) => {
          const { bits, width } = decodeEntry(machine, name, 'auto', lo, hi)
          const covered = bits.flatMap((b) => Array.from({ length: b.hi - b.lo + 1 }, (_, i) => b.hi - i))
          expect(covered).toEqual(Array.from({ length: width }, (_, i) => width - 1 - i))
        }),
        { numRuns: 30 },
      )
    }
  })

  it('recognises what the helpers make', () => {
    const { pte } = machine
    const lo = pte.mk(1, 3)
    expect(decodeEntry(machine, 'pte', 'auto', lo, pte.hi).state).toMatch(/page|protnone/)
    const none = machine.levels.at(-1)!
    expect(decodeEntry(machine, 'pte', 'auto', none.noneLo, none.noneHi).state).toBe('none')
    for (const level of machine.levels.slice(0, -1)) {
      const entry = level.table!.mk(1, 0, true)
      expect(decodeEntry(machine, level.name, 'auto', entry, level.table!.hi).state).toBe('table')
      expect(decodeEntry(machine, level.name, 'auto', level.noneLo, level.noneHi).state).toBe('none')
    }
  })
})

describe('in words', () => {
  const x86 = arch('x86_64')
  const named = (name: string, lo: number, hi: number) =>
    decodeEntry(x86, 'pte', 'auto', lo, hi).bits.find((b) => b.name === name)

  it('a present page of x86-64', () => {
    const entry = decodeEntry(x86, 'pte', 'auto', 0x01234867, 0x80000000)
    expect(entry).toMatchObject({
      state: 'page',
      summary: 'page, frame 0x1234, rw- user',
      raw: '0x8000000001234867',
    })
    expect(named('frame', 0x01234867, 0x80000000)).toMatchObject({ hi: 51, lo: 12, value: '0x1234' })
    expect(named('softDirty', 0x01234867, 0x80000000)?.meaning).toContain('clear_refs')
    expect(named('special', 0x01234867, 0x80000000)?.meaning).toMatch(/^clear/)
  })

  it('PROT_NONE: bit 8 stops being global, and the frame number is stored inverted', () => {
    const lo = x86.pte.mk(0x1234, 0)
    const entry = decodeEntry(x86, 'pte', 'auto', lo, x86.pte.hi)
    expect(entry).toMatchObject({ state: 'protnone', summary: 'page, frame 0x1234, PROT_NONE' })
    expect(entry.bits.find((b) => b.lo === 8)).toMatchObject({ name: 'protnone', macro: '_PAGE_PROTNONE' })
    expect(entry.bits.find((b) => b.name === 'frame')?.meaning).toContain('inverted')
  })

  it('swap and migration entries', () => {
    const swap = x86.pte.mkswap(3, 77)
    expect(decodeEntry(x86, 'pte', 'auto', swap, x86.pte.hi)).toMatchObject({
      state: 'swap',
      summary: 'swapped out: swap file 3, page 77',
    })
    const migration = x86.pte.mkswap(30, 0x99)
    expect(decodeEntry(x86, 'pte', 'auto', migration, x86.pte.hi)).toMatchObject({ state: 'migration' })
    const marker = x86.pte.mkswap(31, 1)
    expect(decodeEntry(x86, 'pte', 'auto', marker, x86.pte.hi).state).toBe('marker')
  })

  it('an unknown bit is shown, not hidden', () => {
    const bits = decodeEntry(arch('riscv64'), 'pte', 'auto', 0xd7, 1 << 22).bits
    expect(bits.find((b) => b.kind === 'reserved' && b.value !== '0x0')?.meaning).toBe(
      'set, but without a declared meaning',
    )
  })

  it('an empty slot that is not zero says what it points to', () => {
    const mips = arch('mips64')
    const { noneLo, noneHi } = mips.levels[0]!
    expect(decodeEntry(mips, 'pgd', 'auto', noneLo, noneHi).bits[0]?.meaning).toContain('invalid_pmd_table')
  })

  it('a wrong level is an error that names the levels', () => {
    expect(() => decodeEntry(x86, 'p4d', 'auto', 0, 0)).toThrow(
      "has no table of level 'p4d'; it has pgd, pud, pmd, pte",
    )
  })
})
