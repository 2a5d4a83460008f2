/** The vocabulary of races: where tasks may be interrupted, and the locks they wait for. */

export const POINT = {
  /** A call of the lab API: a system call or a touch begins. */
  call: 0,
  /** Memory is about to be allocated: may sleep, no spinlock is held. */
  allocation: 1,
  /** A lock is about to be taken. */
  lock: 2,
  /** An entry now points to a new table, its lock is free again. */
  populate: 3,
  /** Entries are gone, TLBs have not been told yet. */
  flush: 4,
  /** TLBs have been told, pages and tables are not free yet. */
  flushed: 5,
  /** The reference table has a new entry, other address spaces have not. */
  sync: 6,
  /** GUP-fast is about to read an entry, without any lock. */
  walk: 7,
} as const
export const POINT_NAMES = [
  'call',
  'allocation',
  'lock',
  'populate',
  'flush',
  'flushed',
  'sync',
  'walk',
] as const

/** Which lock a task is about to take at POINT.lock. */
export const LOCK = { none: 0, mmap_lock: 1, page_table_lock: 2, pte: 3 } as const
export const LOCK_NAMES = ['', 'mmap_lock', 'page_table_lock', 'pte lock'] as const
/** In the flags of LOCK_WAIT: for writing. */
export const LOCK_WRITE = 0x80

const WHERE = [
  'before the call',
  'before an allocation',
  'before taking a lock',
  'after populating an entry',
  'before the TLB flush',
  'after the TLB flush, before anything is freed',
  'before other address spaces are synchronised',
  'before reading an entry without a lock',
]

/** Where a task stands, in words. */
export function pointText(point: number, lock: number): string {
  if (point === POINT.lock && lock !== LOCK.none) return `before taking the ${LOCK_NAMES[lock] ?? 'lock'}`
  return WHERE[point] ?? `point ${point}`
}

/** 'A' for task 0. */
export function taskLetter(task: number): string {
  return String.fromCharCode(65 + (task % 26))
}
