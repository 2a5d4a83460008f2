/** Itanium: arch/ia64/include/asm/pgtable.h, pgalloc.h of 6.1; removed in 6.7. */
import { bit, bits } from '../../bits.ts'
import { anyOf, inPlace, is, level, page, piece, protections } from '../../make.ts'
import type { LevelSpec, Variant } from '../../variant.ts'
import { historic } from './build.ts'

const PRESENT = bit(0)
const ACCESSED = bit(5)
const DIRTY = bit(6)
const PRIVILEGE_USER = bits(8, 7)
/** Access rights: 0 r, 1 rx, 2 rw, 3 rwx, 7 execute-only with promotion. */
const AR_RX = bit(9)
const AR_RW = bit(10)
const AR_X = bits(11, 9)
const EXCEPTION_DEFERRAL = bit(52)
const PROTNONE = bit(63)

const USER = EXCEPTION_DEFERRAL | ACCESSED | PRESENT | PRIVILEGE_USER
const NONE = PROTNONE | ACCESSED

const PROT = protections(
  NONE,
  USER,
  USER,
  USER,
  USER | AR_X,
  USER | AR_RX,
  USER | AR_RX,
  USER | AR_RX,
  NONE,
  USER,
  USER | AR_RW,
  USER | AR_RW,
  USER | AR_X,
  USER | AR_RX,
  USER | AR_RW | AR_RX,
  USER | AR_RW | AR_RX,
)

function itanium(id: string, name: string, levels: LevelSpec[], folds: ('p4d' | 'pud')[]): Variant {
  const top = levels[0]!
  const regionBits = BigInt(top.shift + 11 - 3)
  const changed = PRESENT | PROTNONE | PRIVILEGE_USER | bits(11, 9) | EXCEPTION_DEFERRAL
  const built = historic({
    id,
    family: 'ia64',
    name,
    aliases: id === 'ia64-16k-3level' ? ['ia64', 'itanium'] : [],
    lastKernel: '6.6',
    source: '6.1',
    bits: 64,
    endian: 'little',
    pageShift: 14,
    levels,
    foldedBy: folds.includes('pud') ? 'asm-generic/pgtable-nopud.h' : 'asm-generic/pgtable-nop4d.h',
    folded: folds,
    vaBits: Number(regionBits) + 3,
    taskSize: (1n << regionBits) - 16384n,
    userTopEntries: 256,
    fields: [
      ['present', 0, 0, 'Linux has a page here'],
      ['memoryAttribute', 4, 2, 'memory attribute: 0 write-back'],
      ['accessed', 5, 5, 'used since the bit was last cleared'],
      ['dirty', 6, 6, 'written since the bit was last cleared'],
      ['privilege', 8, 7, 'privilege level that may use the page (3: user)'],
      ['accessRights', 11, 9, 'access rights: 0 r, 1 rx, 2 rw, 3 rwx, 7 execute-only'],
      ['exceptionDeferral', 52, 52, 'speculative loads defer exceptions'],
      ['protnone', 63, 63, 'mapped with PROT_NONE'],
    ],
    roles: {
      present: PRESENT,
      accessed: ACCESSED,
      dirty: DIRTY,
      write: AR_RW,
      user: PRIVILEGE_USER,
      protnone: PROTNONE,
    },
    pfn: [piece(14, 36)],
    swap: { type: [piece(1, 7)], offset: [piece(8, 55)] },
    table: { address: inPlace(49, 12), bad: anyOf(bits(11, 0)) },
    walk: 'hardware (VHPT walker), with miss handlers in ivt.S that set accessed and dirty',
    kernelEntries: 'none: region 5 has its own tables',
    vmallocFault: 'arch/ia64/mm/fault.c: mapped_kernel_page_is_present',
    habits: [],
    uncertain: [
      'the region number (address bits 63:61) is the upper part of the root index; here one region is modelled',
      'mm facts are read from 6.1, not probed',
    ],
  })
  return {
    ...built,
    special: { ...built.special, pteSpecial: false },
    pte: {
      ...built.pte,
      prot: PROT,
      protnone: is(PRESENT | PROTNONE, PROTNONE),
      modify: { before: [], keep: bits(63, 0) & ~changed, after: [] },
      hw: {
        ...built.pte.hw,
        read: is(PRESENT, PRESENT),
        exec: anyOf(AR_RX),
      },
    },
  }
}

const t = (name: LevelSpec['name'], shift: number) =>
  level(name, shift, 2048, 8, page(16384), name === 'pgd' ? 0 : 16384)

export const ia64: Variant[] = [
  itanium(
    'ia64-16k-3level',
    'Itanium, 16K pages, 3 levels',
    [t('pgd', 36), t('pmd', 25), t('pte', 14)],
    ['p4d', 'pud'],
  ),
  itanium(
    'ia64-16k-4level',
    'Itanium, 16K pages, 4 levels',
    [t('pgd', 47), t('pud', 36), t('pmd', 25), t('pte', 14)],
    ['p4d'],
  ),
]
