/**
 * ftruncate and fallocate on files of hugetlbfs (fs/hugetlbfs/inode.c, 6.12). Offsets and lengths are bytes; results are 0 or a
 * negative errno.
 */
import { ERRNO } from './errno.ts'
import type { HugetlbFile } from './hugetlbFile.ts'
import type { Kernel } from './kernel.ts'
import { unmapMappingRange } from './unmapMapping.ts'

function hugeBytes(kernel: Kernel, file: HugetlbFile): number {
  return file.unit * kernel.arch.pageSize
}

/** hugetlb_vmtruncate: sizes are whole huge pages. What lies past the new end is unmapped, private copies included. */
export function truncateHuge(kernel: Kernel, file: HugetlbFile, size: number): number {
  const bytes = hugeBytes(kernel, file)
  if (size % bytes !== 0) return -ERRNO.EINVAL
  const old = file.size
  file.size = size
  if (size >= old) return 0
  unmapMappingRange(kernel, file, (size / bytes) * file.unit, Infinity, true)
  file.drop(size / bytes, Infinity)
  return 0
}

/** hugetlbfs_punch_hole: whole huge pages go, with what was reserved for those that were there. */
export function punchHuge(kernel: Kernel, file: HugetlbFile, offset: number, length: number): number {
  const bytes = hugeBytes(kernel, file)
  const first = Math.ceil(offset / bytes)
  const end = Math.floor((offset + length) / bytes)
  if (end <= first) return 0
  unmapMappingRange(kernel, file, first * file.unit, end * file.unit, true)
  for (let index = first; index < end; index++) if (file.at(index) >= 0) file.drop(index, index + 1)
  return 0
}

/** hugetlbfs_fallocate */
export function allocateHuge(
  kernel: Kernel,
  file: HugetlbFile,
  offset: number,
  length: number,
  keepSize: boolean,
): number {
  const bytes = hugeBytes(kernel, file)
  const end = Math.ceil((offset + length) / bytes)
  for (let index = Math.floor(offset / bytes); index < end; index++)
    if (file.at(index) < 0 && file.insert(index) < 0) return -ERRNO.ENOSPC
  if (!keepSize && offset + length > file.size) file.size = offset + length
  return 0
}
