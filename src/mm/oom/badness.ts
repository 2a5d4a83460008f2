/** oom_badness (mm/oom_kill.c, 6.12): what a process's death would give back, in pages, as its kernel reckons. */
import { MM } from '../../pgtable/fields.ts'
import type { Kernel } from '../kernel.ts'
import { UNITS } from '../layout/units.ts'
import type { MmStruct } from '../mmStruct.ts'

export function oomBadness(kernel: Kernel, mm: MmStruct): number {
  const bytes = mm.seenBy(UNITS.oom, () => kernel.pt.accounting.bytes(mm, kernel.arch))
  const tables = Math.floor(bytes / kernel.arch.pageSize)
  return mmRss(mm) + mm.get(MM.rss_swap) + tables
}

/** get_mm_rss */
export function mmRss(mm: MmStruct): number {
  return mm.get(MM.rss_anon) + mm.get(MM.rss_file) + mm.get(MM.rss_shmem)
}
