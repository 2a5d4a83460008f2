/**
 * What smaps sums up for one VMA (smap_gather_stats, smaps_account, fs/proc/task_mmu.c, 6.12). All in base pages.
 */
import { PAGE, PG } from '../schema.ts'
import type { PageFacts } from './pages.ts'

export interface VmaPages {
  rss: number
  anon: number
  /** Anonymous memory mapped by huge entries. */
  anonHuge: number
  /** Pages of files in memory mapped by huge entries. */
  shmemHuge: number
  lazyFree: number
  privateClean: number
  privateDirty: number
  sharedClean: number
  sharedDirty: number
  referenced: number
  /** Pages weighted by one over their mapcount, those of them that are dirty, and all again where the VMA is locked. */
  proportional: number
  proportionalDirty: number
  locked: number
  /** hugetlb pages are in none of the above. */
  privateHugetlb: number
  sharedHugetlb: number
}

export function noPages(): VmaPages {
  return {
    rss: 0,
    anon: 0,
    anonHuge: 0,
    shmemHuge: 0,
    lazyFree: 0,
    privateClean: 0,
    privateDirty: 0,
    sharedClean: 0,
    sharedDirty: 0,
    referenced: 0,
    proportional: 0,
    proportionalDirty: 0,
    locked: 0,
    privateHugetlb: 0,
    sharedHugetlb: 0,
  }
}

/**
 * smaps_hugetlb_range: a present entry of a hugetlb VMA that maps `pages` pages from `page` on. `tableIsShared`: the pmd
 * table with the entry belongs to several mms (hugetlb_pmd_shared).
 */
export function accountHugetlb(
  facts: PageFacts,
  sums: VmaPages,
  page: number,
  pages: number,
  tableIsShared: boolean,
): void {
  sums[tableIsShared || facts.mapcount(page) > 1 ? 'sharedHugetlb' : 'privateHugetlb'] += pages
}

/** smaps_account: flags are those of the folio, map counts those of its pages. */
export function account(
  facts: PageFacts,
  sums: VmaPages,
  page: number,
  pages: number,
  young: boolean,
  pteDirty: boolean,
): void {
  const flags = facts.flags(facts.head(page))
  const dirty = pteDirty || (flags & PG.dirty) !== 0
  sums.rss += pages
  if (facts.kind(page) === PAGE.anon) {
    sums.anon += pages
    if (pages > 1) sums.anonHuge += pages
    if (!dirty && flags & PG.lazyfree) sums.lazyFree += pages
  } else if (pages > 1 && facts.kind(page) === PAGE.shmem) sums.shmemHuge += pages
  if (young || flags & PG.referenced) sums.referenced += pages
  for (let i = page; i < page + pages; i++) {
    const maps = facts.mapcount(i)
    sums.proportional += 1 / maps
    if (dirty) sums.proportionalDirty += 1 / maps
    if (maps > 1) sums[dirty ? 'sharedDirty' : 'sharedClean']++
    else sums[dirty ? 'privateDirty' : 'privateClean']++
  }
}
