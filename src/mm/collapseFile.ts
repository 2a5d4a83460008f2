/**
 * Pages of a shared-memory file become one huge page (collapse_file, retract_page_tables and collapse_pte_mapped_thp,
 * mm/khugepaged.c, 6.12). Unlike anonymous memory, the pte tables go: nothing has to be kept for a later split.
 */
import { makeFolio } from '../hw/folio.ts'
import { indexOf } from '../hw/walker.ts'
import { MACHINE } from '../pgtable/fields.ts'
import { PAGE, VM } from '../trace/schema.ts'
import { ERRNO } from './errno.ts'
import { FileObject } from './file.ts'
import { setFilePmd, suitsPmd } from './filePmd.ts'
import { isHuge } from './hugeSplit.ts'
import type { Kernel } from './kernel.ts'
import type { MmStruct } from './mmStruct.ts'
import { high, low } from './pages.ts'
import { pteFreeDefer } from './pteFreeDefer.ts'
import { markDirty } from './pageFlags.ts'
import { unmapMappingRange } from './unmapMapping.ts'
import type { Vma } from './vma.ts'
import { zapRange } from './zap.ts'

/**
 * Collapses the pages of the file that the pmd range at `first` of the VMA maps. With `install` (MADV_COLLAPSE) the range is
 * then mapped by a huge entry; without, the next fault does that. 0 or a negative errno.
 */
export function collapseFileRange(
  kernel: Kernel,
  mm: MmStruct,
  vma: Vma,
  first: number,
  install: boolean,
): number {
  const { file } = vma
  if (!(file instanceof FileObject) || !file.isShmem || !suitsPmd(kernel, vma, first)) return -ERRNO.EINVAL
  const index = vma.pgoff + (first - vma.start)
  if (!file.isHugeAt(index)) {
    const made = collapse(kernel, file, index)
    if (made < 0) return made
  }
  return collapsePteMapped(kernel, mm, vma, first, file.cached(index), install)
}

/** collapse_file: holes are filled with zeroes; every mapping of the old pages is taken away. */
function collapse(kernel: Kernel, file: FileObject, index: number): number {
  const { memory, arch } = kernel
  const pages = arch.hpagePmdNr
  let present = 0
  for (let i = 0; i < pages; i++) if (file.cached(index + i) >= 0) present++
  if (present === 0) return -ERRNO.EINVAL
  const folio = memory.allocPages(arch.hpageOrder, PAGE.shmem)
  if (folio < 0) return -ERRNO.ENOMEM
  kernel.vmstat.add(MACHINE.thp_collapse_alloc, 1)
  makeFolio(memory.frames, folio, arch.hpageOrder)
  unmapMappingRange(kernel, file, index, index + pages, false)
  for (let i = 0; i < pages; i++) {
    const page = file.cached(index + i)
    if (page >= 0 && !memory.data.empty) memory.data.copy(page, folio + i)
  }
  file.replace(index, pages, folio)
  markDirty(memory.frames, folio)
  retractPageTables(kernel, file, index, pages)
  return 0
}

/** retract_page_tables: the empty tables of all mappings go, but for those that may hold private copies. */
function retractPageTables(kernel: Kernel, file: FileObject, index: number, pages: number): void {
  const running = kernel.trace.mm
  for (const [vma, mm] of file.mappings) {
    const first = vma.start + index - vma.pgoff
    if (vma.anonVma !== null || vma.flags & VM.UFFD_WP || first % pages !== 0) continue
    if (first < vma.start || first + pages > vma.end) continue
    kernel.trace.mm = mm.id
    freeTable(kernel, mm, first, pages)
  }
  kernel.trace.mm = running
}

/** collapse_and_free_pmd, pte_free_defer */
function freeTable(kernel: Kernel, mm: MmStruct, first: number, pages: number): void {
  const { pt } = kernel
  const depth = pt.last - 1
  const holder = pt.tableFor(mm, depth, low(first), high(first))
  if (holder === 0) return
  const index = indexOf(pt.levels[depth], low(first), high(first))
  const table = pt.child(holder, index)
  if (table === 0) return
  pt.unhook(mm, holder, index, table)
  // pmdp_collapse_flush
  kernel.flush.range(mm, first, first + pages, 0, true)
  pteFreeDefer(kernel, table)
}

/** collapse_pte_mapped_thp: small entries of the huge page and their table go; entries of anything else keep both. */
function collapsePteMapped(
  kernel: Kernel,
  mm: MmStruct,
  vma: Vma,
  first: number,
  folio: number,
  install: boolean,
): number {
  const { pt } = kernel
  const depth = pt.last - 1
  const pages = kernel.arch.hpagePmdNr
  let holder = pt.tableFor(mm, depth, low(first), high(first))
  const index = indexOf(pt.levels[depth], low(first), high(first))
  if (holder !== 0 && isHuge(kernel, holder, index)) return 0
  const table = holder === 0 ? 0 : pt.child(holder, index)
  if (table !== 0) {
    if (vma.flags & VM.UFFD_WP || !mapsOnly(kernel, table, folio, pages)) return -ERRNO.EINVAL
    kernel.gather.begin(mm, false)
    zapRange(kernel, mm, vma, first, first + pages)
    kernel.gather.finish()
    freeTable(kernel, mm, first, pages)
  }
  if (!install) return 0
  if (holder === 0) holder = pt.pmdAlloc(mm, low(first), high(first))
  if (holder === 0) return -ERRNO.ENOMEM
  setFilePmd(kernel, mm, vma, holder, index, folio, false)
  return 0
}

function mapsOnly(kernel: Kernel, table: number, folio: number, pages: number): boolean {
  const { tables } = kernel.memory
  const { pte } = kernel.arch
  for (let i = 0; i < pages; i++) {
    const at = tables.at(table, i)
    const lo = tables.words[at]
    const hi = tables.words[at + 1]
    if (!pte.isNone(lo, hi) && (!pte.isPresent(lo, hi) || pte.pfn(lo, hi) !== folio + i)) return false
  }
  return true
}
