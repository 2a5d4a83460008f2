/** LoongArch page-table entries: arch/loongarch/include/asm/pgtable-bits.h, pgtable.h, mm/tlbex.S (6.12). */
import { bits } from '../../bits.ts'
import type { EntryFormat, TableFormat } from '../../format.ts'
import { anyOf, clear, has, is, lacks, masks, piece, set, type Described } from '../../make.ts'
import { plainEntry, table } from '../../plain.ts'
import type { LevelName } from '../../arch.ts'

const DIRECT_MAP = 0x9000000000000000n
/** Stands for invalid_pte_table (…pmd, …pud one page below each): past any physical memory. */
const INVALID = 0x9000ffffffff0000n

export function loongarchEntry(d: Described): EntryFormat {
  const m = masks(d.fields)
  /** Valid to the MMU and accessed to Linux are one bit. */
  const valid = m('valid_accessed')
  const dirty = m('dirty')
  const modified = m('modified')
  const write = m('write')
  const present = m('present')
  const protnone = m('protnone')
  return plainEntry(d, {
    present: anyOf(present | protnone),
    none: lacks(bits(63, 0) & ~m('global_or_huge')),
    accessed: valid,
    dirty: modified,
    write,
    special: m('special'),
    protnone: has(protnone),
    accessedBy: 'mmu',
    dirtyBy: 'mmu',
    hw: {
      valid: has(present),
      user: has(m('plv')),
      read: lacks(m('noRead')),
      write: has(write),
      exec: lacks(m('noExec')),
      dirty: has(dirty | modified),
      global: has(m('global_or_huge')),
      // tlbex.S: handle_tlb_load and handle_tlb_modify
      setAccessed: [set(valid)],
      setDirty: [set(valid | dirty | modified)],
    },
    rules: {
      dirty: anyOf(dirty | modified),
      mkdirty: [set(modified), set(dirty, has(write))],
      mkclean: [clear(dirty | modified)],
      mkwrite: [set(write), set(dirty, has(modified))],
      wrprotect: [clear(write | dirty)],
      modify: { before: [set(modified, has(dirty))], keep: d.keep, after: [] },
    },
  })
}

/** Pointers into the direct map; an empty entry is the address of a shared invalid table. */
export function pointerTable(d: Described, below: LevelName): TableFormat {
  const { pageShift } = d.geometry
  const step = below === 'pte' ? 0n : below === 'pmd' ? 1n : 2n
  const invalid = INVALID - (step << 16n)
  const huge = masks(d.fields)('global_or_huge')
  return table(64, {
    address: [piece(0, 64)],
    added: DIRECT_MAP,
    none: is(bits(63, 0), invalid),
    noneValue: invalid,
    noneMeans: { level: below, symbol: `invalid_${below}_table` },
    bad: anyOf(bits(pageShift - 1, 0)),
    leaf: below === 'pte' ? has(huge) : { not: { mask: 0n, value: 0n } },
  })
}

export function hugeLeaf(d: Described, shift: number) {
  const m = masks(d.fields)
  const huge = m('global_or_huge')
  const skip = shift - d.geometry.pageShift
  const [pfn] = d.pfn
  return {
    pfn: [piece(pfn!.entry + skip, pfn!.width - skip, skip)],
    mkhuge: [set(m('hglobal'), has(huge)), set(huge)],
    hw: { global: has(m('hglobal')) },
    modify: { before: [set(m('modified'), has(m('dirty')))], keep: d.keep | huge, after: [] },
  }
}
