/**
 * MADV_FREE (madvise_free_pte_range, mm/madvise.c; folio_mark_lazyfree, mm/swap.c, 6.12): entries become old and clean; the
 * pages stop being swap-backed once the CPU's batch of them is carried out. A write makes the entry dirty again, which
 * alone keeps reclaim from dropping the page.
 */
import { headOf, mapcountOf } from '../hw/folio.ts'
import { FRAME_HEAD, FRAME_LAZYFREE, FRAME_TAIL } from '../hw/frames.ts'
import { PAGE, VM } from '../trace/schema.ts'
import { unfoldRange } from './contpte.ts'
import { eachPte } from './eachEntry.ts'
import { ERRNO } from './errno.ts'
import { splitFolio } from './folioSplit.ts'
import { updateHiwaterRss } from './hiwater.ts'
import { splitHugePmd } from './hugeSplit.ts'
import { isHugeZero } from './hugeZero.ts'
import type { Kernel } from './kernel.ts'
import type { MmStruct } from './mmStruct.ts'
import { walkRange } from './rangeWalk.ts'
import type { Vma } from './vma.ts'

/** madvise_free_single_vma. 0 or a negative errno. */
export function lazyFree(kernel: Kernel, mm: MmStruct, vma: Vma, from: number, to: number): number {
  if (vma.file !== null || vma.flags & (VM.LOCKED | VM.PFNMAP | VM.HUGETLB)) return -ERRNO.EINVAL
  updateHiwaterRss(mm)
  drainLazyFree(kernel)
  kernel.gather.begin(mm, false)
  walkRange(kernel, mm, from, to, {
    ptes: (table, at, end) => freePteRange(kernel, vma, table, at, end),
    huge: (holder, index, at, end) => freeHuge(kernel, mm, vma, holder, index, at, end),
  })
  kernel.gather.finish()
  return 0
}

function freePteRange(kernel: Kernel, vma: Vma, table: number, from: number, to: number): void {
  const { tables, frames } = kernel.memory
  splitPartial(kernel, vma, table, from, to)
  eachPte(kernel, vma, table, from, to, (_table, index, pte, lo, hi, page, vpn) => {
    if (page < 0 || frames.kind[page] !== PAGE.anon) return
    if (frames.flags[page] & (FRAME_HEAD | FRAME_TAIL) && mapcountOf(frames, page) !== 1) return
    if (pte.isYoung(lo, hi) || pte.isDirty(lo, hi)) {
      const old = pte.mkold(lo, hi)
      const clean = pte.mkclean(old, pte.hi)
      tables.set(table, index, clean, pte.hi, 0)
      kernel.gather.range(vpn, vpn + 1, 0)
    }
    markLazyFree(kernel, page)
  })
}

/**
 * Folios of which the range covers only part are split, so that the part can go alone. Until 6.11 so was every folio that small
 * entries map.
 */
function splitPartial(kernel: Kernel, vma: Vma, table: number, from: number, to: number): void {
  const { frames } = kernel.memory
  eachPte(kernel, vma, table, from, to, (_table, index, _pte, _lo, _hi, page, vpn) => {
    if (page < 0 || frames.kind[page] !== PAGE.anon) return
    if ((frames.flags[page] & (FRAME_HEAD | FRAME_TAIL)) === 0) return
    const head = headOf(frames, page)
    const pages = 2 ** frames.order[head]
    const start = vpn - (page - head)
    const whole = start >= from && start + pages <= to && kernel.behaviour.batchesUnmaps
    if ((whole && mapsWhole(kernel, table, index - (page - head), head, pages)) || isShared(kernel, page))
      return
    unfoldRange(kernel, table, index, index + 1)
    splitFolio(kernel, page)
  })
}

/** folio_pte_batch: the entries from `first` on map the folio in order. */
function mapsWhole(kernel: Kernel, table: number, first: number, head: number, pages: number): boolean {
  const { tables } = kernel.memory
  const { pte } = kernel.arch
  for (let i = 0; i < pages; i++) {
    const at = tables.at(table, first + i)
    if (!pte.isPresent(tables.words[at], tables.words[at + 1])) return false
    if (pte.pfn(tables.words[at], tables.words[at + 1]) !== head + i) return false
  }
  return true
}

/** folio_likely_mapped_shared, which looks at the first page; page_mapcount before. */
function isShared(kernel: Kernel, page: number): boolean {
  const { frames } = kernel.memory
  return mapcountOf(frames, kernel.behaviour.batchesUnmaps ? headOf(frames, page) : page) > 1
}

/** madvise_free_huge_pmd: a part of a huge page splits it, the whole is made old and clean. */
function freeHuge(
  kernel: Kernel,
  mm: MmStruct,
  vma: Vma,
  holder: number,
  index: number,
  from: number,
  to: number,
): void {
  const { tables, frames } = kernel.memory
  const level = kernel.pt.levels[kernel.pt.last - 1]
  const leaf = level.leaf!
  const at = tables.at(holder, index)
  const lo = tables.words[at]
  const hi = tables.words[at + 1]
  const folio = leaf.pfn(lo, hi)
  if (isHugeZero(kernel, folio) || mapcountOf(frames, folio) !== 1) return
  if (to - from !== level.pages) return splitHugePmd(kernel, mm, vma, holder, index, from)
  if (leaf.isYoung(lo, hi) || leaf.isDirty(lo, hi)) {
    const old = leaf.mkold(lo, hi)
    const clean = leaf.mkclean(old, leaf.hi)
    tables.set(holder, index, clean, leaf.hi, 0)
    kernel.gather.range(from, to, level.pageShift)
  }
  markLazyFree(kernel, folio)
}

/** folio_mark_lazyfree: waits in the CPU's batch until that is full or drained. */
function markLazyFree(kernel: Kernel, page: number): void {
  const { frames } = kernel.memory
  const folio = headOf(frames, page)
  if (frames.flags[folio] & FRAME_LAZYFREE || kernel.lazyFreeBatch.includes(folio)) return
  kernel.lazyFreeBatch.push(folio)
  if (kernel.lazyFreeBatch.length >= kernel.behaviour.lruBatch) drainLazyFree(kernel)
}

/** lru_add_drain, as far as it concerns lazyfree. Callers are about to take pages away, so that none is left in a batch. */
export function drainLazyFree(kernel: Kernel): void {
  const { lazyFreeBatch: batch } = kernel
  if (batch.length === 0) return
  const { frames } = kernel.memory
  for (const page of batch)
    if (frames.kind[page] === PAGE.anon) frames.setFlags(page, frames.flags[page] | FRAME_LAZYFREE)
  batch.length = 0
}
