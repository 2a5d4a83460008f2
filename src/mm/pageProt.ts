/**
 * vma_set_page_prot and vma_wants_writenotify (mm/mmap.c, 6.12): shared memory whose first write must be noticed is
 * mapped without write permission.
 */
import { VM } from '../trace/schema.ts'
import type { Vma } from './vma.ts'
import type { VmaContext, VmaRules } from './vmaContext.ts'
import { setProt } from './vmaFields.ts'

/** vma_wants_writenotify */
export function wantsWriteNotify(rules: VmaRules, vma: Vma): boolean {
  if ((vma.flags & (VM.WRITE | VM.SHARED)) !== (VM.WRITE | VM.SHARED)) return false
  if (vma.file?.wantsWriteNotify === true) return true
  return (rules.softDirty && (vma.flags & VM.SOFTDIRTY) === 0) || (vma.flags & VM.UFFD_WP) !== 0
}

/** vma_set_page_prot: after the flags or the file of a VMA changed. */
export function setPageProt(context: VmaContext, vma: Vma): void {
  const notify = wantsWriteNotify(context.rules, vma)
  setProt(context, vma, notify ? vma.flags & 15 & ~VM.SHARED : vma.flags & 15)
}
