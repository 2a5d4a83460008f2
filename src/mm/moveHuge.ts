/**
 * move_huge_pmd (mm/huge_memory.c, 6.12): a huge entry goes to its new place, and the table kept for it with it.
 */
import { needsDeposit } from './filePmd.ts'
import type { Kernel } from './kernel.ts'
import type { MmStruct } from './mmStruct.ts'
import type { Vma } from './vma.ts'

interface Place {
  holder: number
  index: number
}

/** False when something is in the way at the new place. `from` is the first page the entry maps. */
export function moveHugePmd(
  kernel: Kernel,
  mm: MmStruct,
  vma: Vma,
  old: Place,
  target: Place,
  from: number,
): boolean {
  const { pt, memory } = kernel
  const { tables } = memory
  const level = pt.levels[pt.last - 1]
  const leaf = level.leaf!
  const there = tables.at(target.holder, target.index)
  if (!level.table!.isNone(tables.words[there], tables.words[there + 1])) return false
  const at = tables.at(old.holder, old.index)
  let lo = tables.words[at]
  let hi = tables.words[at + 1]
  tables.set(old.holder, old.index, level.noneLo, level.noneHi, 0)
  const hasDeposit = vma.file === null || needsDeposit(kernel)
  if (target.holder !== old.holder && hasDeposit && pt.deposits.count(old.holder) > 0)
    pt.deposits.move(old.holder, target.holder)
  if (kernel.behaviour.softDirty) {
    lo = leaf.mksoftDirty(lo, hi)
    hi = leaf.hi
  }
  tables.set(target.holder, target.index, lo, hi, 0)
  kernel.flush.range(mm, from, from + level.pages, level.pageShift, false)
  return true
}
