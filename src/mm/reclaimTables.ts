/**
 * CONFIG_PT_RECLAIM (mm/pt_reclaim.c, since 6.14): MADV_DONTNEED of everything that a pte table maps frees the table. Tables
 * above it stay.
 */
import { indexOf } from '../hw/walker.ts'
import type { Kernel } from './kernel.ts'
import type { MmStruct } from './mmStruct.ts'
import { high, low } from './pages.ts'
import { walkRange } from './rangeWalk.ts'

/** Frees the pte tables of [from, to) that lie in it whole and were just emptied; the caller has begun the gather. */
export function reclaimTables(kernel: Kernel, mm: MmStruct, from: number, to: number): void {
  const { pt, gather } = kernel
  const depth = pt.last - 1
  const size = pt.levels[depth].pages
  const whole: number[] = []
  walkRange(kernel, mm, from, to, {
    ptes: (_table, at, end) => {
      if (end - at === size) whole.push(at)
    },
    huge: () => {},
  })
  for (const at of whole) {
    const holder = pt.tableFor(mm, depth, low(at), high(at))
    const index = indexOf(pt.levels[depth], low(at), high(at))
    const table = pt.child(holder, index)
    if (kernel.points.stepping && (table === 0 || !isEmpty(kernel, table))) continue
    pt.unhook(mm, holder, index, table)
    gather.addTable(table, at)
  }
}

/** Another CPU may have used or freed the table since it was emptied (try_to_free_pte looks again under the lock). */
function isEmpty(kernel: Kernel, table: number): boolean {
  const { pt, memory, arch } = kernel
  for (let index = 0; index < pt.levels[pt.last].entries; index++) {
    const at = memory.tables.at(table, index)
    if (!arch.pte.isNone(memory.tables.words[at], memory.tables.words[at + 1])) return false
  }
  return true
}
