/**
 * userfaultfd in write-protect mode: who is told of writes to protected pages (fs/userfaultfd.c, 6.12). The lab's handler runs
 * at once, in the middle of the access that faulted, and lets it go on by taking the protection off.
 */
import { VM } from '../trace/schema.ts'
import { ERRNO } from './errno.ts'
import type { Kernel } from './kernel.ts'
import type { MmStruct } from './mmStruct.ts'
import { setPageProt } from './pageProt.ts'
import type { Process } from './process.ts'
import { switchTo } from './switch.ts'
import { protectRange } from './uffdWp.ts'
import type { Vma } from './vma.ts'
import { setFlags } from './vmaFields.ts'
import { vmaModifyFlags } from './vmaModify.ts'

/** struct userfaultfd_ctx: one open userfaultfd. */
export interface UserfaultContext {
  /** Told of a write to a protected page. Null: whoever writes waits for ever. */
  readonly handler: ((process: Process, vpn: number) => void) | null
  /** UFFD_FEATURE_EVENT_FORK: children keep the registration. */
  readonly eventFork: boolean
  /** UFFD_FEATURE_WP_UNPOPULATED: anonymous pages that are not there yet can be protected. */
  readonly wpUnpopulated: boolean
}

/** Whether entries of the architecture have a uffd-wp bit. */
export function hasUffdWp({ arch }: Kernel): boolean {
  return arch.variant.pte.uffdWp !== null
}

/** vma_can_userfault for write protection. */
function canRegister(vma: Vma): boolean {
  return (vma.flags & (VM.HUGETLB | VM.PFNMAP | VM.MIXEDMAP)) === 0 && vma.file?.onDisk !== true
}

/** UFFDIO_REGISTER with UFFDIO_REGISTER_MODE_WP. 0 or a negative errno. */
export function registerWp(
  kernel: Kernel,
  mm: MmStruct,
  from: number,
  to: number,
  context: UserfaultContext,
): number {
  if (!hasUffdWp(kernel) || to <= from) return -ERRNO.EINVAL
  const found = within(mm, from, to)
  if (found.length === 0) return -ERRNO.EINVAL
  for (const vma of found) {
    if (!canRegister(vma)) return -ERRNO.EINVAL
    if ((vma.flags & VM.MAYWRITE) === 0) return -ERRNO.EPERM
    if (vma.userfault !== null && vma.userfault !== context) return -ERRNO.EBUSY
  }
  return change(mm, from, to, VM.UFFD_WP, context)
}

/** UFFDIO_UNREGISTER: protection that is left is taken off first. 0 or a negative errno. */
export function unregister(kernel: Kernel, mm: MmStruct, from: number, to: number): number {
  if (to <= from || within(mm, from, to).length === 0) return -ERRNO.EINVAL
  for (const vma of within(mm, from, to)) {
    if ((vma.flags & VM.UFFD_WP) === 0) continue
    const done = protectRange(kernel, mm, vma, Math.max(vma.start, from), Math.min(vma.end, to), false)
    if (done < 0) return done
  }
  return change(mm, from, to, 0, null)
}

/** UFFDIO_WRITEPROTECT: mwriteprotect_range. 0 or a negative errno. */
export function writeProtect(
  kernel: Kernel,
  mm: MmStruct,
  from: number,
  to: number,
  protect: boolean,
): number {
  if (to <= from) return -ERRNO.EINVAL
  let result: number = -ERRNO.ENOENT
  for (const vma of within(mm, from, to)) {
    if ((vma.flags & VM.UFFD_WP) === 0) return -ERRNO.ENOENT
    result = protectRange(kernel, mm, vma, Math.max(vma.start, from), Math.min(vma.end, to), protect)
    if (result < 0) return result
  }
  return result
}

function within(mm: MmStruct, from: number, to: number): Vma[] {
  return mm.vmas.range(from, to)
}

/** userfaultfd_set_vm_flags of every VMA in the range, split and merged as needed. */
function change(
  mm: MmStruct,
  from: number,
  to: number,
  flag: number,
  context: UserfaultContext | null,
): number {
  for (const vma of within(mm, from, to)) {
    const flags = ((vma.flags & ~VM.UFFD_WP) | flag) >>> 0
    if (flags === vma.flags && vma.userfault === context) continue
    const start = Math.max(vma.start, from)
    const changed = vmaModifyFlags(mm.context, vma, start, Math.min(vma.end, to), flags, context)
    if (typeof changed === 'number') return changed
    changed.userfault = context
    setPageProt(mm.context, changed)
  }
  return 0
}

/** dup_userfaultfd and mremap_userfaultfd_prep: a copy of the VMA that does not take the registration along. */
export function forgetUserfault(mm: MmStruct, vma: Vma): void {
  if (vma.userfault === null) return
  vma.userfault = null
  setFlags(mm.context, vma, vma.flags & ~VM.UFFD_WP)
  setPageProt(mm.context, vma)
}

/** handle_userfault: false when nobody is there to take the protection off, so that the access waits for ever. */
export function deliver(kernel: Kernel, process: Process, vpn: number): boolean {
  const handler = process.mm.vmas.containing(vpn)?.userfault?.handler ?? null
  if (handler === null) return false
  const { cpu } = kernel
  handler(process, vpn)
  switchTo(kernel, cpu, process)
  return true
}
