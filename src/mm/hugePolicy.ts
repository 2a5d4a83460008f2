/**
 * Which mappings may have transparent huge pages: /sys/kernel/mm/transparent_hugepage/enabled, MADV_HUGEPAGE and
 * MADV_NOHUGEPAGE (thp_vma_allowable_order, mm/huge_memory.c, 6.12).
 */
import { VM } from '../trace/schema.ts'
import type { Kernel } from './kernel.ts'
import type { Vma } from './vma.ts'

export type ThpMode = 'always' | 'madvise' | 'never'
/** Mode of one size: its own, or that of transparent_hugepage/enabled. */
export type SizeMode = ThpMode | 'inherit'

const NEVER_HUGE = VM.NOHUGEPAGE | VM.HUGETLB | VM.PFNMAP | VM.MIXEDMAP | VM.IO | VM.SHARED

/** Whether a fault at page `vpn` may map one whole pmd. */
export function hugeEnabled(kernel: Kernel, vma: Vma, vpn: number): boolean {
  const mode = kernel.pmdFolios === 'inherit' ? kernel.thp : kernel.pmdFolios
  if (mode === 'never' || vma.file !== null || vma.flags & NEVER_HUGE) return false
  if (mode === 'madvise' && (vma.flags & VM.HUGEPAGE) === 0) return false
  const pages = kernel.arch.hpagePmdNr
  const first = Math.floor(vpn / pages) * pages
  return first >= vma.start && first + pages <= vma.end
}
