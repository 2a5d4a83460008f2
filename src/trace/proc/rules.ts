/**
 * What of a machine decides how /proc looks and is not in any event; part of the trace's header.
 */
import type { Arch } from '../../arch/arch.ts'

export interface ProcRules {
  /** Frame of the zero page; the frames up to it are the kernel's own. */
  zeroFrame: number
  /** Pages that the allocator has to give in all: MemTotal. */
  totalPages: number
  /** CONFIG_MEM_SOFT_DIRTY */
  softDirty: boolean
  /** kpageflags gives the tails of a folio the flags of its head. */
  tailsShowFolioFlags: boolean
  /** pagemap asks the head of a huge page whether it is mapped exclusively. */
  hugeExclusiveByHead: boolean
  /** log2 base pages of a hugetlb page, 0: none. */
  hugetlbOrder: number
  /** Lines about page tables in /proc/PID/status. */
  tableLines: TableLine[]
}

/** A line that shows a field of mm_struct times so many bytes. */
export interface TableLine {
  name: string
  field: string
  bytes: number
}

/** For traces that do not say: a kernel like 6.12. */
export function usualRules(arch: Arch): ProcRules {
  return {
    zeroFrame: -1,
    totalPages: 0,
    softDirty: arch.hasSoftDirty,
    tailsShowFolioFlags: true,
    hugeExclusiveByHead: false,
    hugetlbOrder: 0,
    tableLines: [{ name: 'VmPTE', field: 'pgtables_bytes', bytes: 1 }],
  }
}
