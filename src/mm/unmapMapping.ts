/**
 * unmap_mapping_range (mm/memory.c, 6.12): takes pages of a file out of every mm that maps them.
 */
import { updateHiwaterRss } from './hiwater.ts'
import type { Kernel } from './kernel.ts'
import type { MmStruct } from './mmStruct.ts'
import type { Vma } from './vma.ts'
import { zapKeepingMarkers } from './uffdWp.ts'

/** Pages [from, to) of the file; `evenCows`: private copies made in their place go too. */
export function unmapMappingRange(
  kernel: Kernel,
  file: { readonly mappings: ReadonlyMap<Vma, MmStruct> },
  from: number,
  to: number,
  evenCows: boolean,
): void {
  const { trace, gather } = kernel
  const running = trace.mm
  for (const [vma, mm] of file.mappings) {
    const start = Math.max(vma.start, vma.start + (from - vma.pgoff))
    const end = Math.min(vma.end, vma.start + (to - vma.pgoff))
    if (start >= end) continue
    trace.mm = mm.id
    updateHiwaterRss(mm)
    gather.begin(mm, false)
    zapKeepingMarkers(kernel, mm, vma, start, end, evenCows)
    gather.finish()
  }
  trace.mm = running
}
