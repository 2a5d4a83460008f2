/** Files. */
import type { Address } from './values.ts'

export interface FileWriteArgs {
  /** 64-bit word stored at `offset` and at the start of every further page. Default: contents are not kept track of. */
  value?: Address
}

/** An open file with its page cache. Offsets, lengths and sizes are bytes. Every call throws LinuxError EBADF after close(). */
export interface File {
  /** As /proc/PID/maps shows it: '/memfd:name (deleted)'. */
  readonly name: string
  readonly size: number
  /** Pages in the page cache. */
  readonly pages: number
  /** Frame of the page that holds `offset`, or null when it is not in the page cache. */
  frame(offset: number): number | null
  /** ftruncate(2). What lies past a smaller size is unmapped everywhere, private copies included; touching it is a SIGBUS. */
  truncate(size: number): void
  /** pwrite(2): puts pages into the page cache without mapping them; the file grows when the end lies past its size. @throws LinuxError */
  write(offset: number, length: number, args?: FileWriteArgs): void
  /** fallocate(2) with FALLOC_FL_PUNCH_HOLE: whole pages go, private copies of them stay. @throws LinuxError */
  punch(offset: number, length: number): void
  /** fallocate(2): allocates pages that are not initialised yet; grows the file unless keepSize. @throws LinuxError */
  allocate(offset: number, length: number, args?: { keepSize?: boolean }): void
  /** close(2). The file is gone with its last mapping. */
  close(): void
}
