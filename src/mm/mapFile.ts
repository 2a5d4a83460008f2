/**
 * What do_mmap checks about files, and the file behind shared anonymous memory (mm/mmap.c, mm/shmem.c, 6.12).
 */
import { VM } from '../trace/schema.ts'
import { ERRNO } from './errno.ts'
import { FileObject } from './file.ts'
import type { HugetlbFile } from './hugetlbFile.ts'
import type { Kernel } from './kernel.ts'
import type { MmapRequest } from './mmap.ts'
import type { PlacementRequest } from './placement.ts'

/** MAX_LFS_FILESIZE */
const MAX_BYTES_64 = 2 ** 63
const MAX_PAGES_32 = 2 ** 32

/** Which placement rule the mapping falls under. */
export function placementKind(request: MmapRequest): PlacementRequest['kind'] {
  const file = request.file ?? null
  if (file !== null) return file.isShmem ? 'shmem' : 'thp-file'
  return request.shared ? 'shmem' : 'anonymous'
}

/** The checks of do_mmap that concern files and sharing: 0 or a negative errno. */
export function checkBacking(kernel: Kernel, request: MmapRequest): number {
  const file = request.file ?? null
  if (file === null) return request.shared && request.growsdown ? -ERRNO.EINVAL : 0
  const { pageSize, bits } = kernel.arch
  const limit = bits === 64 ? MAX_BYTES_64 / pageSize : MAX_PAGES_32
  if ((request.pgoff ?? 0) + request.pages > limit) return -ERRNO.EOVERFLOW
  if (request.shared && file.readOnly && request.prot & VM.WRITE) return -ERRNO.EACCES
  return request.growsdown ? -ERRNO.EINVAL : 0
}

/** The file that the new VMA maps: the one given, a nameless shmem file (shmem_zero_setup), or none. */
export function backingFile(kernel: Kernel, request: MmapRequest): FileObject | HugetlbFile | null {
  const file = request.file ?? null
  if (file !== null || !request.shared) return file
  const size = request.pages * kernel.arch.pageSize
  return new FileObject(kernel, { name: '/dev/zero (deleted)', size, kind: 'shmem' })
}
