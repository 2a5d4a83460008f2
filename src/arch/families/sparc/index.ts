/** SPARC: the reference MMU of sparc32, and sparc64 (arch/sparc/include/asm/pgtsrmmu.h, pgtable_32.h, pgtable_64.h, 6.12). */
import { bits } from '../../bits.ts'
import {
  anyOf,
  clear,
  field,
  has,
  inPlace,
  is,
  lacks,
  masks,
  not,
  piece,
  set,
  variant,
  type Described,
} from '../../make.ts'
import { plainEntry, table } from '../../plain.ts'
import type { Variant } from '../../variant.ts'
import { described } from './geometry.ts'

const ALIASES: Record<string, string[]> = {
  'sparc32-srmmu': ['sparc', 'sparc32'],
  'sparc64-sun4u': ['sparc64'],
  'sparc64-sun4v': ['sun4v'],
}

function srmmu(d: Described): Variant {
  const m = masks(d.fields)
  const type = m('entryType')
  const page = is(type, 2n)
  const pte = plainEntry(d, {
    present: page,
    accessed: m('ref'),
    dirty: m('dirty'),
    write: m('write'),
    accessedBy: 'mmu',
    dirtyBy: 'mmu',
    hw: { user: lacks(m('noread')), read: lacks(m('noread')), exec: has(m('exec')) },
  })
  const pointer = table(32, {
    address: [piece(4, 28, 8)],
    user: 1n,
    present: is(type, 1n),
    bad: not(is(type, 1n)),
    leaf: page,
    fields: [
      field('entryType', type, 'SRMMU_ET_MASK', 'entry type', {
        values: { '0': 'invalid', '1': 'table', '2': 'page' },
      }),
    ],
  })
  return variant('sparc', d.geometry, {
    pte,
    tables: { pgd: pointer, pmd: pointer },
    habits: ['nocache-pool'],
    aliases: ALIASES[d.geometry.id] ?? [],
  })
}

/** Software accessed and modified bits each switch a bit the TLB loader checks: R (valid) and W. */
function sparc64(d: Described): Variant {
  const m = masks(d.fields)
  const valid = m('valid')
  const accessed = m('accessed')
  const modified = m('modified')
  const hwWrite = m('hwWrite')
  const present = m('present')
  const changed = valid | m('read') | m('write') | m('exec') | hwWrite | present
  const { levels } = d.geometry
  const pte = plainEntry(d, {
    present: has(present),
    accessed,
    dirty: modified,
    write: m('write'),
    special: m('special'),
    protnone: is(present | m('read') | m('exec'), present),
    keep: bits(63, 0) & ~changed,
    accessedBy: 'fault',
    dirtyBy: 'fault',
    hw: { valid: has(present), user: lacks(m('privileged')), read: has(m('read')), exec: has(m('exec')) },
    rules: {
      mkyoung: [set(accessed | valid)],
      mkold: [clear(accessed | valid)],
      mkdirty: [set(modified | hwWrite)],
      mkclean: [clear(modified | hwWrite)],
      wrprotect: [clear(m('write') | hwWrite)],
      mkhuge: [set(m('hugePmd'))],
    },
  })
  const hugeBit = m('hugePmd')
  const tables: Variant['tables'] = {}
  const huge: Variant['huge'] = {}
  for (const { name, shift } of levels.slice(0, -1)) {
    const leafy = name === 'pmd' || name === 'pud'
    tables[name] = table(64, {
      address: inPlace(52, 13),
      leaf: leafy ? has(hugeBit) : not(lacks(0n)),
      bad: anyOf(bits(12, 0)),
    })
    if (leafy) huge[name] = { pfn: [piece(shift, d.pfn[0]!.entry + d.pfn[0]!.width - shift, shift - 13)] }
  }
  return variant('sparc', d.geometry, {
    pte,
    tables,
    huge,
    habits: ['software-refill'],
    aliases: ALIASES[d.geometry.id] ?? [],
  })
}

export const sparc: Variant[] = described.map((d) =>
  d.geometry.id.startsWith('sparc32') ? srmmu(d) : sparc64(d),
)
