/** m68k: Motorola MMUs, Sun-3, ColdFire (arch/m68k/include/asm/{motorola,sun3,mcf}_pgtable.h, 6.12). */
import { bits } from '../../bits.ts'
import {
  anyOf,
  field,
  fragment,
  has,
  inPlace,
  is,
  lacks,
  level,
  masks,
  not,
  page,
  piece,
  variant,
  type Described,
} from '../../make.ts'
import { plainEntry, table } from '../../plain.ts'
import type { Variant } from '../../variant.ts'
import { described } from './geometry.ts'

function motorola(d: Described): Variant {
  const m = masks(d.fields)
  const present = m('present')
  const protnone = m('protnone')
  const pte = plainEntry(d, {
    present: anyOf(present | protnone),
    accessed: m('accessed'),
    dirty: m('dirty'),
    readOnly: m('rdonly'),
    protnone: is(present | protnone, protnone),
    accessedBy: 'mmu',
    dirtyBy: 'mmu',
    hw: { valid: has(present), user: lacks(m('super')), read: has(present), exec: has(present) },
  })
  /** Short-format table descriptor, marked used. */
  const TABLE = 0x2n
  const USED = 0x8n
  const pointer = table(32, {
    address: inPlace(31, 8),
    user: TABLE | USED,
    bad: not(is(bits(1, 0), TABLE)),
    present: has(TABLE),
    fields: [
      field('type', bits(1, 0), '_DESCTYPE_MASK', 'descriptor type', {
        values: { '0': 'invalid', '1': 'page', '2': 'table' },
      }),
      field('accessed', USED, '_PAGE_ACCESSED', 'the MMU has walked through this entry'),
    ],
  })
  return variant('m68k', d.geometry, {
    pte,
    tables: { pgd: pointer, pmd: pointer },
    habits: ['pte-fragments'],
    aliases: d.geometry.id === 'm68k-motorola-040-060' ? ['m68k'] : [],
  })
}

function sun3(d: Described): Variant {
  const m = masks(d.fields)
  const pte = plainEntry(d, {
    present: has(m('valid')),
    accessed: m('accessed'),
    dirty: m('modified'),
    write: m('writable'),
    accessedBy: 'mmu',
    dirtyBy: 'mmu',
    hw: { user: lacks(m('system')) },
  })
  return variant('m68k', d.geometry, {
    pte,
    tables: { pgd: table(32, { address: inPlace(31, 6) }) },
    habits: ['software-refill'],
    aliases: ['sun3'],
  })
}

function coldfire(d: Described): Variant {
  const m = masks(d.fields)
  const valid = m('valid')
  const pte = plainEntry(d, {
    present: has(valid),
    accessed: m('accessed'),
    dirty: m('dirty'),
    write: m('write'),
    protnone: is(valid | m('read') | m('write') | m('exec'), valid),
    // cf_tlb_miss marks while it loads the TLB
    accessedBy: 'mmu',
    dirtyBy: 'mmu',
    hw: { user: lacks(m('system')), read: has(m('read')), exec: has(m('exec')) },
  })
  return variant('m68k', d.geometry, {
    pte,
    tables: { pgd: table(32, { address: [piece(0, 32)], bad: anyOf(bits(10, 0)) }) },
    habits: ['software-refill', 'pointer-tables'],
    aliases: ['coldfire'],
  })
}

function complete(d: Described): Variant {
  if (d.geometry.id === 'm68k-sun3') return sun3(d)
  return d.geometry.id === 'm68k-coldfire' ? coldfire(d) : motorola(d)
}

/** Until 5.6 a Linux pmd entry stood for 16 hardware words, so that a pte table filled a page. */
function wide(modern: Variant): Variant {
  return {
    ...modern,
    id: 'm68k-motorola-3.19',
    name: 'Motorola MMU, as in 3.19: 16 words to a pmd entry',
    kernel: '3.19',
    lastKernel: '5.6',
    aliases: [],
    uncertain: ['the bits of an entry are those of 6.12', 'the change is dated by its commit, not by a tree'],
    levels: [
      level('pgd', 25, 128, 4, fragment(512, 8), 0),
      level('pmd', 22, 8, 64, fragment(512, 8), 512, 16),
      level('pte', 12, 1024, 4, page(4096), 4096),
    ],
    pgtableT: 'struct page *',
    ptdesc: false,
  }
}

const modern = described.map(complete)

export const m68k: Variant[] = [
  ...modern,
  ...modern.filter((v) => v.id === 'm68k-motorola-040-060').map(wide),
]
