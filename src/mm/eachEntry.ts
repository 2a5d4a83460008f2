/** Every present entry of a range, huge ones too, with the page it owns. */
import type { EntryOps } from '../arch/arch.ts'
import { isHugeZero } from './hugeZero.ts'
import type { Kernel } from './kernel.ts'
import type { MmStruct } from './mmStruct.ts'
import { vmNormalPage } from './normalPage.ts'
import { walkRange } from './rangeWalk.ts'
import type { Vma } from './vma.ts'

export interface EntryVisitor {
  /** Table and index of the entry, its operations and value, the page it owns (−1: none), the first page it maps. */
  (holder: number, index: number, ops: EntryOps, lo: number, hi: number, page: number, vpn: number): void
}

/** A huge entry that lies in the range only in part is visited too. */
export function eachEntry(
  kernel: Kernel,
  mm: MmStruct,
  vma: Vma,
  from: number,
  to: number,
  visit: EntryVisitor,
): void {
  walkRange(kernel, mm, from, to, {
    ptes: (table, at, end) => eachPte(kernel, vma, table, at, end, visit),
    huge: (holder, index, at) => hugeEntry(kernel, holder, index, at, visit),
  })
}

/** The present entries of one pte table. */
export function eachPte(
  kernel: Kernel,
  vma: Vma,
  table: number,
  from: number,
  to: number,
  visit: EntryVisitor,
): void {
  const { tables } = kernel.memory
  const { pte } = kernel.arch
  const first = (from >>> 0) & (kernel.pt.levels[kernel.pt.last].entries - 1)
  for (let i = 0; i < to - from; i++) {
    const index = first + i
    if (tables.untouched(table, index)) {
      i += 31 - (index & 31)
      continue
    }
    const at = tables.at(table, index)
    const lo = tables.words[at]
    const hi = tables.words[at + 1]
    if (pte.isNone(lo, hi) || !pte.isPresent(lo, hi)) continue
    visit(table, index, pte, lo, hi, vmNormalPage(kernel, vma, from + i, lo, hi), from + i)
  }
}

function hugeEntry(kernel: Kernel, holder: number, index: number, vpn: number, visit: EntryVisitor): void {
  const { tables } = kernel.memory
  const level = kernel.pt.levels[tables.depth[holder]]
  const leaf = level.leaf!
  const at = tables.at(holder, index)
  const lo = tables.words[at]
  const hi = tables.words[at + 1]
  if (!leaf.isPresent(lo, hi)) return
  const size = level.pages
  const page = leaf.pfn(lo, hi)
  visit(holder, index, leaf, lo, hi, isHugeZero(kernel, page) ? -1 : page, Math.floor(vpn / size) * size)
}
