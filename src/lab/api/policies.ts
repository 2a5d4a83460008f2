/** Design alternatives, and those a scenario writes itself. */
import type { ArchInfo } from './arch.ts'
import type { Level } from './values.ts'

/** Design alternatives by seam: the id of one that Linux used or tried (`ptlab profiles` lists them), or your own. */
export interface Policies {
  /** Who counts page tables per process. */
  accounting?: string | AccountingPolicy
  [seam: string]: string | AccountingPolicy | undefined
}

/** Counters of mm_struct that can count page tables. */
export type TableCounter = 'nr_ptes' | 'nr_pmds' | 'nr_puds' | 'pgtables_bytes'

/** The counters of one address space, as an accounting of your own sees them. */
export interface MmCounters {
  /** Number of the mm. */
  readonly mm: number
  get(counter: TableCounter): number
  add(counter: TableCounter, delta: number): void
}

/** A page table as accounting sees it. */
export interface CountedTable {
  readonly level: Level
  /** PTRS_PER_x · sizeof. */
  readonly bytes: number
  /** What Linux 4.15 and later add to pgtables_bytes for it: 0 for pgd and p4d. */
  readonly counted: number
}

/** A level without tables that generic teardown passes through. */
export interface PassedLevel {
  readonly level: 'pmd' | 'pud'
  /** __PAGETABLE_x_FOLDED is defined where generic code looks. */
  readonly marked: boolean
  /** Folded by every mm for itself or at boot. */
  readonly runTime: boolean
  /** What mm_dec_nr_* would subtract. */
  readonly bytes: number
}

/**
 * A way of counting page tables of your own, in the place where Linux has mm_inc_nr_ptes() and its kin:
 *
 *     const everything: AccountingPolicy = {
 *       id: 'every_table',
 *       installed: (mm, table) => mm.add('pgtables_bytes', table.bytes),
 *       freed: (mm, table) => mm.add('pgtables_bytes', -table.bytes),
 *       bytes: (mm) => mm.get('pgtables_bytes'),
 *     }
 *
 * Hooks run in the middle of a call and may not call the machine. What they forget is shown as Linux would: check_mm
 * complains when the last user of an address space is gone.
 */
export interface AccountingPolicy {
  /** Name in panels and reports: 3 to 40 small letters, digits, _ and -. */
  id: string
  /** One line in words. */
  title?: string
  /** Counters that it uses. Default ['pgtables_bytes']. */
  counters?: readonly TableCounter[]
  /** init_new_context: the mm has its top table and nothing else. */
  created?(mm: MmCounters, arch: ArchInfo): void
  /** A table was installed, or deposited for a huge page. */
  installed(mm: MmCounters, table: CountedTable): void
  /** A table was taken away. */
  freed(mm: MmCounters, table: CountedTable): void
  /** free_p?d_range came through a level that has no table here. */
  freedFolded?(mm: MmCounters, level: PassedLevel): void
  /** Bytes that this kernel knows of: VmPTE, and the OOM killer's term. */
  bytes(mm: MmCounters, arch: ArchInfo): number
  /** check_mm: lines to print when the counters are not as they should be. Default: one for each that is not zero. */
  residue?(mm: MmCounters): readonly string[]
}
