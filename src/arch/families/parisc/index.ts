/** PA-RISC: arch/parisc/include/asm/pgtable.h (6.12). Upper entries are 32 bits also in 64-bit kernels. */
import { bits } from '../../bits.ts'
import { field, has, is, lacks, masks, piece, variant, type Described } from '../../make.ts'
import { plainEntry, table } from '../../plain.ts'
import type { Variant } from '../../variant.ts'
import { described } from './geometry.ts'

const FLAG_PRESENT = 1n
const FLAG_VALID = 2n

const ALIASES: Record<string, string[]> = {
  'parisc32-4k': ['parisc', 'hppa'],
  'parisc64-4k': ['parisc64', 'hppa64'],
}

function complete(d: Described): Variant {
  const m = masks(d.fields)
  const { id, levels } = d.geometry
  const present = m('present')
  const pte = plainEntry(d, {
    present: has(present),
    accessed: m('accessed'),
    dirty: m('dirty'),
    write: m('write'),
    special: m('special'),
    protnone: is(present | m('read') | m('write') | m('exec'), present),
    // the TLB miss handlers in entry.S set both
    accessedBy: 'mmu',
    dirtyBy: 'mmu',
    hw: { user: has(m('user')), read: has(m('read')), exec: has(m('exec')) },
  })
  /** Physical address over 256 with the flags in the four bits that are free then. */
  const pointer = table(32, {
    address: [piece(4, 28, 12)],
    user: FLAG_PRESENT | FLAG_VALID,
    present: has(FLAG_PRESENT),
    bad: lacks(FLAG_VALID),
    fields: [
      field('present', FLAG_PRESENT, 'PxD_FLAG_PRESENT', 'points to a table'),
      field('valid', FLAG_VALID, 'PxD_FLAG_VALID', 'points to a table'),
      field('reserved', bits(3, 2), 'PxD_FLAG_MASK', 'unused flags'),
    ],
  })
  const tables: Variant['tables'] = {}
  for (const { name } of levels.slice(0, -1)) tables[name] = pointer
  // FLUSH_TLB_THRESHOLD, 16 KiB, is one page or less there
  const ceiling = d.geometry.pageShift > 12 ? 0 : d.geometry.tlb.flush.ceiling
  const tlb = { ...d.geometry.tlb, flush: { ...d.geometry.tlb.flush, ceiling } }
  return variant(
    'parisc',
    { ...d.geometry, tlb },
    {
      pte,
      tables,
      habits: ['software-refill'],
      aliases: ALIASES[id] ?? [],
    },
  )
}

export const parisc: Variant[] = described.map(complete)
