/**
 * brk (do_brk_flags, mm/mmap.c, 6.12).
 */
import { MM } from '../pgtable/fields.ts'
import { VM } from '../trace/schema.ts'
import type { Kernel } from './kernel.ts'
import { accountLocked } from './locked.ts'
import { doMunmap } from './munmap.ts'
import { mmPopulate } from './populate.ts'
import type { Process } from './process.ts'
import { markSoftDirty, newVma } from './vmaFields.ts'
import { vmaMergeNewRange } from './vmaMerge.ts'
import { accountPages } from './vmaRecord.ts'
import { vmFlagsOf } from './vmFlags.ts'

const READ_WRITE = VM.READ | VM.WRITE

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
  if (to > now && mm.get(MM.def_flags) & VM.LOCKED) mmPopulate(kernel, process, now, to, true)
  return to
}

function grow(kernel: Kernel, process: Process, from: number, to: number): boolean {
  const { mm } = process
  const { layout, vmaRules } = kernel.behaviour
  if (to > layout.windowPages || !mm.vmas.hasRoom(from, to - from)) return false
  if (mm.vmas.count > vmaRules.maxMapCount) return false
  const flags = vmFlagsOf(READ_WRITE, { defFlags: mm.get(MM.def_flags) }, kernel.behaviour)
  accountPages(mm, flags, to - from)
  accountLocked(mm, flags, to - from)
  const merged = vmaMergeNewRange(mm.context, from, to, flags, from, null, null, '[heap]')
  if (merged === null) newVma(mm.context, mm.id, from, to, flags, from, null, '[heap]')
  else markSoftDirty(mm.context, merged)
  return true
}
