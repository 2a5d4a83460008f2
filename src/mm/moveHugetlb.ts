/**
 * move_hugetlb_page_tables (mm/hugetlb.c, 6.12): huge pages of the pool move entry by entry, and what was reserved for them
 * goes along (clear_vma_resv_huge_pages).
 */
import { indexOf } from '../hw/walker.ts'
import { allocTo } from '../pgtable/allocTo.ts'
import { isHuge } from './hugeSplit.ts'
import type { Kernel } from './kernel.ts'
import type { MmStruct } from './mmStruct.ts'
import { high, low } from './pages.ts'
import { unshare } from './pmdSharing.ts'
import type { Vma } from './vma.ts'

/** Pages that were dealt with: fewer than asked when memory for a table ran out. */
export function moveHugetlbTables(
  kernel: Kernel,
  mm: MmStruct,
  from: number,
  to: number,
  pages: number,
): number {
  const unit = 2 ** kernel.behaviour.hugetlbOrder
  let done = 0
  for (; done < pages; done += unit) if (!moveOne(kernel, mm, from + done, to + done)) break
  if (done > 0) kernel.flush.range(mm, from, from + done, kernel.behaviour.hugetlbOrder, false)
  return Math.min(done, pages)
}

function moveOne(kernel: Kernel, mm: MmStruct, from: number, to: number): boolean {
  const { pt } = kernel
  const { tables } = kernel.memory
  const depth = pt.last - 1
  const level = pt.levels[depth]
  const old = pt.tableFor(mm, depth, low(from), high(from))
  const index = indexOf(level, low(from), high(from))
  if (old === 0 || unshared(kernel, mm, from, old) || !isHuge(kernel, old, index)) return true
  const target = allocTo(pt, mm, depth, low(to), high(to))
  if (target === 0) return false
  const at = tables.at(old, index)
  const lo = tables.words[at]
  const hi = tables.words[at + 1]
  tables.set(old, index, level.noneLo, level.noneHi, 0)
  tables.set(target, indexOf(level, low(to), high(to)), lo, hi, 0)
  return true
}

/** Pages of a table that others use too are left to faults at the new place. */
function unshared(kernel: Kernel, mm: MmStruct, vpn: number, table: number): boolean {
  if (kernel.sharedPmds.count(table) === 0) return false
  kernel.gather.begin(mm, false)
  unshare(kernel, mm, vpn, table)
  kernel.gather.finish()
  return true
}

/** Does `work`, which takes the old mapping away, without giving back what is reserved for the new one. */
export function keepingReservations<T>(vma: Vma, work: () => T): T {
  const { reserved: promised } = vma
  if (promised === null) return work()
  const kept = [...promised]
  promised.clear()
  try {
    return work()
  } finally {
    for (const page of kept) promised.add(page)
  }
}
