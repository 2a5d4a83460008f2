/**
 * mmap (do_mmap and mmap_region, mm/mmap.c, 6.12).
 */
import { VM } from '../trace/schema.ts'
import { ERRNO } from './errno.ts'
import type { FileObject } from './file.ts'
import { HUGETLB_NAME, HugetlbFile, reserveFor } from './hugetlbFile.ts'
import type { Kernel } from './kernel.ts'
import { accountLocked } from './locked.ts'
import { backingFile, checkBacking, placementKind } from './mapFile.ts'
import { doMunmap } from './munmap.ts'
import { setPageProt } from './pageProt.ts'
import { getUnmappedArea } from './placement.ts'
import { mmPopulate } from './populate.ts'
import type { Process } from './process.ts'
import { slicesAllow } from './slices.ts'
import type { MmStruct } from './mmStruct.ts'
import { MM } from '../pgtable/fields.ts'
import { upgradeTo } from '../pgtable/upgrade.ts'
import { reloadRoot } from './switch.ts'
import { markSoftDirty, newVma } from './vmaFields.ts'
import { vmaMergeNewRange } from './vmaMerge.ts'
import { accountPages } from './vmaRecord.ts'
import { vmFlagsOf } from './vmFlags.ts'

export interface MmapRequest {
  /** Hint, or the exact page with `fixed`. */
  page: number
  pages: number
  /** PROT_* bits, the same as VM_READ, VM_WRITE, VM_EXEC. */
  prot: number
  shared: boolean
  fixed: boolean
  noReplace: boolean
  populate: boolean
  noreserve: boolean
  /** MAP_LOCKED */
  locked?: boolean
  growsdown: boolean
  /** File behind the mapping, and the first page of it. */
  file?: FileObject | HugetlbFile | null
  pgoff?: number
  hugetlb: boolean
}

/** First page of the new mapping, or a negative errno. */
export function doMmap(kernel: Kernel, process: Process, request: MmapRequest): number {
  const { mm } = process
  const { behaviour } = kernel
  if (request.pages === 0) return -ERRNO.EINVAL
  if (request.hugetlb || request.file instanceof HugetlbFile) return mmapHugetlb(kernel, process, request)
  if (mm.vmas.count > behaviour.vmaRules.maxMapCount) return -ERRNO.ENOMEM
  if (request.fixed && request.page < behaviour.layout.minPages && !behaviour.root) return -ERRNO.EPERM
  const at = getUnmappedArea(mm.vmas, behaviour.layout, {
    hintPage: request.page,
    pages: request.pages,
    fixed: request.fixed,
    noReplace: request.noReplace,
    kind: placementKind(request),
    pgoff: request.pgoff ?? 0,
    alignPages: 1,
  })
  if (at < 0) return at
  if (request.fixed && !slicesAllow(kernel, mm.vmas, at, at + request.pages, false)) return -ERRNO.EBUSY
  const refused = checkBacking(kernel, request)
  if (refused < 0) return refused
  if (!growAddressSpace(kernel, mm, at + request.pages)) return -ERRNO.ENOMEM
  if (request.fixed) {
    const cleared = doMunmap(kernel, mm, at, at + request.pages)
    if (cleared < 0) return cleared
  }
  const flags = flagsOf(kernel, mm, request)
  mmapRegion(kernel, process, at, request, flags)
  if (!request.populate && (flags & VM.LOCKED) === 0) return at
  mm.mmapLock.downgrade()
  mmPopulate(kernel, process, at, at + request.pages, true)
  return at
}

/** One literal: a spread of the request costs as much as the rest of the call. */
function flagsOf({ behaviour }: Kernel, mm: MmStruct, request: MmapRequest): number {
  const { shared, noreserve, locked, growsdown, hugetlb, file } = request
  const readOnlyFile = file?.readOnly === true
  const defFlags = mm.get(MM.def_flags)
  return vmFlagsOf(
    request.prot,
    { shared, noreserve, locked, growsdown, hugetlb, readOnlyFile, defFlags },
    behaviour,
  )
}

/** Anonymous VMAs are numbered by their place, so that neighbours can merge. */
function mmapRegion(kernel: Kernel, process: Process, at: number, request: MmapRequest, flags: number): void {
  const { mm } = process
  const { pages } = request
  accountPages(mm, flags, pages)
  accountLocked(mm, flags, pages)
  const file = backingFile(kernel, request)
  const pgoff = file === null ? at : (request.pgoff ?? 0)
  const merged = vmaMergeNewRange(mm.context, at, at + pages, flags, pgoff, file)
  if (merged !== null) markSoftDirty(mm.context, merged)
  const vma = merged ?? newVma(mm.context, mm.id, at, at + pages, flags, pgoff, file)
  if (file !== null) setPageProt(mm.context, vma)
}

/** MAP_HUGETLB, or a file of hugetlbfs: whole huge pages, reserved now (hugetlbfs_file_mmap). */
function mmapHugetlb(kernel: Kernel, process: Process, request: MmapRequest): number {
  const { mm } = process
  const { behaviour } = kernel
  const unit = 2 ** behaviour.hugetlbOrder
  // Configured, but the CPU has no such pages: hugetlbfs was never mounted.
  if (behaviour.hugetlbOrder === 0)
    return kernel.arch.variant.hugetlb.length === 0 ? -ERRNO.EINVAL : -ERRNO.ENOENT
  const pages = Math.ceil(request.pages / unit) * unit
  const given = request.file instanceof HugetlbFile ? request.file : null
  const pgoff = given === null ? 0 : (request.pgoff ?? 0)
  if (pgoff % unit !== 0) return -ERRNO.EINVAL
  const at = getUnmappedArea(mm.vmas, behaviour.layout, {
    hintPage: request.page,
    pages,
    fixed: request.fixed,
    noReplace: request.noReplace,
    kind: 'hugetlb',
    pgoff,
    alignPages: unit,
  })
  if (at < 0) return at
  if (request.fixed && !slicesAllow(kernel, mm.vmas, at, at + pages, true)) return -ERRNO.EBUSY
  const bytes = pages * kernel.arch.pageSize
  const file = given ?? new HugetlbFile(kernel, HUGETLB_NAME, bytes)
  const flags = vmFlagsOf(request.prot, { ...request, hugetlb: true }, behaviour)
  const reserved = reserveFor(kernel, file, flags, pgoff / unit, (pgoff + pages) / unit)
  if (reserved === false) return -ERRNO.ENOMEM
  if (request.fixed) {
    const cleared = doMunmap(kernel, mm, at, at + pages)
    if (cleared < 0) return cleared
  }
  const end = pgoff * kernel.arch.pageSize + bytes
  if (flags & VM.WRITE && file.size < end) file.size = end
  accountPages(mm, flags, pages)
  const vma = newVma(mm.context, mm.id, at, at + pages, flags, pgoff, file)
  vma.reserved = reserved
  if (request.populate) mmPopulate(kernel, process, at, at + pages, true)
  return at
}

/** check_asce_limit: more levels where the mapping lies past what the top table covers; CPUs reload their root. */
export function growAddressSpace(kernel: Kernel, mm: MmStruct, end: number): boolean {
  const { pgd } = mm
  const done = upgradeTo(kernel.pt, mm, end)
  if (mm.pgd !== pgd) reloadRoot(kernel, mm)
  return done
}
