/** SuperH: arch/sh/include/asm/pgtable_32.h (6.12). X2TLB parts have 64-bit entries with split permissions. */
import { bits } from '../../bits.ts'
import type { EntryFormat } from '../../format.ts'
import { anyOf, clear, has, is, masks, piece, set, variant, type Described } from '../../make.ts'
import { plainEntry, table } from '../../plain.ts'
import type { Variant } from '../../variant.ts'
import { described } from './geometry.ts'

const PAGE_OFFSET = 0x80000000n
/** What follows from x2tlb()'s pte_modify. */
const ADDS_ONLY =
  'pte_modify only adds to the upper word: mprotect takes no permission away from pages that are present'

const ALIASES: Record<string, string[]> = { 'sh-4-4k': ['sh', 'sh4'], 'sh-3': ['sh3'] }

function x2tlb(d: Described): EntryFormat {
  const m = masks(d.fields)
  const present = m('present')
  const protnone = m('protnone')
  const write = m('extUserWrite') | m('extKernWrite')
  const high = bits(63, 32)
  return plainEntry(d, {
    present: anyOf(present | protnone),
    accessed: m('accessed'),
    dirty: m('dirty'),
    write,
    special: m('special'),
    protnone: is(present | protnone, protnone),
    accessedBy: 'mmu',
    dirtyBy: 'mmu',
    hw: {
      valid: has(present),
      user: anyOf(m('extUserRead') | m('extUserWrite') | m('extUserExec')),
      read: has(m('extUserRead')),
      write: has(m('extUserWrite')),
      exec: has(m('extUserExec')),
    },
    rules: {
      write: anyOf(write),
      mkwrite: [set(write)],
      wrprotect: [clear(write)],
      // pte_modify only adds to the upper word, so it never takes a permission away
      modify: { before: [], keep: d.keep | high, after: [], or: high },
    },
  })
}

function ordinary(d: Described): EntryFormat {
  const m = masks(d.fields)
  const present = m('present')
  const protnone = m('protnone')
  return plainEntry(d, {
    present: anyOf(present | protnone),
    accessed: m('accessed'),
    dirty: m('dirty'),
    write: m('rw'),
    special: m('special'),
    protnone: is(present | protnone, protnone),
    // handle_tlbmiss marks while it loads the TLB
    accessedBy: 'mmu',
    dirtyBy: 'mmu',
    hw: { valid: has(present), user: has(m('user')), read: has(present), exec: has(present) },
  })
}

function complete(d: Described): Variant {
  const { id, levels, pageShift } = d.geometry
  const wide = id.includes('x2tlb')
  const pointer = table(wide ? 64 : 32, {
    address: [piece(0, 32)],
    added: PAGE_OFFSET,
    bad: anyOf(bits(pageShift - 1, 0)),
  })
  const tables: Variant['tables'] = {}
  for (const { name } of levels.slice(0, -1)) tables[name] = pointer
  // both caches are created with PAGE_SIZE alignment
  const aligned = levels.map((l) =>
    l.alloc.kind === 'kmemCache'
      ? { ...l, alloc: { ...l.alloc, align: Math.max(l.alloc.bytes, 2 ** pageShift) } }
      : l,
  )
  // MMU_NTLB_ENTRIES / 4: SH-3 has 128 entries
  const { tlb } = d.geometry
  const ceiling = id === 'sh-3' ? 32 : tlb.flush.ceiling
  return variant(
    'sh',
    {
      ...d.geometry,
      tlb: { ...tlb, flush: { ...tlb.flush, ceiling } },
      levels: aligned,
      oddities: wide ? [...d.geometry.oddities, ADDS_ONLY] : d.geometry.oddities,
    },
    {
      pte: wide ? x2tlb(d) : ordinary(d),
      tables,
      habits: ['software-refill', 'pointer-tables'],
      aliases: ALIASES[id] ?? [],
    },
  )
}

export const sh: Variant[] = described.map(complete)
