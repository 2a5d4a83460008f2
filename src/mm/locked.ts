/** mm->locked_vm and the VMA flags of memory that is to stay (mm/mlock.c, 6.12). */
import { MM } from '../pgtable/fields.ts'
import { VM } from '../trace/schema.ts'
import type { MmStruct } from './mmStruct.ts'

/** VM_LOCKED_MASK */
export const VM_LOCKED_MASK = VM.LOCKED | VM.LOCKONFAULT

/** Mappings that are never locked: VM_SPECIAL and hugetlb. */
export const NEVER_LOCKED = VM.IO | VM.DONTEXPAND | VM.PFNMAP | VM.MIXEDMAP | VM.HUGETLB

/** Counts pages of a mapping in (or, negative, out of) locked_vm when it is locked. */
export function accountLocked(mm: MmStruct, flags: number, pages: number): void {
  if (flags & VM.LOCKED) mm.add(MM.locked_vm, pages)
}
