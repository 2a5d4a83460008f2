/** The ordinary entry: one bit for each state, helpers that set and clear it. Families state what they do otherwise. */
import { bits } from './bits.ts'
import type { EntryFormat, Field, HwView, Piece, Rewrite, TableFormat, Test } from './format.ts'
import { anyOf, clear, has, lacks, not, set, type Described } from './make.ts'
import { ALWAYS, NEVER } from './rules.ts'

export type Keeper = 'mmu' | 'fault' | 'nobody'

export interface PlainRules {
  present: Test
  accessed: bigint
  dirty: bigint
  /** Bit(s) that allow writing, or … */
  write?: bigint
  /** … bit(s) that forbid it. */
  readOnly?: bigint
  special?: bigint
  protnone?: Test
  none?: Test
  noneValue?: bigint
  keep?: bigint
  /** Who keeps accessed and dirty: the MMU (or an assembly handler), a fault in the kernel, or nobody. */
  accessedBy: Keeper
  dirtyBy: Keeper
  hw: Partial<HwView>
  /** Helpers that do more than one bit. */
  rules?: Partial<EntryFormat>
}

const NOTHING: Rewrite[] = []

export function entryBits(described: Described): 32 | 64 {
  return described.geometry.levels.at(-1)!.entryBytes === 8 ? 64 : 32
}

/** The empty entry is all zero. */
export function zero(width: 32 | 64): Test {
  return lacks(bits(width - 1, 0))
}

export function plainEntry(described: Described, plain: PlainRules): EntryFormat {
  const { accessed, dirty, write = 0n, readOnly = 0n, special = 0n } = plain
  const writable = write !== 0n ? has(write) : lacks(readOnly)
  const mkyoung = [set(accessed)]
  const mkdirty = [set(dirty)]
  return {
    noneValue: plain.noneValue ?? 0n,
    none: plain.none ?? zero(entryBits(described)),
    present: plain.present,
    young: accessed === 0n ? plain.present : has(accessed),
    dirty: has(dirty),
    write: writable,
    special: special === 0n ? NEVER : has(special),
    protnone: plain.protnone ?? NEVER,
    pfn: described.pfn,
    prot: described.prot,
    mkyoung,
    mkold: [clear(accessed)],
    mkdirty,
    mkclean: [clear(dirty)],
    mkwrite: [{ set: write, clear: readOnly }],
    wrprotect: [{ clear: write, set: readOnly }],
    mkspecial: special === 0n ? NOTHING : [set(special)],
    mkhuge: NOTHING,
    swMkyoung: NOTHING,
    modify: { before: [], keep: plain.keep ?? described.keep, after: [] },
    softDirty: null,
    uffdWp: null,
    swap: described.swap,
    hw: {
      valid: plain.present,
      user: plain.present,
      read: plain.present,
      write: writable,
      exec: plain.present,
      accessed: accessed === 0n || plain.accessedBy === 'nobody' ? ALWAYS : has(accessed),
      dirty: plain.dirtyBy === 'nobody' ? ALWAYS : has(dirty),
      global: NEVER,
      setAccessed: plain.accessedBy === 'fault' ? null : plain.accessedBy === 'mmu' ? mkyoung : NOTHING,
      setDirty: plain.dirtyBy === 'fault' ? null : plain.dirtyBy === 'mmu' ? mkdirty : NOTHING,
      ...plain.hw,
    },
    fields: described.fields,
    ...plain.rules,
  }
}

export interface TableRules {
  address: Piece[]
  /** Flags of an entry that points to a user / kernel table (kernel: as user unless given). */
  user?: bigint
  kernel?: bigint
  none?: Test
  noneValue?: bigint
  present?: Test
  bad?: Test
  leaf?: Test
  added?: bigint
  secondWord?: bigint
  noneMeans?: TableFormat['noneMeans']
  fields?: Field[]
}

/** A non-leaf entry; empty is zero and whatever isn't empty points to a table unless said otherwise. */
export function table(width: 32 | 64, rules: TableRules): TableFormat {
  const none = rules.none ?? zero(width)
  const user = rules.user ?? 0n
  return {
    noneValue: rules.noneValue ?? 0n,
    none,
    bad: rules.bad ?? NEVER,
    present: rules.present ?? not(none),
    leaf: rules.leaf ?? NEVER,
    address: rules.address,
    user,
    kernel: rules.kernel ?? user,
    fields: rules.fields ?? [],
    ...(rules.added === undefined ? {} : { added: rules.added }),
    ...(rules.secondWord === undefined ? {} : { secondWord: rules.secondWord }),
    ...(rules.noneMeans === undefined ? {} : { noneMeans: rules.noneMeans }),
  }
}

/** Low bits an aligned pointer must not have. */
export function misaligned(mask: bigint): Test {
  return anyOf(mask)
}
