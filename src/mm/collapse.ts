/**
 * MADV_COLLAPSE: small pages of one pmd range become one huge page; their table is kept for it
 * (madvise_collapse and collapse_huge_page, mm/khugepaged.c, 6.12).
 */
import { headOf, makeFolio, mapcountOf } from '../hw/folio.ts'
import { FRAME_EXCLUSIVE, FRAME_REFERENCED } from '../hw/frames.ts'
import { indexOf } from '../hw/walker.ts'
import { MACHINE, MM } from '../pgtable/fields.ts'
import { PAGE, VM } from '../trace/schema.ts'
import { ERRNO } from './errno.ts'
import { collapseFileRange } from './collapseFile.ts'
import { isHuge } from './hugeSplit.ts'
import type { Kernel } from './kernel.ts'
import { hugeMapped } from './partialMap.ts'
import type { MmStruct } from './mmStruct.ts'
import { vmNormalPage } from './normalPage.ts'
import { high, low } from './pages.ts'
import type { Vma } from './vma.ts'

/** Collapses every whole pmd range of [from, to) within `vma`. 0 or a negative errno. */
export function collapseRange(kernel: Kernel, mm: MmStruct, vma: Vma, from: number, to: number): number {
  const { hpageOrder, hpagePmdNr: pages } = kernel.arch
  if (hpageOrder === 0 || vma.flags & VM.NOHUGEPAGE) return -ERRNO.EINVAL
  const isFile = vma.file !== null
  if (!isFile && vma.flags & VM.SHARED) return -ERRNO.EINVAL
  if (isFile && kernel.shmemThp === 'deny') return -ERRNO.EINVAL
  const first = Math.ceil(from / pages) * pages
  let result = 0
  for (let at = first; at + pages <= to; at += pages) {
    const one = isFile ? collapseFileRange(kernel, mm, vma, at, true) : collapsePmd(kernel, mm, vma, at, ANY)
    if (one === -ERRNO.ENOMEM) return one
    if (one < 0) result = one
  }
  return result
}

/** What a range must be like: MADV_COLLAPSE takes any, khugepaged has limits. */
export interface CollapseLimits {
  /** max_ptes_none and max_ptes_shared */
  none: number
  shared: number
  /** Some page must have been used lately. */
  referenced: boolean
}

const ANY: CollapseLimits = { none: Infinity, shared: Infinity, referenced: false }
/** Defaults of /sys/kernel/mm/transparent_hugepage/khugepaged: HPAGE_PMD_NR − 1 and half of it. */
export const KHUGEPAGED = 'khugepaged'

function limitsOf(kernel: Kernel, who: typeof KHUGEPAGED | CollapseLimits): CollapseLimits {
  if (who !== KHUGEPAGED) return who
  const pages = kernel.arch.hpagePmdNr
  return { none: pages - 1, shared: pages / 2, referenced: true }
}

/** Anonymous pages of the pmd range at `first` become one huge page. 0 or a negative errno. */
export function collapsePmd(
  kernel: Kernel,
  mm: MmStruct,
  vma: Vma,
  first: number,
  who: typeof KHUGEPAGED | CollapseLimits,
): number {
  const { pt } = kernel
  const depth = pt.last - 1
  const holder = pt.tableFor(mm, depth, low(first), high(first))
  if (holder === 0) return -ERRNO.EINVAL
  const index = indexOf(pt.levels[depth], low(first), high(first))
  if (isHuge(kernel, holder, index)) return 0
  const table = pt.child(holder, index)
  if (table === 0 || !isCollapsible(kernel, vma, table, first, limitsOf(kernel, who))) return -ERRNO.EINVAL
  const folio = kernel.memory.allocPages(kernel.arch.hpageOrder, PAGE.anon)
  if (folio < 0) return -ERRNO.ENOMEM
  makeFolio(kernel.memory.frames, folio, kernel.arch.hpageOrder)
  replace(kernel, mm, vma, holder, index, table, folio, first)
  kernel.vmstat.add(MACHINE.thp_collapse_alloc, 1)
  return 0
}

/** hpage_collapse_scan_pmd: some page must be writable, and none may be raw or have unknown references. */
function isCollapsible(
  kernel: Kernel,
  vma: Vma,
  table: number,
  first: number,
  limits: CollapseLimits,
): boolean {
  const { frames } = kernel.memory
  const { pte } = kernel.arch
  let writable = false
  let referenced = false
  let none = 0
  let shared = 0
  for (let i = 0; i < kernel.arch.hpagePmdNr; i++) {
    const { lo, hi } = entry(kernel, table, i)
    if (pte.isNone(lo, hi)) {
      none++
      continue
    }
    if (!pte.isPresent(lo, hi) || pte.isUffdWp(lo, hi)) return false
    const page = vmNormalPage(kernel, vma, first + i, lo, hi)
    if (page < 0) {
      none++
      continue
    }
    const head = headOf(frames, page)
    if (
      frames.kind[page] !== PAGE.anon ||
      head !== page ||
      frames.refcount[page] !== mapcountOf(frames, page)
    )
      return false
    writable ||= pte.isWrite(lo, hi)
    referenced ||= pte.isYoung(lo, hi) || (frames.flags[page] & FRAME_REFERENCED) !== 0
    if (mapcountOf(frames, page) > 1) shared++
  }
  if (none > limits.none || shared > limits.shared) return false
  return writable && (referenced || !limits.referenced)
}

/** The range is unhooked and flushed, the contents move over, then the huge entry appears. */
function replace(
  kernel: Kernel,
  mm: MmStruct,
  vma: Vma,
  holder: number,
  index: number,
  table: number,
  folio: number,
  first: number,
): void {
  const { memory, pt } = kernel
  const level = pt.levels[pt.last - 1]
  const pages = kernel.arch.hpagePmdNr
  memory.tables.set(holder, index, level.noneLo, level.noneHi, 0)
  kernel.flush.range(mm, first, first + pages, 0, false)
  let present = 0
  for (let i = 0; i < pages; i++) if (moveContents(kernel, vma, table, i, folio, first + i)) present++
  mm.add(MM.rss_anon, pages - present)
  // Unlike a page of a fault, this one is not born referenced.
  memory.frames.setFlags(folio, memory.frames.flags[folio] | FRAME_EXCLUSIVE)
  hugeMapped(kernel, folio)
  pt.deposits.keep(holder, table)
  const leaf = level.leaf!
  let lo = leaf.mk(folio, vma.prot)
  lo = leaf.mkhuge(lo, leaf.hi)
  lo = leaf.mkdirty(lo, leaf.hi)
  if (vma.flags & VM.WRITE) lo = leaf.mkwrite(lo, leaf.hi)
  memory.tables.set(holder, index, lo, leaf.hi, 0)
}

/** __collapse_huge_page_copy of one entry; true when it held a page. */
function moveContents(
  kernel: Kernel,
  vma: Vma,
  table: number,
  i: number,
  folio: number,
  vpn: number,
): boolean {
  const { memory, arch } = kernel
  const level = kernel.pt.levels[kernel.pt.last]
  const { lo, hi } = entry(kernel, table, i)
  if (arch.pte.isNone(lo, hi)) return false
  const page = vmNormalPage(kernel, vma, vpn, lo, hi)
  memory.tables.set(table, i, level.noneLo, level.noneHi, 0)
  if (page < 0) return false
  if (!memory.data.empty) memory.data.copy(page, folio + i)
  memory.frames.mapcount[page]--
  memory.putPage(page)
  return true
}

function entry(kernel: Kernel, table: number, index: number): { lo: number; hi: number } {
  const { tables } = kernel.memory
  const at = tables.at(table, index)
  return { lo: tables.words[at], hi: tables.words[at + 1] }
}
