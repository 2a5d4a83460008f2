/**
 * What smaps sums up for one VMA (smap_gather_stats, smaps_account, fs/proc/task_mmu.c, 6.12). All in base pages.
 */
import { FRAME_LAZYFREE } from '../hw/frames.ts'
import { headOf, mapcountOf } from '../hw/folio.ts'
import { PAGE, VM } from '../trace/schema.ts'
import { eachEntry } from './eachEntry.ts'
import type { Kernel } from './kernel.ts'
import type { MmStruct } from './mmStruct.ts'
import { isDirtyPage, isReferencedPage } from './pageFlags.ts'
import type { Vma } from './vma.ts'

export interface VmaPages {
  rss: number
  anon: number
  /** Anonymous memory mapped by huge entries. */
  anonHuge: number
  lazyFree: number
  privateClean: number
  privateDirty: number
  sharedClean: number
  sharedDirty: number
  referenced: number
  /** Pages weighted by one over their mapcount, and the same again where the VMA is locked. */
  proportional: number
  locked: number
  /** hugetlb pages are in none of the above. */
  privateHugetlb: number
  sharedHugetlb: number
}

export function vmaPages(kernel: Kernel, mm: MmStruct, vma: Vma): VmaPages {
  const sums = zeroes()
  const { frames, tables } = kernel.memory
  const isHugetlb = (vma.flags & VM.HUGETLB) !== 0
  eachEntry(kernel, mm, vma, vma.start, vma.end, (holder, _index, ops, lo, hi, page) => {
    if (page < 0) return
    const pages = 2 ** kernel.pt.levels[tables.depth[holder]].pageShift
    if (isHugetlb) sums[mapcountOf(frames, page) > 1 ? 'sharedHugetlb' : 'privateHugetlb'] += pages
    else account(kernel, sums, page, pages, ops.isYoung(lo, hi), ops.isDirty(lo, hi))
  })
  if (vma.flags & VM.LOCKED) sums.locked = sums.proportional
  return sums
}

function zeroes(): VmaPages {
  return {
    rss: 0,
    anon: 0,
    anonHuge: 0,
    lazyFree: 0,
    privateClean: 0,
    privateDirty: 0,
    sharedClean: 0,
    sharedDirty: 0,
    referenced: 0,
    proportional: 0,
    locked: 0,
    privateHugetlb: 0,
    sharedHugetlb: 0,
  }
}

/** smaps_account: flags are those of the folio, map counts those of its pages. */
function account(
  kernel: Kernel,
  sums: VmaPages,
  page: number,
  pages: number,
  young: boolean,
  pteDirty: boolean,
): void {
  const { frames } = kernel.memory
  const folio = headOf(frames, page)
  const dirty = pteDirty || isDirtyPage(frames, folio)
  sums.rss += pages
  if (frames.kind[page] === PAGE.anon) {
    sums.anon += pages
    if (pages > 1) sums.anonHuge += pages
    if (!dirty && frames.flags[folio] & FRAME_LAZYFREE) sums.lazyFree += pages
  }
  if (young || isReferencedPage(frames, folio)) sums.referenced += pages
  for (let i = page; i < page + pages; i++) {
    const maps = mapcountOf(frames, i)
    sums.proportional += 1 / maps
    if (maps > 1) sums[dirty ? 'sharedDirty' : 'sharedClean']++
    else sums[dirty ? 'privateDirty' : 'privateClean']++
  }
}
