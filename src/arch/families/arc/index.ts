/** ARC: arch/arc/include/asm/pgtable-bits-arcv2.h, pgtable-levels.h (6.12). Upper entries hold virtual addresses. */
import { bits } from '../../bits.ts'
import { anyOf, clear, has, is, masks, piece, set, variant, type Described } from '../../make.ts'
import { plainEntry, table } from '../../plain.ts'
import type { Variant } from '../../variant.ts'
import { described } from './geometry.ts'

const PAGE_OFFSET = 0x80000000n

const ALIASES: Record<string, string[]> = { 'arc-v4-8k': ['arc'], 'arc-v3-8k': ['arcompact'] }

function complete(d: Described): Variant {
  const m = masks(d.fields)
  const { id, levels, pageShift } = d.geometry
  const huge = m.maybe('hugeSize')
  const present = m('present')
  const pte = plainEntry(d, {
    present: has(present),
    accessed: m('accessed'),
    dirty: m('dirty'),
    write: m('write'),
    special: m('special'),
    protnone: is(present | m('read') | m('write') | m('exec'), present),
    // tlbex.S sets both while it loads the TLB
    accessedBy: 'mmu',
    dirtyBy: 'mmu',
    hw: { read: has(m('read')), exec: has(m('exec')), global: has(m('global_')) },
    rules: {
      mkwrite: [set(m('write'))],
      wrprotect: [clear(m('write'))],
      mkhuge: huge === 0n ? [] : [set(huge)],
    },
  })
  const tables: Variant['tables'] = {}
  const last = levels.at(-2)!
  for (const { name } of levels.slice(0, -1)) {
    tables[name] = table(32, {
      address: [piece(0, 32)],
      added: PAGE_OFFSET,
      bad: anyOf(bits(pageShift - 1, 0)),
      ...(d.geometry.thpPmd && name === last.name ? { leaf: has(huge) } : {}),
    })
  }
  const skip = last.shift - pageShift
  const leaf = { pfn: [piece(pageShift + skip, 32 - pageShift - skip, skip)] }
  return variant('arc', d.geometry, {
    pte,
    tables,
    huge: d.geometry.thpPmd ? { [last.name]: leaf } : {},
    habits: ['software-refill', 'pointer-tables'],
    aliases: ALIASES[id] ?? [],
  })
}

export const arc: Variant[] = described.map(complete)
