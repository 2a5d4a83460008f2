/** Processes and their address spaces. */
import type { Advice, CloneArgs, ExecveArgs, MmapArgs, MremapArgs, TouchArgs } from './calls.ts'
import type { Address, Level, PerLevel, Prot } from './values.ts'

/** A page-table entry as the hardware and Linux see it. */
export interface Entry {
  /** 'pgd' … 'pte': the level at which the walk ended. */
  level: Level
  raw: bigint
  present: boolean
  none: boolean
  write: boolean
  dirty: boolean
  young: boolean
  special: boolean
  softDirty: boolean
  /** Page frame number, or null when not present. */
  frame: number | null
}

/** One step of a page-table walk. */
export interface WalkEntry {
  level: Level
  /** Frame of the table that holds the entry. */
  tableFrame: number
  index: number
  raw: bigint
}

/** mm_struct as the chosen kernel has it. Counts are pages unless the name says bytes. */
export interface MmStruct {
  readonly pgtables_bytes: number
  /** Bytes of page tables that this kernel's accounting knows of. */
  readonly accountedBytes: number
  readonly map_count: number
  readonly total_vm: number
  readonly data_vm: number
  readonly stack_vm: number
  readonly exec_vm: number
  readonly locked_vm: number
  readonly mm_users: number
  readonly mm_count: number
  readonly mmap_base: bigint
  readonly rss: {
    readonly anon: number
    readonly file: number
    readonly shmem: number
    readonly swap: number
    readonly total: number
  }
  /** Any field by its kernel name, e.g. field('context.tlb_gen'). */
  field(name: string): bigint
}

export interface Vma {
  readonly start: bigint
  readonly end: bigint
  /** As in /proc/PID/maps: 'rw-p'. */
  readonly perms: string
  readonly offset: bigint
  readonly name: string
  /** Two-letter codes as in smaps' VmFlags. */
  readonly flags: string[]
  readonly hasAnonVma: boolean
}

/** What physical memory the process's tables really take. */
export interface Tables {
  /** Tables of all levels, the top one included. */
  readonly count: number
  /** Bytes they occupy. */
  readonly bytes: number
  readonly perLevel: PerLevel
}

export interface Process {
  readonly pid: number
  readonly name: string
  readonly alive: boolean
  /** The lock that it waits for without end, e.g. 'down_read(&mm->mmap_sem) in mm/memory.c'; empty: none. */
  readonly waitsFor: string
  readonly mm: MmStruct
  readonly vmas: Vma[]
  readonly tables: Tables
  /**
   * oom_badness in pages, as the chosen kernel computes it. When memory is out (there is no reclaim), the process with the
   * highest one is killed; the call that needed the memory goes on, or ends in SIGKILL where its own process was chosen.
   */
  readonly oomScore: number
  readonly minFaults: number
  readonly majFaults: number

  /** mmap(2). Returns the address. @throws LinuxError */
  mmap(args: MmapArgs): bigint
  /** munmap(2). @throws LinuxError */
  munmap(addr: Address, length: number): void
  /** mprotect(2). @throws LinuxError */
  mprotect(addr: Address, length: number, prot: Prot): void
  /** madvise(2). @throws LinuxError */
  madvise(addr: Address, length: number, advice: Advice): void
  /**
   * mremap(2): grows, shrinks or moves a mapping; page tables move whole where both ends are aligned. An `oldLength` of 0
   * duplicates a shared mapping. Returns the address. @throws LinuxError
   */
  mremap(addr: Address, oldLength: number, newLength: number, args?: MremapArgs): bigint
  /** mlock(2), with `onFault` mlock2(2): faults everything in, unless `onFault`. Processes are root: no limit. @throws LinuxError */
  mlock(addr: Address, length: number, args?: { onFault?: boolean }): void
  /** munlock(2): the pages stay. @throws LinuxError */
  munlock(addr: Address, length: number): void
  /** mlockall(2). `current`: all that is mapped now, `future`: all that will be. @throws LinuxError */
  mlockall(args: { current?: boolean; future?: boolean; onFault?: boolean }): void
  /** munlockall(2) */
  munlockall(): void
  /** mincore(2): for each page whether it is in memory. @throws LinuxError */
  mincore(addr: Address, length: number): boolean[]
  /**
   * Writes to /proc/PID/clear_refs: 1 makes all pages old, 2 anonymous ones, 3 those of files, 4 forgets soft-dirty (and
   * write-protects everything), 5 resets the peak resident size. @throws LinuxError
   */
  clearRefs(value: 1 | 2 | 3 | 4 | 5): void
  /** brk(2): sets the program break, or reads it when called without an address. */
  brk(addr?: Address): bigint

  /** Reads one byte at `addr` (or at `count` places, `stride` bytes apart). Returns the last word read. @throws SignalError */
  read(addr: Address, args?: TouchArgs): bigint
  /** Writes at `addr` (or at `count` places). @throws SignalError */
  write(addr: Address, args?: TouchArgs & { value?: Address }): void
  /** Fetches an instruction at `addr`. @throws SignalError */
  fetch(addr: Address, args?: TouchArgs): void

  /**
   * userfaultfd(2) for write protection. `handler` is told of every write to a protected page, in the middle of it, and takes
   * the protection off with `writeprotect(address, length, false)`; then the write goes on. Without a handler it would wait for
   * ever, which is an error here.
   *
   *     const uffd = task.userfaultfd({ handler: ({ address, uffd }) => uffd.writeprotect(address, 4096, false) })
   *     uffd.register(at, MiB(1))
   *     uffd.writeprotect(at, MiB(1), true)
   */
  userfaultfd(args?: UserfaultArgs): Userfaultfd

  /** fork(2). Returns the child. @throws LinuxError */
  fork(name?: string): Process
  /** vfork(2): a child in the same address space; this process waits until it calls execve or exits. */
  vfork(name?: string): Process
  /** clone(2). Returns the child. @throws LinuxError */
  clone(args?: CloneArgs): Process
  /**
   * execve(2) of a minimal program: a new address space replaces this one. It is empty, or holds a stack with arguments where
   * `argBytes` asks for them. @throws LinuxError
   */
  execve(name?: string, args?: ExecveArgs): void
  /** exit(2): the last user of the address space unmaps everything, frees the tables and runs check_mm. */
  exit(code?: number): void

  /** The entry that maps `addr`, or the empty entry where the walk ends. */
  pte(addr: Address): Entry
  /** get_user_pages_fast() of one page: its frame, or null where the slow path would have to go on. The page is put at once. */
  gupFast(addr: Address, args?: { write?: boolean }): number | null
  /** Every step of the walk, top table first. */
  walk(addr: Address): WalkEntry[]
  /** Frame that `addr` maps to, or null. Does not touch it. */
  frame(addr: Address): number | null

  /** /proc/PID/maps */
  maps(): string
  /** /proc/PID/smaps */
  smaps(): string
  /** /proc/PID/status, the memory lines */
  status(): string
  /**
   * Reads /proc/PID/FILE of another process, as `ps` does: 'cmdline' through its memory, 'maps' and 'smaps' under its
   * mmap_sem, 'status' without a lock. @throws HungTaskError where the lock is not where this code looks for it
   */
  readProc(target: Process, file: 'cmdline' | 'maps' | 'smaps' | 'status'): string
  /** /proc/PID/pagemap for a range: one 64-bit value per page. */
  pagemap(addr: Address, length: number): bigint[]
}

export interface UserfaultArgs {
  /**
   * Told of a write to a protected page: `address` is the start of the page, `uffd` the descriptor of the process that writes,
   * which may be a child.
   */
  handler?: (fault: { readonly address: bigint; readonly uffd: Userfaultfd }) => void
  /** UFFD_FEATURE_EVENT_FORK: children stay registered and protected. Default: they have neither. */
  eventFork?: boolean
  /** UFFD_FEATURE_WP_UNPOPULATED: anonymous pages that are not there yet are protected too, by markers. */
  wpUnpopulated?: boolean
}

/** An open userfaultfd. Addresses and lengths are multiples of the page size. Every call throws LinuxError. */
export interface Userfaultfd {
  /** UFFDIO_REGISTER with MODE_WP: anonymous memory, and files in memory. EINVAL where the architecture has no uffd-wp bit. */
  register(addr: Address, length: number): void
  /** UFFDIO_UNREGISTER: protection that is left goes. */
  unregister(addr: Address, length: number): void
  /**
   * UFFDIO_WRITEPROTECT: protects what is registered, or takes the protection off. Pages of files that are not mapped are
   * protected by markers, for which page tables are made.
   */
  writeprotect(addr: Address, length: number, protect: boolean): void
}
