/** x86 page-table entries: arch/x86/include/asm/pgtable_types.h, pgtable.h, pgtable_64.h, pgtable-{2,3}level.h (6.12). */
import { bit, bits } from '../../bits.ts'
import type { EntryFormat, Field, Piece, Rewrite, SwapFormat, TableFormat } from '../../format.ts'
import {
  anyOf,
  change,
  clear,
  field,
  frameAt,
  has,
  inPlace,
  is,
  lacks,
  not,
  piece,
  protections,
  set,
} from '../../make.ts'

export const P = bit(0)
export const RW = bit(1)
export const US = bit(2)
const PWT = bit(3)
const PCD = bit(4)
const A = bit(5)
const D = bit(6)
export const PSE = bit(7)
const G = bit(8)
const SPECIAL = bit(9)
const UFFD_WP = bit(10)
const SOFT_DIRTY = bit(11)
const DEVMAP = bit(57)
export const NX = bit(63)
const PKEY = bits(62, 59)

/** KNL erratum: A and D may be set by hardware in an entry that software has just cleared. */
const KNL_ERRATUM = A | D

export interface X86Shape {
  pfnHi: number
  /** Every entry bit that is no address bit. */
  flags: bigint
  nx: bigint
  /** _PAGE_SAVED_DIRTY */
  saved: bigint
  wide: boolean
  /** 64-bit kernel: uffd-wp and soft-dirty bits exist. */
  long: boolean
  chg: bigint
  swap: SwapFormat
}

/** pte_mksaveddirty: Write=0,Dirty=1 means shadow stack, so the dirty bit of a read-only entry moves to SavedDirty. */
function toSaved(saved: bigint): Rewrite {
  return { ...change(D, saved, is(RW | D, D)), only: 'savedDirty' }
}

/** pte_clear_saveddirty: and back when it becomes writable. */
function fromSaved(saved: bigint): Rewrite {
  return { ...change(saved, D, is(RW | saved, RW | saved)), only: 'savedDirty' }
}

function commonFields(saved: bigint): Field[] {
  return [
    field('present', P, '_PAGE_PRESENT', 'the MMU may use this entry'),
    field('write', RW, '_PAGE_RW', 'writable; a write to a read-only page faults'),
    field('user', US, '_PAGE_USER', 'accessible from user mode'),
    field('pwt', PWT, '_PAGE_PWT', 'cache: write-through (selects the PAT entry, low bit)'),
    field('pcd', PCD, '_PAGE_PCD', 'cache: disabled (selects the PAT entry, middle bit)'),
    field('accessed', A, '_PAGE_ACCESSED', 'the MMU has used this entry since the bit was last cleared'),
    field('dirty', D, '_PAGE_DIRTY', 'the MMU has written through this entry'),
    field(
      'pse_or_pat',
      PSE,
      '_PAGE_PSE',
      'in a pte: PAT bit (memory type); above pte: this entry is a huge page',
    ),
    field('global_', G, '_PAGE_GLOBAL', 'survives CR3 writes in the TLB'),
    field('protnone', G, '_PAGE_PROTNONE', 'mapped with PROT_NONE: Linux sees a page, the MMU does not', {
      state: 'protnone',
    }),
    field('special', SPECIAL, '_PAGE_SPECIAL', 'pte_special: no struct page is managed through this entry'),
    field(
      'savedDirty',
      saved,
      '_PAGE_SAVED_DIRTY',
      'dirty, kept here while the entry is read-only (RW=0,D=1 would be a shadow stack)',
      { only: 'savedDirty' },
    ),
  ]
}

function longFields(): Field[] {
  return [
    field('uffdWp', UFFD_WP, '_PAGE_UFFD_WP', 'write-protected by userfaultfd'),
    field('softDirty', SOFT_DIRTY, '_PAGE_SOFT_DIRTY', 'written since /proc/PID/clear_refs was told 4', {
      only: 'softDirty',
    }),
    field('devmap', DEVMAP, '_PAGE_DEVMAP', 'page of a ZONE_DEVICE mapping'),
    field('nx', NX, '_PAGE_NX', 'no instruction fetch'),
    field('pkey', PKEY, '_PAGE_PKEY_MASK', 'protection key'),
  ]
}

/** vm_flags → protection: private writable is read-only until the first write (copy on write). */
function protectionMap(nx: bigint): bigint[] {
  const none = A | G
  const r = P | US | A | nx
  const x = P | US | A
  return protections(none, r, r, r, x, x, x, x, none, r, r | RW, r | RW, x, x, x | RW, x | RW)
}

export function x86Entry(shape: X86Shape): EntryFormat {
  const { saved, nx, long } = shape
  const pfn: Piece[] = frameAt(shape.pfnHi, 12)
  return {
    noneValue: 0n,
    none: shape.wide ? lacks(bits(63, 0) & ~KNL_ERRATUM) : lacks(bits(31, 0)),
    present: anyOf(P | G),
    young: has(A),
    dirty: anyOf(D | saved),
    write: has(RW),
    special: has(SPECIAL),
    protnone: is(P | G, G),
    pfn,
    ...(shape.wide ? { pfnInverted: is(P | G, G) } : {}),
    prot: protectionMap(nx),
    mkyoung: [set(A)],
    mkold: [clear(A)],
    mkdirty: [set(D), { set: SOFT_DIRTY, only: 'softDirty' }, toSaved(saved)],
    mkclean: [clear(D | saved)],
    mkwrite: [set(RW), fromSaved(saved)],
    wrprotect: [clear(RW), toSaved(saved)],
    mkspecial: [set(SPECIAL)],
    mkhuge: [set(PSE)],
    swMkyoung: [],
    modify: { before: [], keep: shape.chg, after: [toSaved(saved), fromSaved(saved)] },
    softDirty: long ? { test: has(SOFT_DIRTY), set: [set(SOFT_DIRTY)], clear: [clear(SOFT_DIRTY)] } : null,
    uffdWp: long
      ? { test: has(UFFD_WP), set: [set(UFFD_WP), clear(RW), toSaved(saved)], clear: [clear(UFFD_WP)] }
      : null,
    swap: shape.swap,
    hw: {
      valid: has(P),
      user: has(US),
      read: has(P),
      write: has(RW),
      exec: nx === 0n ? has(P) : lacks(nx),
      accessed: has(A),
      dirty: has(D),
      global: has(G),
      setAccessed: [set(A)],
      setDirty: [set(D)],
    },
    fields: long
      ? [...commonFields(saved), ...longFields()]
      : [...commonFields(saved), ...(nx === 0n ? [] : paeFields())],
  }
}

function paeFields(): Field[] {
  return [field('nx', NX, '_PAGE_NX', 'no instruction fetch')]
}

/** A CPU without no-execute: as if the bit were not there. */
export function withoutNx() {
  return { pte: { prot: protectionMap(0n), hw: { exec: has(P) } } }
}

export function x86TableFields(): Field[] {
  return [
    field('present', P, '_PAGE_PRESENT', 'the MMU may use this entry'),
    field('write', RW, '_PAGE_RW', 'writes allowed below, where the lower entries allow them too'),
    field('user', US, '_PAGE_USER', 'user mode allowed below, where the lower entries allow it too'),
    field('pwt', PWT, '_PAGE_PWT', 'cache type of the table: write-through'),
    field('pcd', PCD, '_PAGE_PCD', 'cache type of the table: disabled'),
    field('accessed', A, '_PAGE_ACCESSED', 'the MMU has walked through this entry'),
    field('dirty', D, '_PAGE_DIRTY', 'ignored by the MMU here; part of _PAGE_TABLE'),
    field('pse', PSE, '_PAGE_PSE', 'set: a huge page, not a table'),
    field(
      'nx',
      NX,
      '_PAGE_NX',
      'no instruction fetch below (set by PTI in the user slots of the kernel root)',
    ),
  ]
}

/** Non-leaf entry. `ignored` are flags p?d_bad does not look at. */
export function x86Table(shape: X86Shape, bad: 'exact' | 'loose', leaf: boolean): TableFormat {
  const exact = is(shape.flags & ~(US | A), P | RW | D)
  const loose = is(shape.flags & ~(P | RW | US | A | D), 0n)
  return {
    noneValue: 0n,
    none: shape.wide ? lacks(bits(63, 0) & ~KNL_ERRATUM) : lacks(bits(31, 0)),
    bad: not(bad === 'exact' ? exact : loose),
    present: leaf ? anyOf(P | G | PSE) : has(P),
    leaf: leaf ? has(PSE) : not(lacks(0n)),
    address: inPlace(shape.pfnHi, 12),
    user: P | RW | US | A | D,
    kernel: P | RW | A | D,
    fields: x86TableFields().filter((f) => shape.wide || f.mask < bit(32)),
  }
}

/** A 2 MiB / 1 GiB (or non-PAE 4 MiB) leaf: frame number from a higher bit, PAT moves to bit 12. */
export function x86Huge(shape: X86Shape, shift: number) {
  return {
    pfn: [piece(shift, shape.pfnHi - shift + 1, shift - 12)],
    modify: { before: [{ clear: D, only: 'pmdModifyDropsDirty' }] },
    fields: [
      ...x86Entry(shape).fields.filter((f) => f.name !== 'pse_or_pat'),
      field('pse_or_pat', PSE, '_PAGE_PSE', 'a huge page'),
      field('pat_large', bit(12), '_PAGE_PAT_LARGE', 'PAT bit (memory type)'),
    ],
  }
}
