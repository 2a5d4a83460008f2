/**
 * Peaks of an address space, brought up to date only before they could be lost: when something is about to shrink
 * (update_hiwater_rss, update_hiwater_vm, include/linux/mm.h, 6.12). /proc/PID/status shows the larger of these and now.
 */
import { MM } from '../pgtable/fields.ts'
import type { MmStruct } from './mmStruct.ts'

/** get_mm_rss() */
function rssOf(mm: MmStruct): number {
  return mm.get(MM.rss_anon) + mm.get(MM.rss_file) + mm.get(MM.rss_shmem)
}

export function updateHiwaterRss(mm: MmStruct): void {
  const rss = rssOf(mm)
  if (mm.get(MM.hiwater_rss) < rss) mm.set(MM.hiwater_rss, rss)
}

export function updateHiwaterVm(mm: MmStruct): void {
  const total = mm.get(MM.total_vm)
  if (mm.get(MM.hiwater_vm) < total) mm.set(MM.hiwater_vm, total)
}

/** reset_mm_hiwater_rss, and what fork starts with. */
export function resetHiwaterRss(mm: MmStruct): void {
  mm.set(MM.hiwater_rss, rssOf(mm))
}
