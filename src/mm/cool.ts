/**
 * MADV_COLD and MADV_PAGEOUT (madvise_cold_or_pageout_pte_range, mm/madvise.c, 6.12), as far as tables notice: COLD makes
 * entries old. Pages stay, because reclaim is not modelled; without swap Linux could not take anonymous ones either.
 */
import { mapcountOf } from '../hw/folio.ts'
import { VM } from '../trace/schema.ts'
import { eachEntry } from './eachEntry.ts'
import { ERRNO } from './errno.ts'
import type { Kernel } from './kernel.ts'
import type { MmStruct } from './mmStruct.ts'
import type { Vma } from './vma.ts'

/** 0 or a negative errno. */
export function cool(
  kernel: Kernel,
  mm: MmStruct,
  vma: Vma,
  from: number,
  to: number,
  advice: 'COLD' | 'PAGEOUT',
): number {
  if (vma.flags & (VM.LOCKED | VM.PFNMAP | VM.HUGETLB)) return -ERRNO.EINVAL
  if (advice === 'PAGEOUT') return 0
  const { frames, tables } = kernel.memory
  kernel.gather.begin(mm, false)
  eachEntry(kernel, mm, vma, from, to, (holder, index, ops, lo, hi, page, vpn) => {
    if (page < 0 || mapcountOf(frames, page) !== 1 || !ops.isYoung(lo, hi)) return
    tables.set(holder, index, ops.mkold(lo, hi), ops.hi, 0)
    const shift = kernel.pt.levels[tables.depth[holder]].pageShift
    kernel.gather.range(vpn, vpn + 2 ** shift, shift)
  })
  kernel.gather.finish()
  return 0
}
