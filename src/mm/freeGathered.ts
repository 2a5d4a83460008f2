/**
 * The last step of unmapping, when no TLB and no walker can reach what was unmapped any more: references are dropped,
 * tables freed or handed to RCU (tlb_flush_mmu_free, mm/mmu_gather.c, 6.12).
 */
import { headOf } from '../hw/folio.ts'
import { FRAME_HEAD } from '../hw/frames.ts'
import { PAGE } from '../trace/schema.ts'
import type { GatherPages } from './gatherPages.ts'
import type { Kernel } from './kernel.ts'

export function freeGathered(kernel: Kernel, pages: GatherPages, tables: number[], byRcu: boolean): void {
  if (byRcu) kernel.rcu.defer(tables, false)
  dropReferences(kernel, pages)
  if (byRcu) kernel.rcu.poll()
  else for (const table of tables) kernel.pt.freeTable(table)
}

/** free_pages_and_swap_cache: folios without references left go back together. */
function dropReferences(kernel: Kernel, { page, count, length }: GatherPages): void {
  const { frames } = kernel.memory
  let dead = 0
  for (let i = 0; i < length; i++) {
    const head = headOf(frames, page[i])
    if (frames.flags[head] & FRAME_HEAD && frames.kind[head] === PAGE.hugetlb) {
      kernel.hugetlb.put(head)
      continue
    }
    frames.refcount[head] -= count[i]
    // The list is read ahead of where it is written.
    if (frames.refcount[head] === 0) page[dead++] = head
  }
  kernel.memory.freeBatch(page, dead)
}
