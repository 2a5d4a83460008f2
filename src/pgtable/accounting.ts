/**
 * Seam `accounting`: who counts page tables per mm, and how it is checked at the end (DIGEST part A).
 * Alternatives are one file each under src/policy/accounting.
 */
import type { Arch, CompiledLevel } from '../arch/arch.ts'
import type { TableOwner } from './mm.ts'

export interface Accounting {
  readonly id: string
  /** mm_inc_nr_{ptes,pmds,puds}: a table of `level` was installed (or deposited) in `mm`. */
  installed(mm: TableOwner, level: CompiledLevel): void
  /** mm_dec_nr_*: such a table was taken away. */
  freed(mm: TableOwner, level: CompiledLevel): void
  /** Bytes that this kernel knows of: the OOM killer's term and VmPTE. */
  bytes(mm: TableOwner, arch: Arch): number
  /** check_mm: the lines printed when counters are not back at zero; empty when all is well. */
  residue(mm: TableOwner): string[]
}
