/**
 * The stack of a new program (bprm_mm_init, copy_strings and setup_arg_pages, fs/exec.c; relocate_vma_down, mm/mmap.c, 6.12;
 * DIGEST A.2.8): argument pages are faulted into the new mm while the old one still runs, as high up as the architecture
 * allows, and the stack then moves down to where it is to be.
 */
import { ACCESS_WRITE } from '../hw/walker.ts'
import { MM } from '../pgtable/fields.ts'
import { freePgdRange } from '../pgtable/freeRange.ts'
import { VM } from '../trace/schema.ts'
import { ERRNO } from './errno.ts'
import { faultInPage } from './fault.ts'
import type { Kernel } from './kernel.ts'
import { drainLazyFree } from './lazyFree.ts'
import type { MmStruct } from './mmStruct.ts'
import { movePageTables } from './moveTables.ts'
import type { Process } from './process.ts'
import { OK } from './signals.ts'
import { expandStack } from './stack.ts'
import type { Vma } from './vma.ts'
import { newVma, setFlags, setRange } from './vmaFields.ts'
import { accountPages } from './vmaRecord.ts'

export interface ArgPages {
  /** Pages that arguments and environment take. */
  pages: number
  /** Pages that the stack ends below STACK_TOP (randomize_stack_top). */
  below: number
}

/** Stack that is mapped below the arguments at once. */
const STACK_EXPAND_BYTES = 131072
const VM_STACK_FLAGS = VM.READ | VM.WRITE | VM.MAYREAD | VM.MAYWRITE | VM.MAYEXEC | VM.GROWSDOWN | VM.ACCOUNT
/** Keeps the half-made stack from being merged or collapsed. */
const INCOMPLETE_SETUP = VM.RAND_READ | VM.SEQ_READ

/** `process` has the new mm already, but its CPU still runs the old one. 0 or a negative errno. */
export function setupArgPages(kernel: Kernel, process: Process, args: ArgPages): number {
  const { mm } = process
  const top = stackTopMax(kernel)
  const softDirty = kernel.behaviour.softDirty ? VM.SOFTDIRTY : 0
  const flags = (VM_STACK_FLAGS | INCOMPLETE_SETUP | softDirty) >>> 0
  const vma = newVma(mm.context, mm.id, top - 1, top, flags, top - 1, null, '[stack]')
  accountPages(mm, flags, 1)
  const copied = copyStrings(kernel, process, vma, args.pages)
  if (copied < 0) return copied
  setFlags(mm.context, vma, (VM_STACK_FLAGS | softDirty) >>> 0)
  const shift = top - (kernel.arch.stackTopPages - args.below)
  const moved = shift === 0 ? 0 : relocateDown(kernel, mm, vma, shift)
  if (moved < 0) return moved
  mm.set(MM.start_stack, vma.start)
  const expand = STACK_EXPAND_BYTES / kernel.arch.pageSize
  return expandStack(kernel, mm, vma, vma.start - expand) ? 0 : -ERRNO.EFAULT
}

/** STACK_TOP_MAX. Address spaces that grow levels as they run begin with the space they have. */
function stackTopMax({ arch }: Kernel): number {
  return arch.initialTop > 0 ? arch.stackTopPages : arch.taskPages
}

/** get_arg_page: the strings go in from the top, page by page. */
function copyStrings(kernel: Kernel, process: Process, vma: Vma, pages: number): number {
  for (let page = vma.end - 1; page >= vma.end - pages; page--) {
    if (page < vma.start && !expandStack(kernel, process.mm, vma, page)) return -ERRNO.E2BIG
    if (faultInPage(kernel, process, vma, page, ACCESS_WRITE) !== OK) return -ERRNO.ENOMEM
  }
  return 0
}

/** relocate_vma_down: the VMA covers both places while the entries move; what lies above the new end is freed. */
function relocateDown(kernel: Kernel, mm: MmStruct, vma: Vma, shift: number): number {
  const { context } = mm
  const { start, end, pgoff, pages } = vma
  setRange(context, vma, start - shift, end, pgoff)
  if (movePageTables(kernel, mm, vma, vma, start, start - shift, pages) < pages) return -ERRNO.ENOMEM
  drainLazyFree(kernel)
  const newEnd = end - shift
  const ceiling = mm.vmas.next(vma)?.start ?? Infinity
  kernel.gather.begin(mm, false)
  freePgdRange(kernel.pt, mm, kernel.gather, newEnd > start ? newEnd : start, end, newEnd, ceiling)
  kernel.gather.finish()
  setRange(context, vma, start - shift, newEnd, pgoff)
  return 0
}
