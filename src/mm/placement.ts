/**
 * Where mmap puts a mapping: get_unmapped_area with arch_get_unmapped_area(_topdown) of the architectures, as data
 * (mm/mmap.c, 6.12; arch/{x86/kernel/sys_x86_64.c, s390/mm/mmap.c, mips/mm/mmap.c, …}). All numbers are pages.
 */
import { ERRNO } from './errno.ts'
import type { VmaSet } from './vmaSet.ts'

export interface AddressLayout {
  /** TASK_SIZE of the task, with high hints where there are any: nothing is ever mapped at or past it. */
  taskPages: number
  /** Where hints below highHintFromPages and the bottom-up search end (arch_get_mmap_end). */
  windowPages: number
  /** mm->mmap_base: top-down searches end here, bottom-up ones (`bottomUp`) begin here. */
  mmapBasePages: number
  /** TASK_UNMAPPED_BASE: where the search starts that is tried when the top-down one found nothing. */
  bottomUpBasePages: number
  /** vm.mmap_min_addr */
  minPages: number
  bottomUp: boolean
  /** Hints at or past this page open the space up to highLimitPages; Infinity: no such rule. */
  highHintFromPages: number
  highLimitPages: number
  /** What doesn't fit a high hint goes just below highLimitPages ('large') or below mmap_base as ever ('window'). */
  highFallback: 'large' | 'window'
  /** MAP_FIXED past taskPages: EINVAL where the architecture's own routine refuses it (mips, loongarch). */
  fixedBeyond: 'ENOMEM' | 'EINVAL'
  /** Shared and file mappings start at their file offset modulo this (cache colours); 1: anywhere. */
  sharedAlignPages: number
  /** Pages that one pmd entry maps; 0 when the kernel has no THP. */
  hugePages: number
  /**
   * Private anonymous mmap without a hint: 'never' (until 6.6, 32-bit kernels), 'large' aligns every length of a huge page or
   * more (6.7 to 6.12), 'multiple' only multiples of it (6.13, stable 6.12).
   */
  thpAlign: 'never' | 'large' | 'multiple'
}

export interface PlacementRequest {
  /** First page asked for; 0 without MAP_FIXED: no wish. */
  hintPage: number
  pages: number
  /** MAP_FIXED, or MAP_FIXED_NOREPLACE together with `noReplace`. */
  fixed: boolean
  noReplace: boolean
  /** 'shmem': MAP_SHARED | MAP_ANONYMOUS and memfd; 'thp-file': a file system that aligns files to huge pages. */
  kind: 'anonymous' | 'shmem' | 'file' | 'thp-file' | 'hugetlb'
  /** Page offset in the file; 0 for anonymous memory. */
  pgoff: number
  /** Pages of one huge page for hugetlb, else 1. */
  alignPages: number
}

/** Where the mapping goes, as a page, or a negative errno. Nothing is changed. */
export function getUnmappedArea(set: VmaSet, layout: AddressLayout, request: PlacementRequest): number {
  const { pages } = request
  if (pages <= 0) return -ERRNO.EINVAL
  if (pages > layout.taskPages) return -ERRNO.ENOMEM
  if (request.fixed) return placeFixed(set, layout, request)
  const hint = roundHintToMin(request.hintPage, layout)
  const aligned = wantsThpAlign(layout, request, hint) ? thpArea(set, layout, request, hint) : -1
  const at =
    aligned >= 0 ? aligned : archArea(set, layout, hint, pages, alignmentOf(layout, request), request.pgoff)
  return at < 0 || at > layout.taskPages - pages ? -ERRNO.ENOMEM : at
}

function placeFixed(set: VmaSet, layout: AddressLayout, request: PlacementRequest): number {
  const { hintPage, pages, alignPages } = request
  if (hintPage > layout.taskPages - pages) return -ERRNO[layout.fixedBeyond]
  if (request.kind === 'hugetlb' && hintPage % alignPages !== 0) return -ERRNO.EINVAL
  if (request.noReplace && set.intersection(hintPage, hintPage + pages) !== null) return -ERRNO.EEXIST
  return hintPage
}

/** round_hint_to_min() */
function roundHintToMin(hint: number, layout: AddressLayout): number {
  return hint > 0 && hint < layout.minPages ? layout.minPages : hint
}

function alignmentOf(layout: AddressLayout, request: PlacementRequest): number {
  if (request.kind === 'hugetlb') return request.alignPages
  return request.kind === 'anonymous' ? 1 : layout.sharedAlignPages
}

function wantsThpAlign(layout: AddressLayout, request: PlacementRequest, hint: number): boolean {
  const { hugePages, thpAlign } = layout
  if (hugePages === 0 || request.pages < hugePages) return false
  if (request.kind === 'thp-file') return true
  if (request.kind !== 'anonymous') return false
  if (thpAlign === 'multiple') return hint === 0 && request.pages % hugePages === 0
  return thpAlign === 'large'
}

/** __thp_get_unmapped_area(): asks for a huge page more and takes the aligned part. -1: not possible. */
function thpArea(set: VmaSet, layout: AddressLayout, request: PlacementRequest, hint: number): number {
  const { hugePages } = layout
  const { pages, pgoff } = request
  const aligned = Math.ceil(pgoff / hugePages) * hugePages
  if (pgoff + pages - aligned < hugePages) return -1
  const found = archArea(set, layout, hint, pages + hugePages, 1, 0)
  if (found < 0 || found === hint) return found
  const shift = (((pgoff - found) % hugePages) + hugePages) % hugePages
  return shift === 0 && !layout.bottomUp ? found + hugePages : found + shift
}

/** arch_get_unmapped_area(_topdown): the hint if it is free, else the search. */
function archArea(
  set: VmaSet,
  layout: AddressLayout,
  hint: number,
  pages: number,
  align: number,
  pgoff: number,
): number {
  const isHigh = hint >= layout.highHintFromPages
  const end = isHigh ? layout.highLimitPages : layout.windowPages
  if (hint > 0) {
    const at = Math.ceil(hint / align) * align + (pgoff % align)
    if (at >= layout.minPages && at + pages <= end && set.hasRoom(at, pages)) return at
  }
  return search(set, layout, isHigh, pages, align, pgoff)
}

function search(
  set: VmaSet,
  layout: AddressLayout,
  isHigh: boolean,
  pages: number,
  align: number,
  pgoff: number,
): number {
  const isLarge = isHigh && layout.highFallback === 'large'
  const end = isLarge ? layout.highLimitPages : layout.windowPages
  if (layout.bottomUp) return set.lowestGap(layout.mmapBasePages, end, pages, align, pgoff)
  const low = Math.max(1, layout.minPages)
  const high = layout.mmapBasePages + (isLarge ? layout.highLimitPages - layout.windowPages : 0)
  const found = set.highestGap(low, high, pages, align, pgoff)
  return found >= 0 ? found : set.lowestGap(layout.bottomUpBasePages, end, pages, align, pgoff)
}
