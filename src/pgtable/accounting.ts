/**
 * Seam `accounting`: who counts page tables per mm, and how it is checked at the end (DIGEST part A).
 * Alternatives are one file each under src/policy/accounting.
 */
import type { Arch, CompiledLevel } from '../arch/arch.ts'
import type { TableLine } from '../trace/proc/rules.ts'
import type { TableOwner } from './mm.ts'

export interface Accounting {
  readonly id: string
  /** Short name in reports, as in the thread: A0 … A6. */
  readonly label: string
  /** When Linux did so, what it costs, what can go wrong: one sentence each. */
  readonly about: { used: string; cost: string; risk: string }
  /** Fields of mm_struct that exist under this alternative. */
  readonly fields: readonly string[]
  /** init_new_context: before the first table below the top. */
  created?(mm: TableOwner, arch: Arch): void
  /** mm_inc_nr_{ptes,pmds,puds}: a table of `level` was installed (or deposited) in `mm`. */
  installed(mm: TableOwner, level: CompiledLevel): void
  /** mm_dec_nr_*: such a table was taken away. */
  freed(mm: TableOwner, level: CompiledLevel): void
  /** A table of `level` lost the race to be installed and is about to be freed. Nobody right counts it. */
  lost?(mm: TableOwner, level: CompiledLevel): void
  /** free_p?d_range came through a level that has no table here: generic code uncounts it unless told otherwise. */
  freedFolded?(mm: TableOwner, folded: FoldedLevel): void
  /** Bytes that this kernel knows of: the OOM killer's term. */
  bytes(mm: TableOwner, arch: Arch): number
  /** What /proc/PID/status shows of it: a field of mm_struct, times bytes. */
  statusLines(arch: Arch): TableLine[]
  /** The columns of the OOM killer's list of tasks, head and value in the kernel's widths. */
  oomColumns(mm: TableOwner): readonly OomColumn[]
  /** exit_mmap, before pgd_free: where a warning is given, as file:line, when tables seem to be left; else null. */
  exitWarning?(mm: TableOwner, arch: Arch): string | null
  /** check_mm: the lines printed when counters are not back at zero; empty when all is well. */
  residue(mm: TableOwner): string[]
}

export interface OomColumn {
  head: string
  value: number
}

/** A level without a table that generic teardown passes through. */
export interface FoldedLevel {
  name: 'pmd' | 'pud'
  /** __PAGETABLE_x_FOLDED is defined where generic code looks (3.19: only through pgtable-nopmd.h). */
  marked: boolean
  /** Folded by every mm for itself or at boot, so that no macro can say it. */
  runTime: boolean
  /** What mm_dec_nr_* would subtract: PTRS_PER_x · sizeof. */
  bytes: number
}

/** Tables that exit_mmap may leave to pgd_free: those below FIRST_USER_ADDRESS. */
export function tablesAllowed(arch: Arch): { ptes: number; pmds: number } {
  const spans = [...arch.levels].reverse().map((level) => level.pages)
  const above = (depth: number): number => Math.ceil(arch.firstUserPage / (spans[depth] ?? Infinity))
  return { ptes: above(1), pmds: arch.levels.some(({ name }) => name === 'pmd') ? above(2) : above(1) }
}

/** Bytes of `count` tables of a level of this architecture. */
export function tableBytes(arch: Arch, name: 'pte' | 'pmd' | 'pud', count: number): number {
  return count * (arch.levels.find((level) => level.name === name)?.counted ?? 0)
}
