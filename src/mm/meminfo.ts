/** /proc/meminfo of a running machine; how it is written is in src/trace/proc. */
import { MACHINE } from '../pgtable/fields.ts'
import { countMapped, meminfoText } from '../trace/proc/meminfo.ts'
import { FIELDS } from '../trace/schema.ts'
import type { Kernel } from './kernel.ts'
import { FramePages } from './pageFacts.ts'

export function meminfo(kernel: Kernel): string {
  const { memory, arch, behaviour } = kernel
  settleMemory(kernel)
  const mapped = { anon: 0, file: 0 }
  const facts = new FramePages(memory.frames)
  for (let frame = 0; frame < memory.allocator.touched; frame++) countMapped(facts, frame, mapped)
  return meminfoText({
    pageSize: arch.pageSize,
    hpageOrder: arch.hpageOrder,
    hugetlbOrder: behaviour.hugetlbOrder,
    totalPages: memory.allocator.total,
    mapped,
    counter: (name) => kernel.vmstat.get((FIELDS.machine as readonly string[]).indexOf(name)),
  })
}

/** Counters that are kept elsewhere while a call runs. */
export function settleMemory({ vmstat, memory, hugetlb }: Kernel): void {
  vmstat.set(MACHINE.nr_free_pages, memory.allocator.free)
  vmstat.set(MACHINE.HugePages_Total, hugetlb.total)
  vmstat.set(MACHINE.HugePages_Free, hugetlb.free)
  vmstat.set(MACHINE.HugePages_Rsvd, hugetlb.reserved)
}
