/**
 * MADV_FREE (madvise_free_pte_range, mm/madvise.c; folio_mark_lazyfree, mm/swap.c, 6.12): entries become old and clean; the
 * pages stop being swap-backed once the CPU's batch of them is carried out. A write makes the entry dirty again, which
 * alone keeps reclaim from dropping the page.
 */
import { mapcountOf } from '../hw/folio.ts'
import { FRAME_HEAD, FRAME_LAZYFREE, FRAME_TAIL } from '../hw/frames.ts'
import { PAGE, VM } from '../trace/schema.ts'
import { eachPte } from './eachEntry.ts'
import { ERRNO } from './errno.ts'
import { splitHugePmd } from './hugeSplit.ts'
import { isHugeZero } from './hugeZero.ts'
import type { Kernel } from './kernel.ts'
import type { MmStruct } from './mmStruct.ts'
import { walkRange } from './rangeWalk.ts'
import type { Vma } from './vma.ts'

/** madvise_free_single_vma. 0 or a negative errno. */
export function lazyFree(kernel: Kernel, mm: MmStruct, vma: Vma, from: number, to: number): number {
  if (vma.file !== null || vma.flags & (VM.LOCKED | VM.PFNMAP | VM.HUGETLB)) return -ERRNO.EINVAL
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
  if (to - from !== 2 ** level.pageShift) return splitHugePmd(kernel, mm, vma, holder, index, from)
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
  if (frames.flags[page] & FRAME_LAZYFREE) return
  kernel.lazyFreeBatch.push(page)
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
