/**
 * Which mappings may have transparent huge pages: /sys/kernel/mm/transparent_hugepage/enabled, MADV_HUGEPAGE and
 * MADV_NOHUGEPAGE (thp_vma_allowable_order, mm/huge_memory.c, 6.12).
 */
import { VM } from '../trace/schema.ts'
import type { Kernel } from './kernel.ts'
import type { Vma } from './vma.ts'

export type ThpMode = 'always' | 'madvise' | 'never'

const NEVER_HUGE = VM.NOHUGEPAGE | VM.HUGETLB | VM.PFNMAP | VM.MIXEDMAP | VM.IO | VM.SHARED

/** Whether a fault at page `vpn` may map one whole pmd. */
export function hugeEnabled(kernel: Kernel, vma: Vma, vpn: number): boolean {
  if (kernel.thp === 'never' || vma.file !== null || vma.flags & NEVER_HUGE) return false
  if (kernel.thp === 'madvise' && (vma.flags & VM.HUGEPAGE) === 0) return false
  const pages = 2 ** kernel.arch.hpageOrder
  const first = Math.floor(vpn / pages) * pages
  return first >= vma.start && first + pages <= vma.end
}
