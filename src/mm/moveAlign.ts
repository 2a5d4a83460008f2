/**
 * try_realign_addr and can_align_down (mm/mremap.c, since 6.7): a move that crosses a pmd border may begin at the pmd border
 * below it, so that the first table moves whole too.
 */
import type { MmStruct } from './mmStruct.ts'
import type { Vma } from './vma.ts'

/** Pages by which both ends of the move may begin lower; 0: as asked. */
export function realignBy(
  mm: MmStruct,
  oldVma: Vma,
  newVma: Vma,
  from: number,
  to: number,
  pages: number,
  pmdPages: number,
): number {
  const below = from % pmdPages
  if (below === 0 || pages < pmdPages - below || to % pmdPages !== below) return 0
  return canAlignDown(mm, oldVma, from, below) && canAlignDown(mm, newVma, to, below) ? below : 0
}

/** The address is the VMA's start, and nothing is mapped between it and the border. */
function canAlignDown(mm: MmStruct, vma: Vma, at: number, below: number): boolean {
  return vma.start === at && mm.vmas.intersection(at - below, at) === null
}
