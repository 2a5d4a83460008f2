/** Architectures: what a machine says of its own, and what a scenario declares of one that nobody built. */
import type { Address, Level, PerLevel } from './values.ts'

/**
 * An architecture of your own: another one with differences. Name what differs, the rest is as in `extends`:
 *
 *     { id: 'big-pages', pageShift: 14, levels: [
 *       { name: 'pgd', entries: 256 },
 *       { name: 'pmd', entries: 256, alloc: 'fragment' },
 *       { name: 'pte', entries: 256, alloc: 'fragment' },
 *     ] }
 *
 * Numbers that do not fit together are an error that names each of them. A declared architecture with other levels,
 * page size or bits has no huge pages, and user space keeps its share of the top table.
 */
export interface ArchDeclaration {
  /** Small letters, digits and dashes; not the id of a known architecture. `machine.arch.id` says it. */
  id: string
  /** Id or alias of the architecture that everything unsaid is taken from. Default 'x86_64'. */
  extends?: string
  /** One line in words. */
  title?: string
  /** A page has 2^pageShift bytes: 10 to 20. */
  pageShift?: number
  /** All levels, the top one first: it is called 'pgd', the last one 'pte'. Names left out are folded. */
  levels?: readonly DeclaredLevel[]
  /** Where each bit of an entry stands. Default: as in `extends`, the frame number moved to the new page size. */
  bits?: DeclaredBits
  /** Limits of user space. */
  space?: DeclaredSpace
}

export interface DeclaredLevel {
  name: Level
  /** Entries of a table, a power of two. */
  entries: number
  /** Bytes of an entry: 4, or 8 (default). */
  entryBytes?: number
  /** Lowest bit of the virtual address that indexes the table. Default: what the levels below leave; else it is checked. */
  shift?: number
  /**
   * Where a table comes from: 'pages' (default) of its own, 'fragment' of a page that it shares with other tables, or
   * 'slab' (a kmem_cache, which NR_PAGETABLE does not count).
   */
  alloc?: 'pages' | 'fragment' | 'slab'
  /** Bytes of a table in `mm.pgtables_bytes`. Default: its size; 0 for pgd and p4d. */
  counted?: number
}

/** Bit numbers, 0 is the least significant; ranges are [highest, lowest]. */
export interface DeclaredBits {
  /** The MMU may use the entry. The same bit says that an entry above points to a table. */
  present: number
  /** Set instead of `present` in a page that nobody may use (PROT_NONE). */
  protNone: number
  write: number
  /** Set by the MMU at each use. */
  accessed: number
  /** Set by the MMU at each write. */
  dirty: number
  /** No struct page belongs to it: the zero page. For software only. */
  special: number
  /** Default: every page may be executed. */
  noExec?: number
  /** Page frame number; tables' addresses begin where it does, small tables' some bits below. */
  frame: readonly [number, number]
  /** Of swap entries, which are neither present nor empty: type, offset, and the exclusive bit. */
  swapType: readonly [number, number]
  swapOffset: readonly [number, number]
  swapExclusive: number
}

/** Bytes: a bigint, a number, or text like '0x7fff_0000'. */
export interface DeclaredSpace {
  /** First byte past user space. Default: what the user's entries of the top table reach, less one page. */
  taskSize?: Address | string
  /** Nothing is mapped below. */
  firstUserAddress?: Address | string
  /** Entries of the top table that belong to user space. */
  userTopEntries?: number
}

/** Geometry of the machine's page tables; sizes in bytes covered by one entry of the level (a folded level repeats the one above). */
export interface ArchInfo {
  readonly id: string
  readonly PAGE_SIZE: number
  readonly PMD_SIZE: number
  readonly PUD_SIZE: number
  readonly P4D_SIZE: number
  readonly PGDIR_SIZE: number
  readonly TASK_SIZE: bigint
  readonly levels: readonly Level[]
  readonly folded: readonly Level[]
  readonly entries: PerLevel
  /**
   * Bytes that one table of a level adds to `mm.pgtables_bytes`: 0 for folded levels, and for pgd and p4d tables, which
   * Linux does not count.
   */
  readonly counted: PerLevel
  readonly bits: number
}
