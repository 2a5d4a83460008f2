/** ARM short descriptors: a Linux table and a hardware table share each page (asm/pgtable-2level.h, mm/proc-v7-2level.S). */
import { bit, bits } from '../../bits.ts'
import type { EntryFormat, Field, TableFormat } from '../../format.ts'
import { anyOf, field, has, is, lacks, masks, piece, set, type Described } from '../../make.ts'
import { plainEntry, table } from '../../plain.ts'
import type { HardwareCopy } from '../../variant.ts'

/** user_pgprot of an SMP v7 kernel: write-allocate memory type and L_PTE_SHARED, added to every protection at boot. */
const USER_PGPROT = 0x41cn

export function shortEntry(d: Described): EntryFormat {
  const m = masks(d.fields)
  const present = m('present')
  const changed = m('xn') | m('rdonly') | m('user') | m('none') | present
  return plainEntry(d, {
    present: has(present),
    accessed: m('young'),
    dirty: m('dirty'),
    readOnly: m('rdonly'),
    protnone: has(present | m('none')),
    keep: bits(31, 0) & ~changed,
    accessedBy: 'fault',
    dirtyBy: 'fault',
    hw: {
      valid: is(present | m('none'), present),
      user: has(m('user')),
      read: is(present | m('none'), present),
      write: lacks(m('rdonly')),
      exec: lacks(m('xn')),
    },
    rules: { mk: [set(USER_PGPROT)] },
  })
}

/** cpu_v7_set_pte_ext for a user page. */
export function hardwareCopy(d: Described): HardwareCopy {
  const m = masks(d.fields)
  const gone = m('none') | m('young') | m('present')
  const memoryTypeTex = bit(4)
  return {
    distance: 2048,
    valid: is(gone, m('young') | m('present')),
    keep: bits(31, 0) & ~0x3f3n,
    set: [
      { bits: 0x812n },
      { when: has(memoryTypeTex), bits: 0x40n },
      { when: [lacks(m('dirty')), has(m('rdonly'))], bits: 0x200n },
      { when: has(m('user')), bits: 0x20n },
      { when: has(m('xn')), bits: 0x1n },
    ],
    source: 'arch/arm/mm/proc-v7-2level.S: cpu_v7_set_pte_ext',
  }
}

function tableFields(): Field[] {
  return [
    field('type', bits(1, 0), 'PMD_TYPE_MASK', 'descriptor type', {
      values: { '0': 'fault', '1': 'table', '2': 'section' },
    }),
    field('pxn', bit(2), 'PMD_PXNTABLE', 'no instruction fetch in kernel mode below'),
    field('bit4', bit(4), 'PMD_BIT4', 'kept for CPUs before v6; ignored since'),
    field('domain', bits(8, 5), 'PMD_DOMAIN', 'protection domain'),
  ]
}

/** Both words of a pgd entry: the hardware tables stand 2048 and 3072 bytes into the page, after the two Linux ones. */
export function shortTable(): TableFormat {
  const domainUser = bit(5)
  return table(32, {
    address: [piece(10, 22, 10)],
    added: 2048n,
    secondWord: 1024n,
    user: bit(0) | bit(2) | bit(4) | domainUser,
    kernel: bit(0) | bit(4),
    bad: anyOf(bit(1)),
    leaf: is(bits(1, 0), bit(1)),
    fields: tableFields(),
  })
}
