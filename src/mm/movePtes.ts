/**
 * move_ptes (mm/mremap.c, 6.12): entry by entry from one pte table to another.
 */
import { indexOf } from '../hw/walker.ts'
import { unfoldRange } from './contpte.ts'
import type { Kernel } from './kernel.ts'
import type { MmStruct } from './mmStruct.ts'
import { high, low } from './pages.ts'

/**
 * Moves the entries of pages [from, from + pages), all of one pte table, to those of page `to` on in another. Present ones
 * are flushed before the lock of the old table would be dropped.
 */
export function movePtes(
  kernel: Kernel,
  mm: MmStruct,
  oldTable: number,
  newTable: number,
  from: number,
  to: number,
  pages: number,
): void {
  const { tables } = kernel.memory
  const { pte } = kernel.arch
  const level = kernel.pt.levels[kernel.pt.last]
  const first = indexOf(level, low(from), high(from))
  const target = indexOf(level, low(to), high(to))
  let wasPresent = false
  unfoldRange(kernel, oldTable, first, first + pages)
  for (let i = 0; i < pages; i++) {
    const index = first + i
    if (tables.untouched(oldTable, index)) {
      i += 31 - (index & 31)
      continue
    }
    const at = tables.at(oldTable, index)
    let lo = tables.words[at]
    let hi = tables.words[at + 1]
    if (pte.isNone(lo, hi)) continue
    const present = pte.isPresent(lo, hi)
    tables.set(oldTable, index, level.noneLo, level.noneHi, 0)
    if (present && kernel.behaviour.softDirty) {
      lo = pte.mksoftDirty(lo, hi)
      hi = pte.hi
    }
    wasPresent ||= present
    tables.set(newTable, target + i, lo, hi, 0)
  }
  if (wasPresent) kernel.flush.range(mm, from, from + pages, 0, true)
}
