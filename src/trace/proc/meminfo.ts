/**
 * /proc/meminfo (fs/proc/meminfo.c, hugetlb_report_meminfo in mm/hugetlb.c; 6.12), with the lines of what is modelled. What this
 * machine does not have at all, such as swap, shows 0; what it has but does not keep count of is left out.
 */
import { PAGE } from '../schema.ts'
import type { PageFacts } from './pages.ts'

export interface MemInfo {
  pageSize: number
  /** log2 base pages of a transparent and of a hugetlb page, 0: none. */
  hpageOrder: number
  hugetlbOrder: number
  totalPages: number
  /** NR_ANON_MAPPED and NR_FILE_MAPPED: pages that some entry maps, each once. */
  mapped: { anon: number; file: number }
  /** Counters of the machine by name. */
  counter(name: string): number
}

export function meminfoText(info: MemInfo): string {
  const { hpageOrder, hugetlbOrder, mapped, counter } = info
  const kb = info.pageSize / 1024
  const line = (name: string, pages: number): string =>
    `${`${name}:`.padEnd(16)}${String(pages * kb).padStart(8)} kB\n`
  const huge = 2 ** hpageOrder
  const unit = 2 ** hugetlbOrder
  return (
    line('MemTotal', info.totalPages) +
    line('MemFree', counter('nr_free_pages')) +
    line('Cached', counter('nr_file_pages')) +
    line('SwapCached', 0) +
    line('SwapTotal', 0) +
    line('SwapFree', 0) +
    line('AnonPages', mapped.anon) +
    line('Mapped', mapped.file) +
    line('Shmem', counter('nr_shmem')) +
    line('PageTables', counter('nr_page_table_pages')) +
    (hpageOrder === 0
      ? ''
      : line('AnonHugePages', counter('nr_anon_transparent_hugepages') * huge) +
        line('ShmemHugePages', counter('nr_shmem_hugepages') * huge) +
        line('ShmemPmdMapped', counter('nr_shmem_pmdmapped') * huge)) +
    (hugetlbOrder === 0
      ? ''
      : count('HugePages_Total', counter('HugePages_Total')) +
        count('HugePages_Free', counter('HugePages_Free')) +
        count('HugePages_Rsvd', counter('HugePages_Rsvd')) +
        count('HugePages_Surp', 0) +
        line('Hugepagesize', unit) +
        line('Hugetlb', counter('HugePages_Total') * unit))
  )
}

function count(name: string, pages: number): string {
  return `${`${name}:`.padEnd(19)}${String(pages).padStart(5)}\n`
}

/** Adds the frame to what is mapped, if anything maps it. */
export function countMapped(facts: PageFacts, frame: number, mapped: { anon: number; file: number }): void {
  const kind = facts.kind(frame)
  if (kind !== PAGE.anon && kind !== PAGE.file && kind !== PAGE.shmem) return
  if (facts.mapcount(frame) === 0) return
  mapped[kind === PAGE.anon ? 'anon' : 'file']++
}
