/** 64-bit server powerpc, radix and hash: arch/powerpc/include/asm/book3s/64/pgtable.h, radix.h, hash-*.h (6.12). Values in register order; memory is big-endian. */
import { bit, bits } from '../../bits.ts'
import type { EntryFormat, Field, TableFormat } from '../../format.ts'
import {
  anyOf,
  clear,
  feature,
  field,
  has,
  inPlace,
  is,
  lacks,
  masks,
  piece,
  set,
  variant,
} from '../../make.ts'
import type { Described } from '../../make.ts'
import { plainEntry, table } from '../../plain.ts'
import type { Variant } from '../../variant.ts'

const PRESENT = bit(63)
const LEAF = bit(62)
const INVALID = bit(61)
const THP_HUGE = bit(13)

/** H_PAGE_HPTEFLAGS: bits the hash code keeps in an entry, which pte_none does not look at. */
const HPTE_FLAGS: Record<number, bigint> = { 16: 0x80000000001040n, 12: 0x11e0000000000040n }

const softDirty = feature(
  'softDirty',
  true,
  'config',
  'CONFIG_MEM_SOFT_DIRTY: writes are tracked for /proc/PID/pagemap',
  'fs/proc/task_mmu.c: clear_soft_dirty',
)

const privilegedNone = feature(
  'protNonePrivileged',
  false,
  'config',
  'kernels before 6.7: PROT_NONE pages are marked kernel-only instead of having no permission at all',
  'arch/powerpc/include/asm/book3s/64/pgtable.h: PAGE_NONE (6.1)',
)

function entry(d: Described, hash: boolean): EntryFormat {
  const m = masks(d.fields)
  const accessed = m('accessed')
  const hashPte = m.maybe('hashPte')
  const write = m('write')
  const soft = m('softDirty')
  const rwx = m('read') | write | m('exec')
  return plainEntry(d, {
    present: anyOf(PRESENT | INVALID),
    none: lacks(bits(63, 0) & ~HPTE_FLAGS[d.geometry.pageShift]!),
    accessed,
    dirty: m('dirty'),
    write,
    special: m('special'),
    protnone: is(PRESENT | LEAF | rwx, PRESENT | LEAF),
    accessedBy: 'mmu',
    dirtyBy: 'mmu',
    hw: {
      valid: has(PRESENT),
      user: lacks(m('privileged')),
      read: has(m('read')),
      write: has(write),
      exec: has(m('exec')),
      // hash: a page counts as used once an entry of the hash table exists for it
      accessed: has(accessed | (hash ? hashPte : 0n)),
      setAccessed: [set(accessed | (hash ? hashPte : 0n))],
    },
    rules: {
      mk: [set(LEAF)],
      mkdirty: [set(m('dirty')), { set: soft, only: 'softDirty' }],
      mkhuge: [set(LEAF)],
      // set_pte_filter: what is stored anew has no entry of the hash table yet
      modify: { before: [], keep: d.keep, after: [clear(hash ? hashPte : 0n)] },
      softDirty: { test: has(soft), set: [set(soft)], clear: [clear(soft | (hash ? hashPte : 0n))] },
    },
  })
}

function tableFields(nextIndex: boolean): Field[] {
  const fields = [
    field('present', PRESENT, 'P?D_VAL_BITS', 'points to a table'),
    field('pteLeaf', LEAF, '_PAGE_PTE', 'a leaf (huge page), not a table'),
  ]
  if (!nextIndex) return fields
  return [
    ...fields,
    field('nextLevelSize', bits(4, 0), 'RADIX_*_INDEX_SIZE', 'index bits of the next table (NLS)'),
  ]
}

/** Radix entries carry the index size of the table they point to. */
function tables(d: Described, hash: boolean): Variant['tables'] {
  const out: Variant['tables'] = {}
  const { levels } = d.geometry
  levels.slice(0, -1).forEach(({ name }, i) => {
    const next = levels[i + 1]!
    const nls = hash ? 0n : BigInt(Math.log2(next.entries))
    out[name] = bookTable(
      PRESENT | nls,
      hash ? BigInt(next.entries * next.entryBytes - 1) : 0x60000000000000e0n,
      hash,
    )
  })
  return out
}

function bookTable(flags: bigint, badBits: bigint, hash: boolean): TableFormat {
  return table(64, {
    address: inPlace(59, 8),
    user: flags,
    present: anyOf(PRESENT | INVALID),
    bad: anyOf(badBits | LEAF),
    leaf: has(LEAF),
    fields: tableFields(!hash),
  })
}

function hugeAt(shift: number, d: Described, hash: boolean) {
  const { pageShift } = d.geometry
  return {
    pfn: [piece(shift, 53 - shift, shift - pageShift)],
    mkhuge: [set(LEAF | (hash ? THP_HUGE : 0n))],
    modify: { keep: d.keep | (hash ? THP_HUGE : 0n) },
    fields: [
      ...d.fields,
      ...(hash ? [field('thpHuge', THP_HUGE, 'H_PAGE_THP_HUGE', 'a transparent huge page')] : []),
    ],
  }
}

function privilegedMap(d: Described): bigint[] {
  const privileged = masks(d.fields)('privileged')
  return d.prot.map((p, i) => ((i & 7) === 0 ? p | privileged : p))
}

export function book3s64(d: Described, aliases: string[]): Variant {
  const hash = d.geometry.id.includes('hash')
  const huge: Variant['huge'] = {}
  for (const { name, shift } of d.geometry.levels.slice(0, -1)) {
    if (name === 'pmd' || name === 'pud') huge[name] = hugeAt(shift, d, hash)
  }
  return variant('powerpc', d.geometry, {
    pte: entry(d, hash),
    tables: tables(d, hash),
    huge,
    features: [softDirty, privilegedNone],
    overrides: [{ feature: 'protNonePrivileged', value: true, patch: { pte: { prot: privilegedMap(d) } } }],
    habits: hash ? ['pte-fragments', 'hash-page-table'] : ['pte-fragments'],
    // arch_supports_page_table_move(): radix only
    haveMovePmd: !hash,
    haveMovePud: !hash,
    aliases,
  })
}
