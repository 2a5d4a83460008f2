/**
 * __mm_populate and populate_vma_page_range (mm/gup.c, 6.12): the kernel faults pages in on behalf of mlock, MAP_POPULATE and
 * mremap. No TLB is filled: it looks at the tables, not through them.
 */
import { ACCESS_READ, ACCESS_WRITE } from '../hw/walker.ts'
import { VM } from '../trace/schema.ts'
import { ERRNO } from './errno.ts'
import { faultInPage } from './fault.ts'
import type { Kernel } from './kernel.ts'
import { high, low } from './pages.ts'
import type { Process } from './process.ts'
import { OK, OOM } from './signals.ts'
import type { Vma } from './vma.ts'

const ACCESS = VM.READ | VM.WRITE | VM.EXEC

/**
 * Brings in pages [from, to). 0, or the negative errno of the first page that could not be had; `ignoreErrors` goes on with
 * the next VMA instead.
 */
export function mmPopulate(
  kernel: Kernel,
  process: Process,
  from: number,
  to: number,
  ignoreErrors: boolean,
): number {
  const { vmas } = process.mm
  for (let at = from; at < to;) {
    const vma = vmas.intersection(at, to)
    if (vma === null) return 0
    const start = Math.max(at, vma.start)
    at = Math.min(to, vma.end)
    const result = populateVma(kernel, process, vma, start, at)
    if (result < 0 && !ignoreErrors) return result
  }
  return 0
}

function populateVma(kernel: Kernel, process: Process, vma: Vma, from: number, to: number): number {
  if (vma.flags & (VM.IO | VM.PFNMAP | VM.LOCKONFAULT)) return 0
  if ((vma.flags & ACCESS) === 0) return -ERRNO.EFAULT
  // Private writable memory is written to, so that a lock is not followed by copies.
  const access = (vma.flags & (VM.WRITE | VM.SHARED)) === VM.WRITE ? ACCESS_WRITE : ACCESS_READ
  return faultIn(kernel, process, vma, from, to, access)
}

/** Faults in what of [from, to), part of `vma`, does not allow the access yet. 0, -ENOMEM or -EFAULT. */
export function faultIn(
  kernel: Kernel,
  process: Process,
  vma: Vma,
  from: number,
  to: number,
  access: number,
): number {
  for (let page = from; page < to; page++) {
    let present = isPresent(kernel, process, page)
    while (!present || !allows(kernel, access)) {
      const ending = faultInPage(kernel, process, vma, page, access)
      if (ending !== OK) return ending === OOM ? -ERRNO.ENOMEM : -ERRNO.EFAULT
      present = isPresent(kernel, process, page)
    }
    touchHuge(kernel, access)
  }
  return 0
}

/** touch_pmd, for FOLL_TOUCH: a huge entry becomes young, and dirty by a write. Small entries are left alone. */
function touchHuge({ walker, arch, memory }: Kernel, access: number): void {
  const level = arch.levels[walker.depth]
  if (level.pageShift === 0) return
  const leaf = level.leaf!
  let lo = leaf.mkyoung(walker.lo, walker.hi)
  if (access === ACCESS_WRITE) lo = leaf.mkdirty(lo, leaf.hi)
  if (((lo ^ walker.lo) | (leaf.hi ^ walker.hi)) !== 0)
    memory.tables.set(walker.table, walker.index, lo, leaf.hi, 0)
}

/** follow_page_mask: leaves the entry in the walker. */
function isPresent(kernel: Kernel, { mm }: Process, page: number): boolean {
  const { walker, arch } = kernel
  if (!walker.find(mm.pgd, mm.top, low(page), high(page))) return false
  return arch.levels[walker.depth].leaf!.isPresent(walker.lo, walker.hi)
}

function allows({ walker, arch }: Kernel, access: number): boolean {
  return access !== ACCESS_WRITE || arch.levels[walker.depth].leaf!.isWrite(walker.lo, walker.hi)
}
