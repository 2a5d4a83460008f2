/** 32-bit powerpc and Book3E: arch/powerpc/include/asm/book3s/32/pgtable.h, nohash/ (6.12). */
import { bit, bits } from '../../bits.ts'
import type { EntryFormat, TableFormat } from '../../format.ts'
import { anyOf, field, has, inPlace, is, lacks, masks, not, piece, set, variant } from '../../make.ts'
import type { Described } from '../../make.ts'
import { entryBits, plainEntry, table } from '../../plain.ts'
import type { Habit, Variant } from '../../variant.ts'

const PAGE_OFFSET_32 = 0xc0000000n
const PAGE_OFFSET_64 = 0xc000000000000000n

/** Write permission by a bit, read and execute permission by their own. */
function ordinary(d: Described, hash: boolean): EntryFormat {
  const m = masks(d.fields)
  const present = m('present')
  // Book3E splits each permission into user and supervisor bits; user ones imply the others
  const write = m.maybe('write') | m.maybe('userWrite') | m.maybe('superWrite')
  const readBits = m.maybe('read') | m.maybe('userRead') | m.maybe('superRead')
  const exec = m.maybe('exec') | m.maybe('userExec')
  const width = entryBits(d)
  const hashpte = m.maybe('hashpte')
  // book3s/32 with 64-bit entries: _PTE_NONE_MASK leaves out the upper word and HASHPTE
  const looked = hashpte === 0n ? bits(width - 1, 0) : bits(31, 0) & ~hashpte
  return plainEntry(d, {
    present: has(present),
    none: lacks(looked),
    accessed: m('accessed'),
    dirty: m('dirty'),
    write,
    special: m('special'),
    protnone: is(present | readBits, present),
    accessedBy: hash ? 'mmu' : 'fault',
    dirtyBy: hash ? 'mmu' : 'fault',
    hw: {
      read: readBits === 0n ? has(present) : has(readBits),
      write: has(write),
      exec: exec === 0n ? has(present) : anyOf(exec),
      user: readBits === 0n ? has(present) : anyOf(readBits | exec),
      ...(hash ? { setAccessed: [set(m('accessed') | hashpte)] } : {}),
    },
    rules: { mkwrite: [set(write | readBits)] },
  })
}

/** 8xx: two bits say no access, read-only or all; _PAGE_NA alone is execute-only or nothing. */
function mpc8xx(d: Described): EntryFormat {
  const m = masks(d.fields)
  const present = m('present')
  const ro = m('ro')
  const na = m('na')
  return plainEntry(d, {
    present: has(present),
    accessed: m('accessed'),
    dirty: m('dirty'),
    readOnly: ro,
    special: m('special'),
    protnone: is(present | ro, present | na),
    accessedBy: 'fault',
    dirtyBy: 'fault',
    hw: {
      user: not(is(ro, na)),
      read: not(is(ro, na)),
      write: lacks(ro),
      exec: has(m('exec')),
    },
    rules: { write: lacks(ro), swap: { ...d.swap, exclusive: bit(2) } },
  })
}

function physical(d: Described, low: number): TableFormat {
  return table(32, { address: inPlace(31, low), bad: anyOf(bits(low - 1, 0)) })
}

function table8xx(): TableFormat {
  return table(32, {
    address: inPlace(31, 12),
    user: bit(0) | bit(6),
    kernel: bit(0),
    present: has(bit(0)),
    bad: anyOf(0xf90n),
    fields: [
      field('present', bit(0), '_PMD_PRESENT', 'points to a table'),
      field('pageSize', bits(3, 2), '_PMD_PAGE_MASK', 'page size', {
        values: { '0': '4K', '1': '512K', '3': '8M' },
      }),
      field('guarded', bit(4), '_PMD_GUARDED', 'no speculative access'),
      field('accessed', bit(5), '_PMD_ACCESSED', 'access protection group, low bit'),
      field('user', bit(6), '_PMD_USER', 'access protection group: user'),
    ],
  })
}

/** Entries hold kernel virtual addresses. */
function pointers(d: Described): TableFormat {
  if (d.geometry.bits === 64) {
    return table(64, { address: [piece(0, 64)], added: PAGE_OFFSET_64, bad: not(has(PAGE_OFFSET_64)) })
  }
  const width = d.geometry.levels[0]!.entryBytes === 8 ? 64 : 32
  return table(width, { address: [piece(0, 32)], added: PAGE_OFFSET_32, bad: not(has(PAGE_OFFSET_32)) })
}

export function shortPowerpc(d: Described, aliases: string[]): Variant {
  const { id, levels } = d.geometry
  const hash = id.includes('hash') || id.includes('book3s32-phys64')
  const server = id.includes('book3s32')
  const is8xx = id.includes('8xx')
  const tables: Variant['tables'] = {}
  for (const { name } of levels.slice(0, -1)) {
    tables[name] = is8xx ? table8xx() : server ? physical(d, 12) : pointers(d)
  }
  const habits: Habit[] = [hash ? 'hash-page-table' : 'software-refill']
  if (levels.at(-1)!.alloc.kind === 'fragment') habits.push('pte-fragments')
  return variant('powerpc', d.geometry, {
    pte: is8xx ? mpc8xx(d) : ordinary(d, hash),
    tables,
    habits,
    aliases,
  })
}
