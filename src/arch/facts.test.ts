import { describe, expect, it } from 'vitest'
import type { EntryOps } from './arch.ts'
import { join64 } from './bits.ts'
import { compileArch } from './compile.ts'
import { factVariants, type FactVariant } from './facts/load.ts'
import { variants } from './index.ts'
import type { Variant } from './variant.ts'

const VM_READ = 1
const VM_WRITE = 2
const VM_EXEC = 4

function value(ops: EntryOps, lo: number): bigint {
  return join64(lo, ops.hi)
}

/** do_anonymous_page: mk_pte, pte_sw_mkyoung, then pte_mkwrite(pte_mkdirty()) when the VMA may write. */
function anonymous(ops: EntryOps, prot: number): bigint {
  let lo = ops.mk(0, prot)
  lo = ops.swMkyoung(lo, ops.hi)
  lo = ops.mkdirty(lo, ops.hi)
  return value(ops, ops.mkwrite(lo, ops.hi))
}

/** do_anonymous_page, read fault: pte_mkspecial(pfn_pte(zero_pfn)). */
function zeroPage(ops: EntryOps, prot: number): bigint {
  const lo = ops.mk(0, prot)
  return value(ops, ops.mkspecial(lo, ops.hi))
}

/** set_pte_range, read fault. */
function filePage(ops: EntryOps, prot: number): bigint {
  const lo = ops.mk(0, prot)
  return value(ops, ops.swMkyoung(lo, ops.hi))
}

const fresh: Record<string, (ops: EntryOps) => bigint> = {
  anonWriteRW: (ops) => anonymous(ops, VM_READ | VM_WRITE),
  anonWriteRWX: (ops) => anonymous(ops, VM_READ | VM_WRITE | VM_EXEC),
  zeroPageReadRW: (ops) => zeroPage(ops, VM_READ | VM_WRITE),
  filePrivateR: (ops) => filePage(ops, VM_READ),
  filePrivateRX: (ops) => filePage(ops, VM_READ | VM_EXEC),
}

const width = (variant: Variant) => (variant.levels.at(-1)!.entryBytes >= 8 ? 64 : 32)
const hex = (v: bigint) => `0x${v.toString(16)}`
const big = (text: string, bits = 64) => BigInt.asUintN(bits, BigInt(text))

/** 'rwxp' → index of vm_flags. */
function protIndex(key: string): number {
  return (
    (key[0] === 'r' ? 1 : 0) | (key[1] === 'w' ? 2 : 0) | (key[2] === 'x' ? 4 : 0) | (key[3] === 's' ? 8 : 0)
  )
}

/** '0x4000 (16K)' → '0x4000'; null for an expression. */
function leadingHex(text: string | undefined): string | null {
  return /^0x[0-9a-f]+/.exec(text ?? '')?.[0] ?? null
}

function factOf(variant: Variant): FactVariant | undefined {
  return factVariants.find((f) => f.id === variant.id)
}

/** The probes were built without soft-dirty unless their configuration says so. */
function probed(variant: Variant, fact: FactVariant) {
  const wanted: Record<string, boolean> = {}
  const named = (name: string) => variant.features.some((f) => f.name === name)
  if (named('softDirty')) wanted['softDirty'] = fact.probedConfig?.['MEM_SOFT_DIRTY'] === 'y'
  // the probes compile protection_map as it is before boot
  if (named('lpa2')) wanted['lpa2'] = false
  return compileArch(variant, wanted)
}

const known = variants().flatMap((variant) => {
  const fact = factOf(variant)
  return fact === undefined ? [] : [{ id: variant.id, variant, fact }]
})

describe.each(known)('$id agrees with the facts', ({ variant, fact }) => {
  const arch = probed(variant, fact)
  const bits = width(variant)

  it('geometry: levels, entries, sizes', () => {
    const mine = variant.levels.map((l) => [
      l.name,
      l.shift,
      l.entries,
      l.entryBytes,
      l.hwWords,
      l.alloc.kind,
      l.alloc.bytes,
    ])
    const facts = fact.levels.map((l) => [
      l.name,
      l.shift,
      l.entries,
      l.entryBytes,
      l.hwWordsPerEntry,
      l.alloc.kind,
      l.alloc.allocBytes,
    ])
    expect(mine).toEqual(facts)
    expect(variant.levels.map((l) => l.alloc.perPage ?? 1)).toEqual(
      fact.levels.map((l) => l.alloc.perPage ?? 1),
    )
    expect(variant.levels.map((l) => l.alloc.order ?? 0)).toEqual(fact.levels.map((l) => l.alloc.order ?? 0))
    expect(variant.folded.map((f) => f.level).sort()).toEqual([...fact.foldedLevels].sort())
    expect([variant.bits, variant.pageShift, variant.vaBits]).toEqual([
      fact.bits,
      fact.pageShift,
      fact.vaBits,
    ])
    expect(fact.endian.toLowerCase()).toContain(variant.endian)
  })

  it('bytes counted in pgtables_bytes', () => {
    const facts = fact.levels.map((l) => {
      const counted = fact.pgtablesBytes[l.name]
      return typeof counted === 'number' ? counted : 0
    })
    expect(variant.levels.map((l) => l.counted)).toEqual(facts)
  })

  it('address space and habits', () => {
    const { taskSize, firstUserAddress, userPtrsPerPgd } = fact.user
    const size = leadingHex(taskSize)
    if (size !== null) expect(hex(variant.space.taskSize)).toBe(size)
    if (firstUserAddress?.startsWith('0x') === true)
      expect(hex(variant.space.firstUserAddress)).toBe(firstUserAddress)
    if (typeof userPtrsPerPgd === 'number') expect(variant.space.userTopEntries).toBe(userPtrsPerPgd)
    expect(variant.kernelSync.archSync).toBe(fact.kernelSync.archSyncKernelMappings)
    expect(variant.special.pteSpecial).toBe(fact.special.ARCH_HAS_PTE_SPECIAL)
    expect(variant.special.devmap).toBe(fact.special.PTE_DEVMAP)
    // parisc: 'only PA20', which every 64-bit machine is
    if (typeof fact.splitPtePtlocks === 'boolean') expect(variant.splitPteLocks).toBe(fact.splitPtePtlocks)
    expect(variant.splitPmdLocks).toBe(fact.splitPmdPtlocks)
    expect(variant.pgtableT).toBe(fact.pgtable_t)
  })

  it('protection map', () => {
    for (const [key, raw] of Object.entries(fact.protectionMap)) {
      if (raw === null) continue
      expect(`${key} ${hex(variant.pte.prot[protIndex(key)]!)}`).toBe(`${key} ${hex(big(raw, bits))}`)
    }
  })

  it('fresh entries in the order of the fault path', () => {
    for (const [key, raw] of Object.entries(fact.freshPte ?? {})) {
      const compute = fresh[key]
      if (compute === undefined || raw === null) continue
      expect(`${key} ${hex(compute(arch.pte))}`).toBe(`${key} ${hex(big(raw, bits))}`)
    }
  })

  it('fresh entries with LPA2', () => {
    if (fact.freshPteLpa2 === undefined) return
    const { pte } = compileArch(variant, { lpa2: true })
    for (const [key, raw] of Object.entries(fact.freshPteLpa2)) {
      if (raw !== null && fresh[key] !== undefined)
        expect(`${key} ${hex(fresh[key](pte))}`).toBe(`${key} ${raw}`)
    }
  })

  it('sync mask and table flags', () => {
    const bit = { PGD: 1, P4D: 2, PUD: 4, PMD: 8, PTE: 16 }
    const text = fact.kernelSync.ARCH_PAGE_TABLE_SYNC_MASK
    const named = /^PGTBL_(PGD|P4D|PUD|PMD|PTE)_MODIFIED/.exec(text)?.[1] as keyof typeof bit | undefined
    expect(variant.kernelSync.mask).toBe(named === undefined ? 0 : bit[named])
    const { _PAGE_TABLE, _KERNPG_TABLE } = fact.pte.allMacros
    const above = variant.tables[variant.levels.at(-2)!.name]!
    if (_PAGE_TABLE !== undefined && fact.arch !== 'm68k' && fact.arch !== 'parisc')
      expect(hex(above.user)).toBe(_PAGE_TABLE)
    if (_KERNPG_TABLE !== undefined) expect(hex(above.kernel)).toBe(_KERNPG_TABLE)
  })

  it('swap entries', () => {
    for (const [key, raw] of Object.entries(fact.swap.samples ?? {})) {
      const [, type, offset] = /^type(\d+)_off(\d+)$/.exec(key)!
      const lo = arch.pte.mkswap(Number(type), Number(offset))
      const hi = arch.pte.hi
      expect(`${key} ${hex(join64(lo, hi))}`).toBe(`${key} ${hex(big(raw, bits))}`)
      expect([arch.pte.swapType(lo, hi), arch.pte.swapOffset(lo, hi)]).toEqual([Number(type), Number(offset)])
    }
    if (fact.swap.exclusiveMask?.startsWith('0x') === true) {
      expect(hex(variant.pte.swap.exclusive)).toBe(hex(big(fact.swap.exclusiveMask, bits)))
    }
  })

  it('every named bit', () => {
    const mine = new Map(variant.pte.fields.map((f) => [f.name, hex(f.mask)]))
    for (const [name, f] of Object.entries(fact.pte.fields)) {
      if (big(f.mask) === 0n) continue
      expect(`${name} ${mine.get(name)}`).toBe(`${name} ${hex(big(f.mask, bits))}`)
    }
  })

  it('special mask and empty value', () => {
    const { pteSpecialMask } = fact.special
    if (pteSpecialMask?.startsWith('0x') === true) {
      expect(hex(value(arch.pte, arch.pte.mkspecial(0, 0)))).toBe(pteSpecialMask)
    }
    const none = fact.pte.entryNone
    if (none !== undefined && /^(0x)?[0-9a-f]+$/.test(none))
      expect(hex(variant.pte.noneValue)).toBe(hex(big(none)))
  })
})
