/** User-mode Linux: tables nobody walks; changes are carried to the host's mappings (arch/um/include/asm/pgtable.h, 6.12). */
import { bits } from '../../bits.ts'
import { anyOf, has, inPlace, is, lacks, masks, not, set, variant, type Described } from '../../make.ts'
import { entryBits, plainEntry, table } from '../../plain.ts'
import type { Variant } from '../../variant.ts'
import { described } from './geometry.ts'

const PAGE_TABLE = 0x1e1n
const KERNPG_TABLE = 0x1a1n
const ALIASES: Record<string, string[]> = { 'um-x86-64': ['um', 'uml'] }

function complete(d: Described): Variant {
  const m = masks(d.fields)
  const { id, levels } = d.geometry
  const width = entryBits(d)
  const present = m('present')
  const protnone = m('protnone')
  const newpage = m('newpage')
  const fresh = newpage | m('newprot')
  /** set_pte marks what the host hasn't seen yet. */
  const store = [set(fresh)]
  const pte = plainEntry(d, {
    present: anyOf(present | protnone),
    none: lacks(bits(width - 1, 0) & ~newpage),
    accessed: m('accessed'),
    dirty: m('dirty'),
    write: m('rw'),
    protnone: is(present | protnone, protnone),
    accessedBy: 'fault',
    dirtyBy: 'fault',
    hw: { valid: has(present), user: has(m('user')), read: has(present), exec: has(present) },
    rules: { mk: store, modify: { before: [], keep: d.keep, after: store } },
  })
  const tables: Variant['tables'] = {}
  for (const { name } of levels.slice(0, -1)) {
    tables[name] = table(id === 'um-x86-64' ? 64 : 32, {
      address: inPlace(id === 'um-x86-64' ? 63 : 31, 12),
      user: PAGE_TABLE,
      kernel: KERNPG_TABLE,
      none: lacks(bits(id === 'um-x86-64' ? 63 : 31, 0) & ~newpage),
      present: has(present),
      bad: not(is(bits(11, 0) & ~m('user'), KERNPG_TABLE)),
      fields: d.fields.filter((f) => f.state === undefined),
    })
  }
  return variant('um', d.geometry, { pte, tables, habits: ['host-mmap'], aliases: ALIASES[id] ?? [] })
}

export const um: Variant[] = described.map(complete)
