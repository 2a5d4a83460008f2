/**
 * The rule language of entry formats. A rule list stands for one kernel helper: rewrites are applied in order,
 * v = (v & ~clear) | set, each only if `when` holds for the value reached so far and feature `only` is on.
 */
import type { LevelName } from './arch.ts'

export interface Match {
  mask: bigint
  value: bigint
}

/** One match, any of several, or the contrary of a test. */
export type Test = Match | Match[] | { not: Test }

export interface Rewrite {
  when?: Test
  clear?: bigint
  set?: bigint
  /** Feature that must be on (or off, written '!name') for this rule to exist. */
  only?: string
}

/** `width` bits of a value, from bit `at` of the value, stand at bit `entry` of the entry. */
export interface Piece {
  entry: number
  width: number
  at: number
}

export interface Field {
  name: string
  mask: bigint
  macro: string
  /** What a set field says, in words. */
  meaning: string
  /** Where it applies: present entries, non-present ones, or both. Default: present. */
  state?: 'present' | 'swap' | 'protnone' | 'any'
  /** The meaning holds while the bit is clear. */
  activeLow?: boolean
  /** Words for single values of a multi-bit field. */
  values?: Record<string, string>
  only?: string
}

export interface SwapFormat {
  /** Recognises a swap entry among non-none, non-present values. */
  type: Piece[]
  offset: Piece[]
  /** Offset bits stored inverted (x86, against L1TF). */
  inverted?: boolean
  /** Bits every swap entry carries. */
  set: bigint
  exclusive: bigint
  /** 0: the bit does not exist. */
  softDirty: bigint
  uffdWp: bigint
}

export interface HwView {
  valid: Test
  user: Test
  read: Test
  write: Test
  exec: Test
  accessed: Test
  dirty: Test
  global: Test
  /** What the MMU writes back; null: a fault is taken instead, or nobody looks. */
  setAccessed: Rewrite[] | null
  setDirty: Rewrite[] | null
}

export interface EntryFormat {
  /** Value of an empty entry. */
  noneValue: bigint
  none: Test
  present: Test
  young: Test
  dirty: Test
  write: Test
  special: Test
  protnone: Test
  pfn: Piece[]
  /** Bits between the address as stored and the page frame number (sparc32, parisc …) are expressed by `pfn`; here: stored inverted when. */
  pfnInverted?: Test
  /** 16 raw values indexed by VM_READ 1, VM_WRITE 2, VM_EXEC 4, VM_SHARED 8. */
  prot: bigint[]
  /** Applied to a value composed by mk (pte_mkspecial etc. excluded); normally absent. */
  mk?: Rewrite[]
  mkyoung: Rewrite[]
  mkold: Rewrite[]
  mkdirty: Rewrite[]
  mkclean: Rewrite[]
  mkwrite: Rewrite[]
  wrprotect: Rewrite[]
  mkspecial: Rewrite[]
  mkhuge: Rewrite[]
  swMkyoung: Rewrite[]
  /** (v & keep) | (protection & (~keep | or)), between two rule lists. */
  modify: { before: Rewrite[]; keep: bigint; after: Rewrite[]; or?: bigint }
  softDirty: { test: Test; set: Rewrite[]; clear: Rewrite[] } | null
  uffdWp: { test: Test; set: Rewrite[]; clear: Rewrite[] } | null
  swap: SwapFormat
  /** Aligned runs of `entries` entries may carry `mask` and share a TLB entry (arm64 contpte, LPAE-style hints). */
  cont?: { mask: bigint; entries: number } | null
  hw: HwView
  fields: Field[]
}

export interface TableFormat {
  noneValue: bigint
  none: Test
  /** Neither none nor a pointer to a table. */
  bad: Test
  present: Test
  /** A leaf in this place. */
  leaf: Test
  /** Address bits: `at` counts from bit 0 of the byte address. */
  address: Piece[]
  /** Added to the physical address before it is stored: the base of a direct map where entries hold virtual addresses, an offset within the table (arm 2-level: 2048). */
  added?: bigint
  /** Flags of an entry that points to a user / kernel table. */
  user: bigint
  kernel: bigint
  /** Second hardware word: first word plus this many bytes (arm 2-level). */
  secondWord?: bigint
  /** Level whose invalid table an empty entry points to (mips64, loongarch), for the decoder. */
  noneMeans?: { level: LevelName; symbol: string }
  fields: Field[]
}
