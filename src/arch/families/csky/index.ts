/** C-SKY: arch/csky/include/asm/pgtable.h, pgtable-bits.h of both ABIs (6.12). A relative of MIPS. */
import { bits } from '../../bits.ts'
import { anyOf, clear, has, inPlace, is, lacks, masks, set, variant, type Described } from '../../make.ts'
import { plainEntry, table } from '../../plain.ts'
import type { Variant } from '../../variant.ts'
import { described } from './geometry.ts'

/** Stands for __pa(invalid_pte_table): past any physical memory. */
const INVALID = 0xfffff000n

const ALIASES: Record<string, string[]> = { 'csky-abiv2': ['csky'] }

function complete(d: Described): Variant {
  const m = masks(d.fields)
  const present = m('present')
  const accessed = m('accessed')
  const modified = m('modified')
  const write = m('write')
  const valid = m('valid')
  const dirty = m('dirty')
  const mkyoung = [set(accessed), set(valid, has(m('read')))]
  const pte = plainEntry(d, {
    present: has(present),
    none: lacks(bits(31, 0) & ~m('global_')),
    accessed,
    dirty: modified,
    write,
    keep: bits(31, 12) | accessed | modified | m('cache') | m.maybe('so') | m.maybe('buf'),
    // tlbinvalid and tlbmodified do this in assembly
    accessedBy: 'mmu',
    dirtyBy: 'mmu',
    hw: {
      read: has(m('read')),
      accessed: has(valid | accessed),
      dirty: has(dirty | modified),
      global: has(m('global_')),
      setAccessed: [set(accessed | valid)],
      setDirty: [set(accessed | modified | valid | dirty)],
    },
    rules: {
      mkyoung,
      mkold: [clear(accessed | valid)],
      mkdirty: [set(modified), set(dirty, has(write))],
      mkclean: [clear(modified | dirty)],
      mkwrite: [set(write), set(dirty, has(modified))],
      wrprotect: [clear(write | dirty)],
    },
  })
  const pointer = table(32, {
    address: inPlace(31, 12),
    none: is(bits(31, 0), INVALID),
    noneValue: INVALID,
    noneMeans: { level: 'pte', symbol: '__pa(invalid_pte_table)' },
    bad: anyOf(bits(11, 0)),
  })
  return variant('csky', d.geometry, {
    pte,
    tables: { pgd: pointer },
    habits: ['software-refill', 'invalid-tables'],
    aliases: ALIASES[d.geometry.id] ?? [],
  })
}

export const csky: Variant[] = described.map(complete)
