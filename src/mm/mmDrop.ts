/**
 * References to the mm_struct itself: mmdrop, and those of tasks that borrow it (kernel/fork.c, include/linux/sched/mm.h,
 * 6.12; DIGEST A.2.2, G.8).
 */
import { MM } from '../pgtable/fields.ts'
import { KIND, OBJ } from '../trace/schema.ts'
import type { Kernel } from './kernel.ts'
import { UNITS } from './layout/units.ts'
import { shootLazyTlbs, unload } from './leaveMm.ts'
import type { MmStruct } from './mmStruct.ts'

/**
 * The users' reference. CPUs that ran the last user drop the mm at once, as if a task with an mm of its own followed; CPUs
 * that borrow it keep it until they run such a task.
 */
export function mmDrop(kernel: Kernel, mm: MmStruct): void {
  unload(kernel, mm)
  put(kernel, mm)
}

/** mmdrop_lazy_tlb: a borrower has gone on to an mm of its own. */
export function mmDropLazy(kernel: Kernel, id: number): void {
  const mm = kernel.mms.get(id)
  if (mm !== undefined && !kernel.lazyShootdown) put(kernel, mm)
}

function put(kernel: Kernel, mm: MmStruct): void {
  mm.add(MM.mm_count, -1)
  if (mm.get(MM.mm_count) === 0) freeMm(kernel, mm)
}

/** __mmdrop: the top table goes, then the counters must all be zero. */
function freeMm(kernel: Kernel, mm: MmStruct): void {
  if (kernel.lazyShootdown) shootLazyTlbs(kernel, mm)
  kernel.mms.delete(mm.id)
  kernel.pt.pgdFree(mm)
  kernel.contexts.destroy(mm)
  kernel.pt.releaseFragments(mm)
  checkMm(kernel, mm)
  kernel.trace.emit(KIND.OBJ_FREE, 0, OBJ.mm, mm.id, 0, 0, 0, 0)
}

const RSS = [
  ['MM_FILEPAGES', MM.rss_file],
  ['MM_ANONPAGES', MM.rss_anon],
  ['MM_SWAPENTS', MM.rss_swap],
  ['MM_SHMEMPAGES', MM.rss_shmem],
] as const

function checkMm(kernel: Kernel, mm: MmStruct): void {
  const pointer = mm.id.toString(16).padStart(kernel.arch.bits / 4, '0')
  const { rssNames } = kernel.behaviour.oom
  RSS.forEach(([type, field], number) => {
    const value = mm.get(field)
    const which = rssNames ? `type:${type}` : `idx:${number}`
    if (value !== 0) kernel.printk(1, `BUG: Bad rss-counter state mm:${pointer} ${which} val:${value}`)
  })
  for (const text of mm.seenBy(UNITS.fork, () => kernel.pt.accounting.residue(mm))) kernel.printk(1, text)
}
