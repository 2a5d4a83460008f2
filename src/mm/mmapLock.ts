/**
 * Which calls hold mmap_lock, and how (mm/mmap.c, mm/madvise.c, mm/mprotect.c …, 6.12). Faults take it for reading: what
 * per-VMA locks (since 6.4) change is who waits, not what can happen.
 */
import type { MmStruct } from './mmStruct.ts'

/** Runs `work` as the only user of the address space; it may let readers in before it is done (mmap_write_downgrade). */
export function mmapWrite<T>(mm: MmStruct, work: () => T): T {
  mm.mmapLock.writeLock()
  try {
    return work()
  } finally {
    mm.mmapLock.unlock()
  }
}

/** Runs `work` beside other readers. */
export function mmapRead<T>(mm: MmStruct, work: () => T): T {
  mm.mmapLock.readLock()
  try {
    return work()
  } finally {
    mm.mmapLock.unlock()
  }
}

/** Advice that leaves VMAs alone (madvise_need_mmap_write). */
const READERS = new Set([
  'DONTNEED',
  'DONTNEED_LOCKED',
  'FREE',
  'COLD',
  'PAGEOUT',
  'WILLNEED',
  'REMOVE',
  'POPULATE_READ',
  'POPULATE_WRITE',
])

/** madvise_lock */
export function mmapForAdvice<T>(mm: MmStruct, advice: string, work: () => T): T {
  return READERS.has(advice) ? mmapRead(mm, work) : mmapWrite(mm, work)
}
