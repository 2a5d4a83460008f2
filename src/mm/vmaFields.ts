/** Changes to one VMA, reported to the observer. */
import { VMA } from '../pgtable/fields.ts'
import { VM } from '../trace/schema.ts'
import { cloneAnonVmas, dupAnonVma, unlinkAnonVmas } from './anonVmas.ts'
import { Vma } from './vma.ts'
import type { MmFile } from './vma.ts'
import type { VmaContext } from './vmaContext.ts'

/** vm_area_alloc + vma_link: a VMA of its own for [start, end). */
export function newVma(
  context: VmaContext,
  mm: number,
  start: number,
  end: number,
  flags: number,
  pgoff: number,
  file: MmFile | null,
  name = '',
): Vma {
  const vma = new Vma(context.newVmaId(), mm, start, end, flags, pgoff, file, name)
  context.set.insert(vma)
  context.observer.vmaNew(vma)
  return vma
}

/** Takes the VMA out of its mm: vma_iter_clear + remove_vma. */
export function freeVma(context: VmaContext, vma: Vma): void {
  context.set.remove(vma)
  context.observer.vmaFree(vma)
  unlinkAnonVmas(vma)
}

/** vma_set_range() */
export function setRange(context: VmaContext, vma: Vma, start: number, end: number, pgoff: number): void {
  const { start: oldStart, end: oldEnd, pgoff: oldPgoff } = vma
  context.set.setRange(vma, start, end)
  vma.pgoff = pgoff
  if (oldStart !== start) context.observer.vmaField(vma, VMA.vm_start, oldStart, start)
  if (oldEnd !== end) context.observer.vmaField(vma, VMA.vm_end, oldEnd, end)
  if (oldPgoff !== pgoff) context.observer.vmaField(vma, VMA.vm_pgoff, oldPgoff, pgoff)
}

/** vm_flags_reset + vma_set_page_prot. Shared mappings with write notification are the caller's to correct (setProt). */
export function setFlags(context: VmaContext, vma: Vma, flags: number): void {
  const old = vma.flags
  vma.flags = flags >>> 0
  if (old === vma.flags) return
  context.observer.vmaField(vma, VMA.vm_flags, old, vma.flags)
  if ((old ^ flags) & 15) setProt(context, vma, flags & 15)
}

/** vm_page_prot as an index into protection_map. */
export function setProt(context: VmaContext, vma: Vma, prot: number): void {
  const old = vma.prot
  vma.prot = prot
  if (old !== prot) context.observer.vmaField(vma, VMA.vm_page_prot, old, prot)
}

export function adoptAnonVma(context: VmaContext, to: Vma, from: Vma): void {
  if (dupAnonVma(to, from)) context.observer.vmaField(to, VMA.anon_vma, 0, to.anonVma?.id ?? 0)
}

/** A VMA for [start, end) that otherwise is like `from` (vm_area_dup); not in the set yet. */
export function duplicate(context: VmaContext, from: Vma, start: number, end: number): Vma {
  const pgoff = from.pgoff + (start - from.start)
  const vma = new Vma(context.newVmaId(), from.mm, start, end, from.flags, pgoff, from.file, from.name)
  vma.prot = from.prot
  vma.anonVma = from.anonVma
  vma.reserved = from.reserved
  vma.robbed = from.robbed
  vma.userfault = from.userfault
  cloneAnonVmas(vma, from)
  return vma
}

/** Mapping a range anew makes the whole VMA it ends up in soft-dirty. */
export function markSoftDirty(context: VmaContext, vma: Vma): void {
  if (context.rules.softDirty) setFlags(context, vma, vma.flags | VM.SOFTDIRTY)
}
