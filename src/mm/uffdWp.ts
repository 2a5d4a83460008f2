/**
 * The uffd-wp bit of entries, and the markers that stand for it where a page of a file is not mapped (change_pte_range with
 * MM_CP_UFFD_WP, mm/mprotect.c; include/linux/mm_inline.h, 6.12).
 */
import type { EntryOps } from '../arch/arch.ts'
import { indexOf } from '../hw/walker.ts'
import { allocTo } from '../pgtable/allocTo.ts'
import { VM } from '../trace/schema.ts'
import { changeProtection, UFFD } from './changeProtection.ts'
import { ERRNO } from './errno.ts'
import { isHuge, splitHugePmd } from './hugeSplit.ts'
import type { Kernel } from './kernel.ts'
import type { MmStruct } from './mmStruct.ts'
import { high, low } from './pages.ts'
import { walkRange } from './rangeWalk.ts'
import type { Vma } from './vma.ts'
import { zapRange } from './zap.ts'

/** swp_type of a marker (SWP_PTE_MARKER) and its offset, PTE_MARKER_UFFD_WP. */
const SWP_PTE_MARKER = 31
const MARKER_UFFD_WP = 1

/** make_pte_marker(PTE_MARKER_UFFD_WP) */
export function makeMarker(pte: EntryOps): number {
  return pte.mkswap(SWP_PTE_MARKER, MARKER_UFFD_WP)
}

/** pte_marker_uffd_wp: an entry that is neither present nor none. The lab has no swap, so there is no other kind. */
export function isMarker(pte: EntryOps, lo: number, hi: number): boolean {
  return !pte.isPresent(lo, hi) && !pte.isNone(lo, hi)
}

/** userfaultfd_wp_use_markers */
function usesMarkers(vma: Vma): boolean {
  return vma.file !== null || vma.userfault?.wpUnpopulated === true
}

/** uffd_wp_range: sets or takes off the protection of [from, to) of the VMA. 0 or −ENOMEM, when a table for markers failed. */
export function protectRange(
  kernel: Kernel,
  mm: MmStruct,
  vma: Vma,
  from: number,
  to: number,
  protect: boolean,
): number {
  const marks = protect && usesMarkers(vma)
  if (marks && !makeTables(kernel, mm, vma, from, to)) return -ERRNO.ENOMEM
  kernel.gather.begin(mm, false)
  changeProtection(kernel, mm, vma, from, to, protect ? UFFD.set : UFFD.clear)
  if (marks) setMarkers(kernel, mm, from, to)
  kernel.gather.finish()
  return 0
}

/** change_prepare: markers stand in pte tables, so these are made, and huge pages of files are split. */
function makeTables(kernel: Kernel, mm: MmStruct, vma: Vma, from: number, to: number): boolean {
  const { pt } = kernel
  const depth = pt.last - 1
  const size = pt.levels[depth].pages
  for (let at = from; at < to; at = (Math.floor(at / size) + 1) * size) {
    const holder = allocTo(pt, mm, depth, low(at), high(at))
    if (holder === 0) return false
    const index = indexOf(pt.levels[depth], low(at), high(at))
    if (isHuge(kernel, holder, index)) {
      if (vma.file === null) continue
      splitHugePmd(kernel, mm, vma, holder, index, at)
    }
    if (pt.pteAlloc(mm, holder, index) === 0) return false
  }
  return true
}

function setMarkers(kernel: Kernel, mm: MmStruct, from: number, to: number): void {
  eachSlot(kernel, mm, from, to, (table, index) => markIfNone(kernel, table, index))
}

function markIfNone(kernel: Kernel, table: number, index: number): void {
  const { tables } = kernel.memory
  const { pte } = kernel.arch
  const at = tables.at(table, index)
  if (!pte.isNone(tables.words[at], tables.words[at + 1])) return
  const lo = makeMarker(pte)
  tables.set(table, index, lo, pte.hi, 0)
}

/** Every entry of the pte tables of a range, empty ones too. */
function eachSlot(
  kernel: Kernel,
  mm: MmStruct,
  from: number,
  to: number,
  visit: (table: number, index: number) => void,
): void {
  const { entries } = kernel.pt.levels[kernel.pt.last]
  walkRange(kernel, mm, from, to, {
    ptes: (table, at, end) => {
      for (let page = at; page < end; page++) visit(table, low(page) & (entries - 1))
    },
    huge: () => {},
  })
}

/** Whether a write to this entry of the VMA is to be told (userfaultfd_pte_wp). */
export function isProtected(vma: Vma, ops: EntryOps, lo: number, hi: number): boolean {
  return (vma.flags & VM.UFFD_WP) !== 0 && ops.isUffdWp(lo, hi)
}

/** The fault found a marker and has mapped the page: it is protected as the marker said. */
export function arm(kernel: Kernel, table: number, index: number): void {
  const { tables } = kernel.memory
  const { pte } = kernel.arch
  const at = tables.at(table, index)
  let lo = pte.wrprotect(tables.words[at], tables.words[at + 1])
  lo = pte.mkuffdWp(lo, pte.hi)
  tables.set(table, index, lo, pte.hi, 0)
}

/** zap_pte_range without ZAP_FLAG_DROP_MARKER: where a page of a file was protected, a marker stays. The gather has begun. */
export function zapKeepingMarkers(
  kernel: Kernel,
  mm: MmStruct,
  vma: Vma,
  from: number,
  to: number,
  evenCows = true,
): void {
  const keeps = vma.file !== null && (vma.flags & VM.UFFD_WP) !== 0
  const armed = keeps ? protectedPages(kernel, mm, from, to) : []
  zapRange(kernel, mm, vma, from, to, evenCows)
  for (const { table, index } of armed) markIfNone(kernel, table, index)
}

interface Place {
  table: number
  index: number
  lo: number
  hi: number
}

function protectedPages(kernel: Kernel, mm: MmStruct, from: number, to: number): Place[] {
  const found: Place[] = []
  const { tables } = kernel.memory
  const { pte } = kernel.arch
  eachSlot(kernel, mm, from, to, (table, index) => {
    const at = tables.at(table, index)
    const lo = tables.words[at]
    const hi = tables.words[at + 1]
    if (isMarker(pte, lo, hi) || (pte.isPresent(lo, hi) && pte.isUffdWp(lo, hi)))
      found.push({ table, index, lo, hi })
  })
  return found
}

/** copy_present_pte and copy_nonpresent_pte: a child that keeps the registration has the markers too, another no protection. */
export function copyProtection(kernel: Kernel, from: MmStruct, to: MmStruct, child: Vma): void {
  if (child.flags & VM.UFFD_WP) {
    walkRange(kernel, from, child.start, child.end, {
      ptes: (table, at, end) => copyMarkers(kernel, to, table, at, end),
      huge: () => {},
    })
    return
  }
  const { tables } = kernel.memory
  const { pte } = kernel.arch
  clearHuge(kernel, to, child)
  for (const { table, index, lo, hi } of protectedPages(kernel, to, child.start, child.end)) {
    const clear = pte.clearUffdWp(lo, hi)
    tables.set(table, index, clear, pte.hi, 0)
  }
}

function copyMarkers(kernel: Kernel, to: MmStruct, table: number, from: number, end: number): void {
  const { pt } = kernel
  const { tables } = kernel.memory
  const { pte } = kernel.arch
  const target = pt.tableFor(to, pt.last, low(from), high(from))
  const { entries } = pt.levels[pt.last]
  for (let page = from; page < end && target !== 0; page++) {
    const index = low(page) & (entries - 1)
    const at = tables.at(table, index)
    const lo = tables.words[at]
    const hi = tables.words[at + 1]
    if (isMarker(pte, lo, hi)) tables.set(target, index, lo, hi, 0)
  }
}

/** copy_huge_pmd */
function clearHuge(kernel: Kernel, mm: MmStruct, vma: Vma): void {
  const { tables } = kernel.memory
  const { leaf } = kernel.pt.levels[kernel.pt.last - 1]
  if (leaf === null) return
  walkRange(kernel, mm, vma.start, vma.end, {
    ptes: () => {},
    huge: (holder, index) => {
      const at = tables.at(holder, index)
      if (leaf.isUffdWp(tables.words[at], tables.words[at + 1])) clearOne(kernel, holder, index, leaf)
    },
  })
}

function clearOne({ memory }: Kernel, holder: number, index: number, leaf: EntryOps): void {
  const at = memory.tables.at(holder, index)
  const lo = leaf.clearUffdWp(memory.tables.words[at], memory.tables.words[at + 1])
  memory.tables.set(holder, index, lo, leaf.hi, 0)
}
