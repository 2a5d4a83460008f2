/**
 * brk (mm/mmap.c, 6.12).
 */
import { MM } from '../pgtable/fields.ts'
import type { Kernel } from './kernel.ts'
import { doMunmap } from './munmap.ts'
import type { Process } from './process.ts'
import { newVma } from './vmaFields.ts'
import { vmaMergeNewRange } from './vmaMerge.ts'
import { accountPages } from './vmaRecord.ts'
import { vmFlagsOf } from './vmFlags.ts'

/** Sets the break to page `to` (0: only asks). Returns the break that holds afterwards. */
export function doBrk(kernel: Kernel, process: Process, to: number): number {
  const { mm } = process
  const start = mm.get(MM.start_brk)
  const now = mm.get(MM.brk)
  if (to === 0 || to < start || to === now) return now
  if (to < now) {
    if (doMunmap(kernel, mm, to, now) < 0) return now
  } else if (!grow(kernel, process, now, to)) return now
  mm.set(MM.brk, to)
  return to
}

function grow(kernel: Kernel, process: Process, from: number, to: number): boolean {
  const { mm } = process
  if (to > kernel.behaviour.layout.windowPages || !mm.vmas.hasRoom(from, to - from)) return false
  const flags = vmFlagsOf(3, {}, kernel.behaviour)
  accountPages(mm, flags, to - from)
  const merged = vmaMergeNewRange(mm.context, from, to, flags, from, null, null, '[heap]')
  if (merged === null) newVma(mm.context, mm.id, from, to, flags, from, null, '[heap]')
  return true
}
