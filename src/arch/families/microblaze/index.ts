/** MicroBlaze: arch/microblaze/include/asm/pgtable.h (6.12); the TLB is loaded by hw_exception_handler.S. */
import { bits } from '../../bits.ts'
import { clear, has, is, masks, not, piece, lacks, set, variant, type Described } from '../../make.ts'
import { plainEntry, table } from '../../plain.ts'
import type { Variant } from '../../variant.ts'
import { described } from './geometry.ts'

const PAGE_OFFSET = 0xc0000000n

function complete(d: Described): Variant {
  const m = masks(d.fields)
  const present = m('present')
  const hwwrite = m('hwwrite')
  const pte = plainEntry(d, {
    present: has(present),
    accessed: m('accessed'),
    dirty: m('dirty'),
    write: m('rw'),
    protnone: is(present | m('user'), present),
    keep: bits(31, 12) | m('accessed') | m('dirty'),
    accessedBy: 'mmu',
    dirtyBy: 'mmu',
    hw: { user: has(m('user')), setDirty: [set(m('accessed') | m('dirty') | hwwrite)] },
    rules: { mkclean: [clear(m('dirty') | hwwrite)], wrprotect: [clear(m('rw') | hwwrite)] },
  })
  const pointer = table(32, {
    address: [piece(0, 32)],
    added: PAGE_OFFSET,
    present: not(lacks(bits(31, 12))),
    bad: lacks(bits(31, 12)),
  })
  return variant('microblaze', d.geometry, {
    pte,
    tables: { pgd: pointer },
    habits: ['software-refill', 'pointer-tables'],
  })
}

export const microblaze: Variant[] = described.map(complete)
