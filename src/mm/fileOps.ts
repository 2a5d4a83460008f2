/**
 * System calls on files, as far as mappings notice them: ftruncate, fallocate, write (mm/shmem.c, mm/truncate.c, 6.12).
 * Offsets and lengths are bytes. Results are 0 or a negative errno.
 */
import { KIND } from '../trace/schema.ts'
import { ERRNO } from './errno.ts'
import { FileObject } from './file.ts'
import { HugetlbFile } from './hugetlbFile.ts'
import { allocateHuge, punchHuge, truncateHuge } from './hugetlbOps.ts'
import type { Kernel } from './kernel.ts'
import { markDirty } from './pageFlags.ts'
import { unmapMappingRange } from './unmapMapping.ts'

/** A file that the calls below take. */
export type AnyFile = FileObject | HugetlbFile

export function isFile(file: unknown): file is AnyFile {
  return file instanceof FileObject || file instanceof HugetlbFile
}

/** ftruncate: what lies past the new end is unmapped, private copies included, before the pages go. */
export function doTruncate(kernel: Kernel, file: AnyFile, size: number): number {
  if (file instanceof HugetlbFile) return truncateHuge(kernel, file, size)
  const { pageSize } = kernel.arch
  const old = file.size
  file.size = size
  if (size > old) return 0
  const firstGone = Math.ceil(size / pageSize)
  if (old > firstGone * pageSize) unmapMappingRange(kernel, file, firstGone, Infinity, true)
  zeroPart(kernel, file, size, firstGone * pageSize)
  file.drop(firstGone, Infinity)
  return 0
}

/** fallocate(FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE): private copies of the pages stay. */
export function doPunchHole(kernel: Kernel, file: AnyFile, offset: number, length: number): number {
  if (length <= 0) return -ERRNO.EINVAL
  if (file instanceof HugetlbFile) return punchHuge(kernel, file, offset, length)
  const { pageSize } = kernel.arch
  const end = offset + length
  const first = Math.ceil(offset / pageSize)
  const last = Math.floor(end / pageSize)
  if (last > first) unmapMappingRange(kernel, file, first, last, false)
  if (last < first) zeroPart(kernel, file, offset, end)
  else {
    zeroPart(kernel, file, offset, first * pageSize)
    zeroPart(kernel, file, last * pageSize, end)
  }
  file.drop(first, last)
  return 0
}

/** fallocate: pages for the range, not yet initialised; the file grows unless `keepSize`. */
export function doFallocate(
  kernel: Kernel,
  file: AnyFile,
  offset: number,
  length: number,
  keepSize: boolean,
): number {
  if (length <= 0) return -ERRNO.EINVAL
  if (file instanceof HugetlbFile) return allocateHuge(kernel, file, offset, length, keepSize)
  const { pageSize } = kernel.arch
  const first = Math.floor(offset / pageSize)
  const end = Math.ceil((offset + length) / pageSize)
  const made: number[] = []
  for (let index = first; index < end; index++) {
    if (file.cached(index) < 0) made.push(index)
    if (file.pageForAllocate(index) >= 0) continue
    for (const undone of made) file.drop(undone, undone + 1)
    return -ERRNO.ENOMEM
  }
  file.settle()
  if (!keepSize && offset + length > file.size) file.size = offset + length
  return 0
}

/**
 * write(2) of `length` bytes: fills the page cache without mapping anything. `store` is told of each page; pages written
 * before memory ran out stay.
 */
export function doWrite(
  kernel: Kernel,
  file: AnyFile,
  offset: number,
  length: number,
  store: (frame: number, from: number, to: number) => void,
): number {
  // hugetlbfs has no write_iter.
  if (file instanceof HugetlbFile) return -ERRNO.EINVAL
  const { pageSize } = kernel.arch
  let at = offset
  while (at < offset + length) {
    const index = Math.floor(at / pageSize)
    const next = Math.min((index + 1) * pageSize, offset + length)
    const frame = file.pageForWrite(index)
    if (frame < 0) break
    store(frame, at - index * pageSize, next - index * pageSize)
    at = next
  }
  file.settle()
  if (at > offset && at > file.size) file.size = at
  return at < offset + length ? -ERRNO.ENOMEM : 0
}

/** truncate_inode_partial_folio: bytes [from, to) of one page become zero, if the page is in memory. */
function zeroPart(kernel: Kernel, file: FileObject, from: number, to: number): void {
  const { pageSize } = kernel.arch
  if (from >= to) return
  const start = Math.floor(from / pageSize) * pageSize
  const frame = file.cached(start / pageSize)
  if (frame < 0) return
  markDirty(kernel.memory.frames, frame)
  const { data } = kernel.memory
  for (const word of data.storedIn(frame, from - start, to - start)) {
    const lo = data.readLo(frame, word)
    const hi = data.readHi(frame, word)
    const first = from - start - word * 8
    const last = to - start - word * 8
    storeWord(kernel, frame, word, lo & ~byteMask(first, last), hi & ~byteMask(first - 4, last - 4))
  }
}

/** Stores a word in a data page and records it. */
export function storeWord(kernel: Kernel, frame: number, word: number, lo: number, hi: number): void {
  const { data } = kernel.memory
  const { trace } = kernel
  if (trace.on)
    trace.emit(KIND.STORE, word, 0, frame, data.readLo(frame, word), data.readHi(frame, word), lo, hi)
  data.write(frame, word, lo >>> 0, hi >>> 0)
}

/** The bits of bytes [from, to) of a 32-bit word. */
function byteMask(from: number, to: number): number {
  let mask = 0
  for (let byte = Math.max(from, 0); byte < Math.min(to, 4); byte++) mask |= 255 << (byte * 8)
  return mask
}
