/**
 * /proc/meminfo (fs/proc/meminfo.c, hugetlb_report_meminfo in mm/hugetlb.c; 6.12), with the lines of what is modelled. What this
 * machine does not have at all, such as swap, shows 0; what it has but does not keep count of is left out.
 */
import { mapcountOf } from '../hw/folio.ts'
import { MACHINE } from '../pgtable/fields.ts'
import { PAGE } from '../trace/schema.ts'
import type { Kernel } from './kernel.ts'

export function meminfo(kernel: Kernel): string {
  const { memory, vmstat, arch, hugetlb, behaviour } = kernel
  const kb = arch.pageSize / 1024
  const line = (name: string, pages: number): string =>
    `${`${name}:`.padEnd(16)}${String(pages * kb).padStart(8)} kB\n`
  const huge = 2 ** arch.hpageOrder
  const unit = 2 ** behaviour.hugetlbOrder
  const mapped = countMapped(kernel)
  return (
    line('MemTotal', memory.allocator.total) +
    line('MemFree', memory.allocator.free) +
    line('Cached', vmstat.get(MACHINE.nr_file_pages)) +
    line('SwapCached', 0) +
    line('SwapTotal', 0) +
    line('SwapFree', 0) +
    line('AnonPages', mapped.anon) +
    line('Mapped', mapped.file) +
    line('Shmem', vmstat.get(MACHINE.nr_shmem)) +
    line('PageTables', vmstat.get(MACHINE.nr_page_table_pages)) +
    (arch.hpageOrder === 0
      ? ''
      : line('AnonHugePages', vmstat.get(MACHINE.nr_anon_transparent_hugepages) * huge) +
        line('ShmemHugePages', vmstat.get(MACHINE.nr_shmem_hugepages) * huge) +
        line('ShmemPmdMapped', vmstat.get(MACHINE.nr_shmem_pmdmapped) * huge)) +
    (behaviour.hugetlbOrder === 0
      ? ''
      : count('HugePages_Total', hugetlb.total) +
        count('HugePages_Free', hugetlb.free) +
        count('HugePages_Rsvd', hugetlb.reserved) +
        count('HugePages_Surp', 0) +
        line('Hugepagesize', unit) +
        line('Hugetlb', hugetlb.total * unit))
  )
}

function count(name: string, pages: number): string {
  return `${`${name}:`.padEnd(19)}${String(pages).padStart(5)}\n`
}

/** NR_ANON_MAPPED and NR_FILE_MAPPED: pages that some entry maps, each once. */
function countMapped({ memory }: Kernel): { anon: number; file: number } {
  const { frames, allocator } = memory
  let anon = 0
  let file = 0
  for (let frame = 0; frame < allocator.touched; frame++) {
    const kind = frames.kind[frame]
    if (kind !== PAGE.anon && kind !== PAGE.file && kind !== PAGE.shmem) continue
    if (mapcountOf(frames, frame) === 0) continue
    if (kind === PAGE.anon) anon++
    else file++
  }
  return { anon, file }
}
