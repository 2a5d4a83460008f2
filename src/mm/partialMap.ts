/**
 * Huge pages that are mapped only in part: deferred_split_folio, and how many are mapped whole, NR_ANON_THPS
 * (mm/rmap.c, mm/huge_memory.c, 6.12).
 */
import { addHugeMap, headOf, mapcountOf } from '../hw/folio.ts'
import { FRAME_DEFERRED, FRAME_HEAD, FRAME_TAIL } from '../hw/frames.ts'
import { MACHINE } from '../pgtable/fields.ts'
import { PAGE } from '../trace/schema.ts'
import type { Kernel } from './kernel.ts'

/** A huge entry maps the folio now. */
export function hugeMapped(kernel: Kernel, folio: number): void {
  if (addHugeMap(kernel.memory.frames, folio, 1) === 1) kernel.vmstat.add(mappedWhole(kernel, folio), 1)
}

/** A huge entry maps it no longer. */
export function hugeUnmapped(kernel: Kernel, folio: number): void {
  if (addHugeMap(kernel.memory.frames, folio, -1) === 0) kernel.vmstat.add(mappedWhole(kernel, folio), -1)
}

/** NR_ANON_THPS or NR_SHMEM_PMDMAPPED, in huge pages as /proc/vmstat shows them. */
function mappedWhole(kernel: Kernel, folio: number): number {
  const isShmem = kernel.memory.frames.kind[folio] === PAGE.shmem
  return isShmem ? MACHINE.nr_shmem_pmdmapped : MACHINE.nr_anon_transparent_hugepages
}

/**
 * Entries of one folio that are taken away together (folio_pte_batch): consecutive pages with the same contiguous bit. Only
 * what is left after all of them counts.
 */
export class UnmapBatch {
  private head = -1
  private last = -1
  private folded = false
  private gone = 0

  /** One mapping of `page` is gone; its map count says so already. */
  add(kernel: Kernel, page: number, folded: boolean): void {
    const { frames } = kernel.memory
    if ((frames.flags[page] & (FRAME_HEAD | FRAME_TAIL)) === 0) return
    const head = headOf(frames, page)
    if (head !== this.head || page !== this.last + 1 || folded !== this.folded) this.end(kernel)
    this.head = head
    this.last = page
    this.folded = folded
    if (mapcountOf(frames, page) > 0) return
    this.gone++
    // page_remove_rmap until 6.8: page by page, the last one too.
    if (!kernel.behaviour.batchesUnmaps) deferSplit(kernel, head)
  }

  /** The run ends: at the end of a table, or where another folio begins. */
  end(kernel: Kernel): void {
    const { head, gone } = this
    this.head = -1
    this.gone = 0
    if (head >= 0 && gone > 0 && isMapped(kernel, head)) deferSplit(kernel, head)
  }
}

/** A huge entry of the folio is gone: some of its pages may still be mapped by small ones. */
export function hugeEntryGone(kernel: Kernel, folio: number): void {
  const { frames } = kernel.memory
  if (frames.entireMapcount[folio] > 0) return
  const pages = kernel.arch.hpagePmdNr
  let gone = 0
  for (let page = folio; page < folio + pages; page++) if (frames.mapcount[page] === 0) gone++
  if (gone > 0 && gone < pages) deferSplit(kernel, folio)
}

function isMapped(kernel: Kernel, head: number): boolean {
  const { frames } = kernel.memory
  if (frames.entireMapcount[head] > 0) return true
  for (let page = head; page < head + 2 ** frames.order[head]; page++)
    if (frames.mapcount[page] > 0) return true
  return false
}

/** deferred_split_folio: the counter is about pmd-sized folios, each once. */
function deferSplit(kernel: Kernel, head: number): void {
  const { frames } = kernel.memory
  if (frames.kind[head] !== PAGE.anon || frames.order[head] !== kernel.arch.hpageOrder) return
  if (frames.flags[head] & FRAME_DEFERRED) return
  frames.flags[head] |= FRAME_DEFERRED
  kernel.vmstat.add(MACHINE.thp_deferred_split_page, 1)
}
