/** Plain values of the lab API: sizes, addresses, errors, names. */

/**
 * Thrown when a call waits for a lock that nobody will ever release: `error.name === 'HungTaskError'`. The process sleeps
 * from then on (state D), what it held stays held, and dmesg says so after 120 simulated seconds.
 */
export interface HungTaskError extends Error {
  /** 'down_read(&mm->mmap_sem) in mm/memory.c' */
  waitsFor: string
}

/** Sizes in bytes. */
export declare function KiB(n: number): number
export declare function MiB(n: number): number
export declare function GiB(n: number): number
export declare function TiB(n: number): number

/** A virtual address: a bigint, or a number below 2^53. */
export type Address = bigint | number

export type Errno =
  | 'EPERM'
  | 'ENOENT'
  | 'EINTR'
  | 'E2BIG'
  | 'EAGAIN'
  | 'ENOMEM'
  | 'EACCES'
  | 'EFAULT'
  | 'EBUSY'
  | 'EEXIST'
  | 'ENODEV'
  | 'EINVAL'
  | 'ENOSPC'
  | 'ENOSYS'
  | 'EOPNOTSUPP'
  | 'EBADF'
  | 'ESRCH'
  | 'EOVERFLOW'

/** Thrown by every call that Linux would fail: `error.errno === 'ENOMEM'`. */
export interface LinuxError extends Error {
  errno: Errno
}

/** Thrown when a touch ends in a signal: `error.signal === 'SIGSEGV'`, `error.code === 'SEGV_MAPERR'`. */
export interface SignalError extends Error {
  signal: 'SIGSEGV' | 'SIGBUS' | 'SIGKILL'
  code: 'SEGV_MAPERR' | 'SEGV_ACCERR' | 'BUS_ADRERR' | 'SI_KERNEL'
  address: bigint
  /** Touches done before the signal, for range touches. */
  done: number
}

/** Letters of r, w, x joined: 'r', 'rw', 'rwx', or 'none'. */
export type Prot = 'none' | 'r' | 'w' | 'x' | 'rw' | 'rx' | 'wx' | 'rwx'

/** Levels of a page table, top to bottom, in Linux's names. */
export type Level = 'pgd' | 'p4d' | 'pud' | 'pmd' | 'pte'

/** A number for each level. */
export type PerLevel = { readonly [level in Level]: number }
