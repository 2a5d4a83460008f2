/**
 * /proc/PID/clear_refs (clear_refs_write, fs/proc/task_mmu.c, 6.12): forgets accesses, or writes.
 */
import { headOf } from '../hw/folio.ts'
import { FRAME_REFERENCED } from '../hw/frames.ts'
import { MM } from '../pgtable/fields.ts'
import { VM } from '../trace/schema.ts'
import { eachEntry } from './eachEntry.ts'
import { ERRNO } from './errno.ts'
import { resetHiwaterRss } from './hiwater.ts'
import type { Kernel } from './kernel.ts'
import type { MmStruct } from './mmStruct.ts'
import { setPageProt } from './pageProt.ts'
import type { Vma } from './vma.ts'
import { setFlags } from './vmaFields.ts'

/** Values that can be written to clear_refs. */
export const CLEAR_REFS = { all: 1, anon: 2, mapped: 3, softDirty: 4, hiwater: 5 } as const

/** 0 or a negative errno. */
export function doClearRefs(kernel: Kernel, mm: MmStruct, value: number): number {
  if (!Number.isInteger(value) || value < CLEAR_REFS.all || value > CLEAR_REFS.hiwater) return -ERRNO.EINVAL
  if (value === CLEAR_REFS.hiwater) {
    resetHiwaterRss(mm)
    return 0
  }
  if (value === CLEAR_REFS.softDirty) clearSoftDirty(kernel, mm)
  else mm.vmas.forEach((vma) => age(kernel, mm, vma, value))
  return 0
}

/** Accessed bits go without a flush: a translation still cached may hide the next access, and Linux lets it. */
function age(kernel: Kernel, mm: MmStruct, vma: Vma, value: number): void {
  if (vma.flags & (VM.PFNMAP | VM.HUGETLB)) return
  if (value === CLEAR_REFS.anon && vma.file !== null) return
  if (value === CLEAR_REFS.mapped && vma.file === null) return
  const { frames } = kernel.memory
  eachEntry(kernel, mm, vma, vma.start, vma.end, (holder, index, ops, lo, hi, page) => {
    if (page < 0) return
    const folio = headOf(frames, page)
    frames.setFlags(folio, frames.flags[folio] & ~FRAME_REFERENCED)
    if (ops.isYoung(lo, hi)) kernel.memory.tables.set(holder, index, ops.mkold(lo, hi), ops.hi, 0)
  })
}

/** Every writable entry becomes read-only, so that the next write is seen; the mm is flushed once. */
function clearSoftDirty(kernel: Kernel, mm: MmStruct): void {
  if (!kernel.behaviour.softDirty) return
  mm.vmas.forEach((vma) => {
    if ((vma.flags & VM.SOFTDIRTY) === 0) return
    setFlags(mm.context, vma, vma.flags & ~VM.SOFTDIRTY)
    setPageProt(mm.context, vma)
  })
  mm.add(MM.tlb_flush_pending, 1)
  mm.vmas.forEach((vma) => {
    if (vma.flags & (VM.PFNMAP | VM.HUGETLB)) return
    eachEntry(kernel, mm, vma, vma.start, vma.end, (holder, index, ops, lo, hi) => {
      const readOnly = ops.wrprotect(lo, hi)
      const clear = ops.clearSoftDirty(readOnly, ops.hi)
      if (((clear ^ lo) | (ops.hi ^ hi)) !== 0) kernel.memory.tables.set(holder, index, clear, ops.hi, 0)
    })
  })
  kernel.flush.mm(mm, true)
  mm.add(MM.tlb_flush_pending, -1)
}
