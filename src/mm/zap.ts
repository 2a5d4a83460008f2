/**
 * unmap_page_range and zap_pte_range (mm/memory.c, 6.12; DIGEST G.5): empties entries, never frees tables.
 */
import { SW_PRESENT, SW_SPECIAL } from '../arch/arch.ts'
import { FRAME_HEAD, FRAME_TAIL } from '../hw/frames.ts'
import { MM } from '../pgtable/fields.ts'
import { KIND, PAGE, VM } from '../trace/schema.ts'
import { unfoldEdges } from './contpte.ts'
import type { Kernel } from './kernel.ts'
import { lockTable } from './lockPte.ts'
import type { MmStruct } from './mmStruct.ts'
import { markAccessed, markDirty } from './pageFlags.ts'
import type { Vma } from './vma.ts'
import { low } from './pages.ts'
import { zapHugePmd } from './hugeRange.ts'
import { zapHugetlb } from './hugetlbRange.ts'
import { splitHugePmd } from './hugeSplit.ts'
import { walkRange } from './rangeWalk.ts'
import type { ZapRun } from './zapRun.ts'

/** Zaps pages [from, to) of one VMA; the caller has begun the gather. Without `evenCows` private copies stay. */
export function zapRange(
  kernel: Kernel,
  mm: MmStruct,
  vma: Vma,
  from: number,
  to: number,
  evenCows = true,
): void {
  zapVma(kernel, mm, vma, from, to, evenCows)
  kernel.gather.endVma()
}

function zapVma(kernel: Kernel, mm: MmStruct, vma: Vma, from: number, to: number, evenCows: boolean): void {
  if (vma.flags & VM.HUGETLB) return zapHugetlb(kernel, mm, vma, from, to)
  walkRange(kernel, mm, from, to, {
    ptes: (table, at, end) => zapPteRange(kernel, mm, vma, table, at, end, evenCows),
    huge: (holder, index, at, end) => zapHuge(kernel, mm, vma, holder, index, at, end),
  })
}

/** zap_pmd_range: a huge entry that goes only in part is split first. */
function zapHuge(
  kernel: Kernel,
  mm: MmStruct,
  vma: Vma,
  holder: number,
  index: number,
  from: number,
  to: number,
): void {
  if (to - from === kernel.arch.hpagePmdNr) zapHugePmd(kernel, mm, vma, holder, index, from)
  else splitHugePmd(kernel, mm, vma, holder, index, from)
}

function zapPteRange(
  kernel: Kernel,
  mm: MmStruct,
  vma: Vma,
  table: number,
  from: number,
  to: number,
  evenCows: boolean,
): void {
  const { gather } = kernel
  if (!lockTable(kernel, mm, table, from)) return
  gather.changePageSize(0)
  let forced = false
  for (let at = from; at < to;) {
    // No more entries than the gather has room for: one that fills it is the last before a flush.
    const end = Math.min(to, at + gather.room(vma.file !== null))
    const result = zapSome(kernel, mm, vma, table, at, end, evenCows)
    if (result === DIRTY) forced = true
    if (result === FULL && end < to) gather.flushHeld()
    else if (result === FULL) forced = true
    at = end
  }
  gather.note()
  if (forced) gather.flush()
}

/** What a run of zapped entries asks for: nothing, a flush before the lock is dropped, a flush at once. */
const CLEAN = 0
const DIRTY = 1
const FULL = 2

function zapSome(
  kernel: Kernel,
  mm: MmStruct,
  vma: Vma,
  table: number,
  from: number,
  to: number,
  evenCows: boolean,
): number {
  const { gather, mask } = kernel
  const { tables } = kernel.memory
  const level = kernel.pt.levels[kernel.pt.last]
  const first = low(from) & (level.entries - 1)
  const count = to - from
  let dirty = false
  zapped.fill(0)
  mask.begin(first, count)
  for (let index = first; index < first + count; index = (index | 31) + 1) {
    if (tables.untouched(table, index)) continue
    const end = Math.min(first + count, (index | 31) + 1)
    if (markPtes(kernel, vma, table, index, end, evenCows)) dirty = true
  }
  if (mask.count === 0) return CLEAN
  unfoldEdges(kernel, table, first, first + count)
  gather.span(from, to, 0)
  const full = clearMasked(kernel, table, from, first, count, dirty)
  if (zapped[PAGE.anon]) mm.add(MM.rss_anon, -zapped[PAGE.anon])
  if (zapped[PAGE.file]) mm.add(MM.rss_file, -zapped[PAGE.file])
  if (zapped[PAGE.shmem]) mm.add(MM.rss_shmem, -zapped[PAGE.shmem])
  if (full) return FULL
  return dirty ? DIRTY : CLEAN
}

/** Pages that the current table loses, by PAGE kind of their rss counter. Scratch of one call. */
const zapped = new Int32Array(256)
/** Page of each marked entry, or −1. Scratch of one call; as long as the largest table. */
const pageAt = new Int32Array(1 << 16)

/** Marks what goes of entries [index, end) of one block of 32. True when a page of a file was dirty. */
function markPtes(
  kernel: Kernel,
  vma: Vma,
  table: number,
  index: number,
  end: number,
  evenCows: boolean,
): boolean {
  const { memory, mask, arch } = kernel
  const { words } = memory.tables
  const { pte } = arch
  let dirty = false
  let marked = 0
  let count = 0
  let at = memory.tables.at(table, index)
  for (let i = 0; i < end - index; i++, at += 2) {
    const lo = words[at]
    const hi = words[at + 1]
    const bits = pte.sw(lo, hi)
    if ((bits & SW_PRESENT) === 0 && pte.isNone(lo, hi)) continue
    const page = normalPage(kernel, bits, lo, hi)
    const kind = page < 0 ? PAGE.free : memory.frames.kind[page]
    if (!evenCows && kind === PAGE.anon) continue
    marked |= 1 << i
    count++
    pageAt[index + i] = page
    if (page < 0) continue
    zapped[kind === PAGE.anon || kind === PAGE.shmem ? kind : PAGE.file]++
    if (kind !== PAGE.anon && noteFilePage(kernel, vma, page, lo, hi)) dirty = true
  }
  mask.addBits(index, marked, count)
  return dirty
}

/** vm_normal_page of an entry whose SW_* bits are known. */
function normalPage(kernel: Kernel, bits: number, lo: number, hi: number): number {
  const { arch, memory } = kernel
  if ((bits & SW_PRESENT) === 0 || (arch.hasPteSpecial && bits & SW_SPECIAL)) return -1
  const page = arch.pte.pfn(lo, hi)
  return page === memory.zeroFrame ? -1 : page
}

/** What the entry knows goes to the page. True for a dirty one: the TLBs must be told before the table's lock is dropped. */
function noteFilePage(kernel: Kernel, vma: Vma, page: number, lo: number, hi: number): boolean {
  const { frames } = kernel.memory
  const { pte } = kernel.arch
  if (pte.isYoung(lo, hi) && (vma.flags & VM.SEQ_READ) === 0) markAccessed(kernel, page)
  if (!pte.isDirty(lo, hi)) return false
  markDirty(frames, page)
  return true
}

/** Few entries are recorded one by one, with their old values; many as one event. */
const FEW = 4

/** Empties the marked entries of a table from index `first`, page `from`, on. True when the gather is full. */
function clearMasked(
  kernel: Kernel,
  table: number,
  from: number,
  first: number,
  count: number,
  dirty: boolean,
): boolean {
  const { memory, mask, trace, arch, gather } = kernel
  const { tables } = memory
  const single = mask.count <= FEW
  if (!single && trace.active) {
    trace.emitMask(KIND.ZAP_PTES, first, 0, table, 0, count, 0, 0, mask.words, (count + 31) >> 5)
  }
  const { perEntry } = kernel.flush
  const alike = !single && !dirty && arch.contEntries === 0 && !perEntry && (first & 31) === 0
  const run = kernel.zapRun.begin(gather)
  for (let i = 0; i < count; i++) {
    const word = mask.words[i >> 5]
    if (word === 0) {
      i |= 31
      continue
    }
    if (alike && word === ALL) {
      tables.drop(table, first + i)
      for (const end = i + 32; i < end; i++) removePage(kernel, run, pageAt[first + i], first + i, false)
      i--
      continue
    }
    if (((word >>> (i & 31)) & 1) === 0) continue
    emptyEntry(kernel, table, first + i, from + i, single, dirty)
  }
  kernel.unmapBatch.end(kernel)
  if (perEntry) kernel.flush.leave()
  return run.end()
}

function emptyEntry(
  kernel: Kernel,
  table: number,
  index: number,
  vpn: number,
  single: boolean,
  dirty: boolean,
): void {
  const { memory, arch, gather, zapRun } = kernel
  const { tables } = memory
  const { noneLo, noneHi } = kernel.pt.levels[kernel.pt.last]
  const at = tables.at(table, index)
  const lo = tables.words[at]
  const hi = tables.words[at + 1]
  const folded = arch.contEntries !== 0 && arch.pte.isCont(lo, hi)
  if (single) tables.set(table, index, noneLo, noneHi, 0)
  else {
    tables.words[at] = noneLo
    tables.words[at + 1] = noneHi
  }
  if (kernel.flush.perEntry) gather.entry(vpn, 0)
  const page = pageAt[index]
  if (dirty && page >= 0 && arch.pte.isDirty(lo, hi) && delaysRmap(kernel, page))
    giveUp(kernel, zapRun, page, index)
  else removePage(kernel, zapRun, page, index, folded)
}

/** A mask word of 32 entries that all go. */
const ALL = 0xffffffff

/** folio_remove_rmap_ptes and __tlb_remove_folio_pages of one entry's page; −1: it had none. */
function removePage(kernel: Kernel, run: ZapRun, page: number, index: number, folded: boolean): void {
  if (page < 0) return
  const { frames } = kernel.memory
  frames.mapcount[page]--
  if ((frames.flags[page] & (FRAME_HEAD | FRAME_TAIL)) === 0) return run.single(page)
  kernel.unmapBatch.add(kernel, page, folded)
  giveUp(kernel, run, page, index)
}

function giveUp(kernel: Kernel, run: ZapRun, page: number, index: number): void {
  run.add(page, index, (kernel.memory.frames.flags[page] & FRAME_TAIL) !== 0)
}

/** tlb_delay_rmap: another CPU may still write to a page of a file through its TLB, so its map must last until the flush. */
function delaysRmap(kernel: Kernel, page: number): boolean {
  return kernel.memory.frames.kind[page] !== PAGE.anon && kernel.gather.delayRmap(page)
}
