/**
 * madvise (mm/madvise.c, 6.12): the advice that changes tables, pages or VMA flags.
 */
import { ACCESS_READ, ACCESS_WRITE } from '../hw/walker.ts'
import { VM } from '../trace/schema.ts'
import { collapseRange } from './collapse.ts'
import { cool } from './cool.ts'
import { ERRNO } from './errno.ts'
import { FileObject } from './file.ts'
import { doPunchHole, isFile } from './fileOps.ts'
import { updateHiwaterRss } from './hiwater.ts'
import { hugetlbAligned } from './hugetlb.ts'
import type { Kernel } from './kernel.ts'
import { drainLazyFree, lazyFree } from './lazyFree.ts'
import type { MmStruct } from './mmStruct.ts'
import { faultIn } from './populate.ts'
import type { Process } from './process.ts'
import { reclaimTables } from './reclaimTables.ts'
import type { Vma } from './vma.ts'
import { VM_SPECIAL } from './vmaMerge.ts'
import { vmaModifyFlags } from './vmaModify.ts'
import { zapKeepingMarkers } from './uffdWp.ts'

/** Advice that only sets and clears vm_flags. */
const FLAG_ADVICE: Record<string, { set: number; clear: number }> = {
  NORMAL: { set: 0, clear: VM.RAND_READ | VM.SEQ_READ },
  RANDOM: { set: VM.RAND_READ, clear: VM.SEQ_READ },
  SEQUENTIAL: { set: VM.SEQ_READ, clear: VM.RAND_READ },
  DONTFORK: { set: VM.DONTCOPY, clear: 0 },
  DOFORK: { set: 0, clear: VM.DONTCOPY },
  WIPEONFORK: { set: VM.WIPEONFORK, clear: 0 },
  KEEPONFORK: { set: 0, clear: VM.WIPEONFORK },
  DONTDUMP: { set: VM.DONTDUMP, clear: 0 },
  DODUMP: { set: 0, clear: VM.DONTDUMP },
  HUGEPAGE: { set: VM.HUGEPAGE, clear: VM.NOHUGEPAGE },
  NOHUGEPAGE: { set: VM.NOHUGEPAGE, clear: VM.HUGEPAGE },
}

/** Advice that this lab carries out; anything else is not modelled. */
export const MODELLED_ADVICE: readonly string[] = [
  ...Object.keys(FLAG_ADVICE),
  'DONTNEED',
  'DONTNEED_LOCKED',
  'REMOVE',
  'COLLAPSE',
  'FREE',
  'COLD',
  'PAGEOUT',
  'POPULATE_READ',
  'POPULATE_WRITE',
  'WILLNEED',
]

/** 0 or a negative errno. Holes are skipped and reported as ENOMEM at the end, as Linux does. */
export function doMadvise(
  kernel: Kernel,
  process: Process,
  from: number,
  to: number,
  advice: string,
): number {
  const { mm } = process
  if (from === to) return 0
  if (advice === 'POPULATE_READ' || advice === 'POPULATE_WRITE')
    return populate(kernel, process, from, to, advice)
  let hole = false
  let at = from
  for (let vma = mm.vmas.find(from); vma !== null && vma.start < to; vma = mm.vmas.find(at)) {
    if (vma.start > at) {
      hole = true
      at = vma.start
    }
    const end = Math.min(vma.end, to)
    const result = advise(kernel, mm, vma, at, end, advice)
    if (result < 0) return result
    at = end
    if (at >= to) break
  }
  return hole || at < to ? -ERRNO.ENOMEM : 0
}

function advise(kernel: Kernel, mm: MmStruct, vma: Vma, from: number, to: number, advice: string): number {
  if (advice === 'DONTNEED') return dontNeed(kernel, mm, vma, from, to, VM.LOCKED | VM.PFNMAP)
  if (advice === 'DONTNEED_LOCKED') return dontNeed(kernel, mm, vma, from, to, VM.PFNMAP)
  if (advice === 'COLLAPSE') return collapseRange(kernel, mm, vma, from, to)
  if (advice === 'FREE') return lazyFree(kernel, mm, vma, from, to)
  if (advice === 'COLD' || advice === 'PAGEOUT') return cool(kernel, mm, vma, from, to, advice)
  if (advice === 'REMOVE') return removePages(kernel, vma, from, to)
  if (advice === 'WILLNEED') return willNeed(vma, from, to)
  return adviseFlags(mm, vma, from, to, advice)
}

function adviseFlags(mm: MmStruct, vma: Vma, from: number, to: number, advice: string): number {
  const { set, clear } = FLAG_ADVICE[advice]
  if (advice === 'DOFORK' && vma.flags & VM.IO) return -ERRNO.EINVAL
  if (advice === 'DODUMP' && vma.flags & VM_SPECIAL && (vma.flags & VM.HUGETLB) === 0) return -ERRNO.EINVAL
  if (advice === 'WIPEONFORK' && (vma.file !== null || vma.flags & VM.SHARED)) return -ERRNO.EINVAL
  const flags = ((vma.flags | set) & ~clear) >>> 0
  if (flags === vma.flags) return 0
  const changed = vmaModifyFlags(mm.context, vma, from, to, flags)
  // Too many mappings is a shortage that may pass: madvise says EAGAIN where mprotect says ENOMEM.
  if (changed === -ERRNO.ENOMEM) return -ERRNO.EAGAIN
  return typeof changed === 'number' ? changed : 0
}

/** madvise_dontneed_single_vma: pages go; tables stay, except where the kernel reclaims empty ones. */
function dontNeed(
  kernel: Kernel,
  mm: MmStruct,
  vma: Vma,
  from: number,
  to: number,
  forbidden: number,
): number {
  if (vma.flags & forbidden) return -ERRNO.EINVAL
  let end = to
  if (vma.flags & VM.HUGETLB) {
    if (!hugetlbAligned(kernel, vma, from)) return -ERRNO.EINVAL
    end -= end % 2 ** kernel.behaviour.hugetlbOrder
    if (end <= from) return 0
  }
  updateHiwaterRss(mm)
  drainLazyFree(kernel)
  kernel.gather.begin(mm, false)
  zapKeepingMarkers(kernel, mm, vma, from, end)
  if (kernel.behaviour.ptReclaim) reclaimTables(kernel, mm, from, to)
  kernel.gather.finish()
  return 0
}

/** madvise_remove: punches a hole into the file behind a shared mapping that may be written to. */
function removePages(kernel: Kernel, vma: Vma, from: number, to: number): number {
  if (vma.flags & VM.LOCKED || !isFile(vma.file)) return -ERRNO.EINVAL
  const shared = VM.SHARED | VM.MAYWRITE
  if ((vma.flags & shared) !== shared) return -ERRNO.EACCES
  const { pageSize } = kernel.arch
  const offset = (vma.pgoff + (from - vma.start)) * pageSize
  return doPunchHole(kernel, vma.file, offset, (to - from) * pageSize)
}

/** madvise_willneed, with CONFIG_SWAP: only files on disk have something to read. */
function willNeed(vma: Vma, from: number, to: number): number {
  const first = vma.pgoff + (from - vma.start)
  if (vma.file instanceof FileObject && vma.file.onDisk) vma.file.readIn(first, first + (to - from))
  return 0
}

/** madvise_populate: faults in what the advice says, page by page. */
function populate(kernel: Kernel, process: Process, from: number, to: number, advice: string): number {
  const write = advice === 'POPULATE_WRITE'
  for (let page = from; page < to; page++) {
    const vma = process.mm.vmas.containing(page)
    if (vma === null) return -ERRNO.ENOMEM
    if ((vma.flags & (write ? VM.WRITE : VM.READ | VM.WRITE | VM.EXEC)) === 0) return -ERRNO.EINVAL
    const result = faultIn(kernel, process, vma, page, page + 1, write ? ACCESS_WRITE : ACCESS_READ)
    if (result < 0) return result
  }
  return 0
}
