/**
 * The lab API: everything a scenario can import from 'ptlab' or is handed by `run`.
 * This file holds types only. The editor shows these comments while you type.
 */

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

/**
 * An architecture of your own: another one with differences. Name what differs, the rest is as in `extends`:
 *
 *     { id: 'big-pages', pageShift: 14, levels: [
 *       { name: 'pgd', entries: 256 },
 *       { name: 'pmd', entries: 256, alloc: 'fragment' },
 *       { name: 'pte', entries: 256, alloc: 'fragment' },
 *     ] }
 *
 * Numbers that do not fit together are an error that names each of them. A declared architecture with other levels,
 * page size or bits has no huge pages, and user space keeps its share of the top table.
 */
export interface ArchDeclaration {
  /** Small letters, digits and dashes; not the id of a known architecture. `machine.arch.id` says it. */
  id: string
  /** Id or alias of the architecture that everything unsaid is taken from. Default 'x86_64'. */
  extends?: string
  /** One line in words. */
  title?: string
  /** A page has 2^pageShift bytes: 10 to 20. */
  pageShift?: number
  /** All levels, the top one first: it is called 'pgd', the last one 'pte'. Names left out are folded. */
  levels?: readonly DeclaredLevel[]
  /** Where each bit of an entry stands. Default: as in `extends`, the frame number moved to the new page size. */
  bits?: DeclaredBits
  /** Limits of user space. */
  space?: DeclaredSpace
}

export interface DeclaredLevel {
  name: Level
  /** Entries of a table, a power of two. */
  entries: number
  /** Bytes of an entry: 4, or 8 (default). */
  entryBytes?: number
  /** Lowest bit of the virtual address that indexes the table. Default: what the levels below leave; else it is checked. */
  shift?: number
  /**
   * Where a table comes from: 'pages' (default) of its own, 'fragment' of a page that it shares with other tables, or
   * 'slab' (a kmem_cache, which NR_PAGETABLE does not count).
   */
  alloc?: 'pages' | 'fragment' | 'slab'
  /** Bytes of a table in `mm.pgtables_bytes`. Default: its size; 0 for pgd and p4d. */
  counted?: number
}

/** Bit numbers, 0 is the least significant; ranges are [highest, lowest]. */
export interface DeclaredBits {
  /** The MMU may use the entry. The same bit says that an entry above points to a table. */
  present: number
  /** Set instead of `present` in a page that nobody may use (PROT_NONE). */
  protNone: number
  write: number
  /** Set by the MMU at each use. */
  accessed: number
  /** Set by the MMU at each write. */
  dirty: number
  /** No struct page belongs to it: the zero page. For software only. */
  special: number
  /** Default: every page may be executed. */
  noExec?: number
  /** Page frame number; tables' addresses begin where it does, small tables' some bits below. */
  frame: readonly [number, number]
  /** Of swap entries, which are neither present nor empty: type, offset, and the exclusive bit. */
  swapType: readonly [number, number]
  swapOffset: readonly [number, number]
  swapExclusive: number
}

/** Bytes: a bigint, a number, or text like '0x7fff_0000'. */
export interface DeclaredSpace {
  /** First byte past user space. Default: what the user's entries of the top table reach, less one page. */
  taskSize?: Address | string
  /** Nothing is mapped below. */
  firstUserAddress?: Address | string
  /** Entries of the top table that belong to user space. */
  userTopEntries?: number
}

/** Design alternatives by seam: the id of one that Linux used or tried (`ptlab profiles` lists them), or your own. */
export interface Policies {
  /** Who counts page tables per process. */
  accounting?: string | AccountingPolicy
  [seam: string]: string | AccountingPolicy | undefined
}

/** Counters of mm_struct that can count page tables. */
export type TableCounter = 'nr_ptes' | 'nr_pmds' | 'nr_puds' | 'pgtables_bytes'

/** The counters of one address space, as an accounting of your own sees them. */
export interface MmCounters {
  /** Number of the mm. */
  readonly mm: number
  get(counter: TableCounter): number
  add(counter: TableCounter, delta: number): void
}

/** A page table as accounting sees it. */
export interface CountedTable {
  readonly level: Level
  /** PTRS_PER_x · sizeof. */
  readonly bytes: number
  /** What Linux 4.15 and later add to pgtables_bytes for it: 0 for pgd and p4d. */
  readonly counted: number
}

/** A level without tables that generic teardown passes through. */
export interface PassedLevel {
  readonly level: 'pmd' | 'pud'
  /** __PAGETABLE_x_FOLDED is defined where generic code looks. */
  readonly marked: boolean
  /** Folded by every mm for itself or at boot. */
  readonly runTime: boolean
  /** What mm_dec_nr_* would subtract. */
  readonly bytes: number
}

/**
 * A way of counting page tables of your own, in the place where Linux has mm_inc_nr_ptes() and its kin:
 *
 *     const everything: AccountingPolicy = {
 *       id: 'every_table',
 *       installed: (mm, table) => mm.add('pgtables_bytes', table.bytes),
 *       freed: (mm, table) => mm.add('pgtables_bytes', -table.bytes),
 *       bytes: (mm) => mm.get('pgtables_bytes'),
 *     }
 *
 * Hooks run in the middle of a call and may not call the machine. What they forget is shown as Linux would: check_mm
 * complains when the last user of an address space is gone.
 */
export interface AccountingPolicy {
  /** Name in panels and reports: 3 to 40 small letters, digits, _ and -. */
  id: string
  /** One line in words. */
  title?: string
  /** Counters that it uses. Default ['pgtables_bytes']. */
  counters?: readonly TableCounter[]
  /** init_new_context: the mm has its top table and nothing else. */
  created?(mm: MmCounters, arch: ArchInfo): void
  /** A table was installed, or deposited for a huge page. */
  installed(mm: MmCounters, table: CountedTable): void
  /** A table was taken away. */
  freed(mm: MmCounters, table: CountedTable): void
  /** free_p?d_range came through a level that has no table here. */
  freedFolded?(mm: MmCounters, level: PassedLevel): void
  /** Bytes that this kernel knows of: VmPTE, and the OOM killer's term. */
  bytes(mm: MmCounters, arch: ArchInfo): number
  /** check_mm: lines to print when the counters are not as they should be. Default: one for each that is not zero. */
  residue?(mm: MmCounters): readonly string[]
}

/** A TLB. Defaults are of one typical core of each architecture (see its page, or `ptlab archs`). */
export interface TlbSpec {
  /** Entries for base pages. */
  entries?: number
  /** Entries of a set; entries ÷ ways is a power of two. */
  ways?: number
  /** Entries for each larger page size; 0: larger pages are kept as base pages. */
  hugeEntries?: number
  /** Whether the walker remembers upper levels (paging-structure caches). Default: as the architecture's processors do. */
  walkCache?: boolean
  /**
   * Whether the TLB also keeps that a page has no valid entry, so that the first access after a fault elsewhere may fault
   * again for nothing (riscv without Svvptc). Default false.
   */
  keepsInvalid?: boolean
  /**
   * Bits of an ASID, where address spaces get one in turn (arm64: 16, or 8 on small cores); elsewhere it changes nothing.
   * riscv: 0 for none.
   */
  asidBits?: number
}

/** A machine to build. Everything has a documented default. */
export interface MachineSpec {
  /**
   * Variant id or alias: 'x86_64', 'arm64', 'riscv64', 'x86-64-5level-la57on' … see `ptlab archs`. Or an architecture of
   * your own.
   */
  arch?: string | ArchDeclaration
  /** CPU features, e.g. { la57: false, pti: true }. */
  features?: Record<string, boolean | number>
  /** Kernel version whose behaviour is modelled: '6.12' (default), '6.1', '7.2', and those of `ptlab profiles`. */
  kernel?: string
  /** Kernel configuration, e.g. { thp: 'never', softDirty: true, mmapMinAddr: 65536 }. */
  config?: Record<string, boolean | number | string>
  /** Number of CPUs, 1–256. Default 1. */
  cpus?: number
  /** Each CPU's TLB, where it is to differ from that of a typical processor of the architecture. */
  tlb?: TlbSpec
  /** Bytes of physical memory. Default 4 GiB. */
  memory?: number
  /** Design alternatives by seam, e.g. { accounting: 'nr_ptes_only' }, or one of your own. */
  policies?: Policies
  /** Include lists of the kernel's compilation units. */
  layout?: LayoutSpec
  /**
   * Unit costs that differ from the documented ones, e.g. { ipi: { ns: 4000 }, flush: { perUnit: 40 } }. Names: syscall,
   * fault, kernelFault, pageAlloc, pageCopy, pageFree, tableAlloc, setEntry, copyEntries, clearEntries, walk, refill, flush,
   * ipi, switch; visitList, visitArray, visitListFar, visitArrayFar, lock, check.
   */
  costs?: Record<string, UnitCostChange>
}

/** A change of a unit cost: nanoseconds for each event, and for each further page, entry or copy that it covers. */
export interface UnitCostChange {
  ns?: number
  perUnit?: number
}

/** What one mechanism took. */
export interface MechanismCost {
  readonly events: number
  /** Pages, entries or copies that the events covered, where the unit cost asks for them. */
  readonly units: number
  /** Simulated nanoseconds. */
  readonly ns: number
}

/** Simulated time so far: counted events times documented unit costs. Nothing here was measured. */
export interface MachineCost {
  /** Nanoseconds of all CPUs together. */
  readonly ns: number
  /** By name of the unit cost: 'fault', 'ipi', 'flush', 'switch' … */
  readonly byMechanism: Readonly<Record<string, MechanismCost>>
  /** Nanoseconds of each CPU. */
  readonly byCpu: readonly number[]
}

/**
 * What the compilation units of this kernel include, in order. Headers and units that are not named stay as they are; a
 * unit of a new name is compiled too, and does nothing. Matters to the layout of mm_struct where a macro decides about it:
 *
 *     { kernel: 'mmotm-2015-01-22', arch: 'sh', layout: { units: {
 *       'fs/proc/base.c': ['asm/pgtable.h', 'linux/mm.h'],
 *     } } }
 *
 * Units that do something: kernel/fork.c (allocates mm_struct), kernel/exit.c, mm/memory.c (counts tables, reads other
 * processes), mm/mmap.c, mm/oom_kill.c, arch/mm/fault.c, fs/proc/task_mmu.c (maps, smaps, status), fs/proc/base.c.
 */
export interface LayoutSpec {
  headers?: Record<string, readonly string[]>
  units?: Record<string, readonly string[]>
}

/** mm_struct as the compilation units of this kernel lay it out, up to def_flags. */
export interface StructInfo {
  /** Names in order; parts of locks and lists as 'mmap_sem.count'. */
  readonly fields: readonly string[]
  readonly units: readonly {
    readonly name: string
    readonly includes: readonly string[]
    /** __PAGETABLE_PMD_FOLDED was defined when the unit read the struct. */
    readonly sawFolded: boolean
    /** Size of this part of the struct. */
    readonly bytes: number
  }[]
  /** Byte offset of a field in a unit's struct (default: kernel/fork.c, which allocates it); null where it has none. */
  offset(field: string, unit?: string): number | null
}

/** Letters of r, w, x joined: 'r', 'rw', 'rwx', or 'none'. */
export type Prot = 'none' | 'r' | 'w' | 'x' | 'rw' | 'rx' | 'wx' | 'rwx'

export interface MmapArgs {
  /** Length in bytes, rounded up to pages. */
  length: number
  /** Hint, or the exact place with `fixed`. */
  addr?: Address
  /** Default 'rw'. */
  prot?: Prot
  /** File to map, as memfd() or file() returned it. Without one: anonymous memory. */
  file?: File
  /** First byte of the file to map, a multiple of the page size. Default 0. */
  offset?: number
  /** MAP_SHARED instead of MAP_PRIVATE. Without a file: shared anonymous memory, which children of fork share. */
  shared?: boolean
  /** MAP_FIXED (replaces what is there) or MAP_FIXED_NOREPLACE (fails with EEXIST). */
  fixed?: boolean | 'noreplace'
  /** MAP_POPULATE */
  populate?: boolean
  /** MAP_LOCKED: as mlock, but what cannot be had is not reported. */
  locked?: boolean
  /** MAP_NORESERVE */
  noreserve?: boolean
  /** MAP_GROWSDOWN */
  growsdown?: boolean
  /** MAP_HUGETLB */
  hugetlb?: boolean
}

export interface TouchArgs {
  /** How many touches; default 1. */
  count?: number
  /** Bytes from one touch to the next; default one page. */
  stride?: number
}

/** How a mapping may change its size or place. */
export interface MremapArgs {
  /** MREMAP_MAYMOVE: without it the mapping only shrinks or grows where it is. */
  mayMove?: boolean
  /** MREMAP_FIXED: the new place; what is mapped there goes. Needs mayMove. */
  fixed?: Address
  /** MREMAP_DONTUNMAP: the old mapping stays, empty. Needs mayMove and equal lengths. */
  dontUnmap?: boolean
}

export interface CloneArgs {
  /** CLONE_VM: the child runs in the same address space. Default: a copy, as fork makes. */
  vm?: boolean
  /** CLONE_VFORK, with `vm`: the parent waits until the child calls execve or exits. */
  vfork?: boolean
  name?: string
}

/** The stack of a new program. Its argument pages are made under STACK_TOP_MAX, then the stack moves down to its place. */
export interface ExecveArgs {
  /** Bytes of arguments and environment. Without them the program gets no stack. */
  argBytes?: number
  /** Bytes below STACK_TOP at which the stack ends, as randomisation would choose them. Default 0. */
  stackShift?: number
}

export type Advice =
  | 'NORMAL'
  | 'RANDOM'
  | 'SEQUENTIAL'
  | 'WILLNEED'
  | 'DONTNEED'
  | 'DONTNEED_LOCKED'
  | 'FREE'
  | 'COLD'
  | 'PAGEOUT'
  | 'REMOVE'
  | 'DONTFORK'
  | 'DOFORK'
  | 'HUGEPAGE'
  | 'NOHUGEPAGE'
  | 'COLLAPSE'
  | 'WIPEONFORK'
  | 'KEEPONFORK'
  | 'POPULATE_READ'
  | 'POPULATE_WRITE'
  | 'DONTDUMP'
  | 'DODUMP'

/** Levels of a page table, top to bottom, in Linux's names. */
export type Level = 'pgd' | 'p4d' | 'pud' | 'pmd' | 'pte'

/** A number for each level. */
export type PerLevel = { readonly [level in Level]: number }

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

export interface TlbEntry {
  readonly va: bigint
  readonly pages: number
  readonly tag: number
  readonly frame: number
  readonly write: boolean
  readonly user: boolean
  readonly exec: boolean
  /** Valid under every tag. */
  readonly global: boolean
}

/** What the walker of a CPU remembers of an upper level: where a table is (paging-structure cache, walk cache). */
export interface WalkCacheEntry {
  /** Level of the table that is remembered. */
  readonly level: Level
  readonly tag: number
  /** Frame of that table when it was entered. */
  readonly frame: number
}

/** A kernel thread: a task without an address space (task_struct.mm is NULL). It runs on the one that the CPU has. */
export interface Kthread {
  readonly pid: number
  readonly name: string
}

/** Where a CPU is when something happens: in a task, or in what interrupted it. */
export type CpuContext = 'task' | 'softirq' | 'irq' | 'nmi' | 'entry' | 'atomic'

/**
 * A CPU and its scheduler, which is you: a process stays where it ran last until `run` puts it elsewhere. The CPU it leaves
 * goes idle and keeps its address space loaded (lazy TLB), until it runs a process of another one.
 */
export interface Cpu {
  readonly id: number
  readonly tlb: {
    readonly entries: TlbEntry[]
    readonly size: number
    readonly hits: number
    readonly misses: number
    /** Tables of upper levels that the walker remembers; empty where it always begins at the top. */
    readonly upper: WalkCacheEntry[]
    lookup(addr: Address): TlbEntry | null
  }
  /**
   * context_switch to a process or a kernel thread, then `work`, whose calls run on this CPU.
   *
   *     machine.cpu(1).run(task, () => task.write(at))
   *     machine.cpu(1).run(machine.kthread('kworker/1:0'))
   */
  run<T>(task: Process | Kthread, work: () => T): T
  run(task: Process | Kthread): void
  /** Switches to the idle task. It borrows the address space that is loaded (enter_lazy_tlb, mm_count + 1). */
  idle(): void
  /** What `work` does on this CPU is recorded as done in this context. */
  inContext<T>(context: CpuContext, work: () => T): T
  /** The process that runs; null while the CPU is idle or in a kernel thread. */
  readonly current: Process | null
  /** The kernel thread that runs, or null. */
  readonly kthread: Kthread | null
  /** current->mm: null while the CPU is idle or in a kernel thread. */
  readonly mm: MmStruct | null
  /** current->active_mm: the same, or the one that is borrowed; null for init_mm. */
  readonly activeMm: MmStruct | null
  /** cpu_tlbstate_shared.is_lazy: the tables of a borrowed address space are loaded. */
  readonly lazy: boolean
  /** ASID, PCID, PID or context number in use; 0 where TLBs have no tags. */
  readonly asid: number
  /**
   * Begins get_user_pages_fast() of one page on this CPU and stops before the first entry is read. Until the walker ends,
   * interrupts are off here: a TLB-flush interrupt waits, and so does RCU. Throws where the architecture has no GUP-fast.
   *
   *     const walker = machine.cpu(1).gupFast(task, at)
   *     walker.to('pte')
   *     machine.cpu(0).run(task, () => task.munmap(at, PAGE_SIZE))
   *     walker.finish()
   */
  gupFast(process: Process, addr: Address, args?: { write?: boolean }): GupWalker
  /** Runs `work`, on other CPUs, while this one has interrupts off: what is sent to it is handled at the end. */
  irqsOff<T>(work: () => T): T
}

/** get_user_pages_fast() under way. Nothing but interrupts that are off protects the tables it is in. */
export interface GupWalker {
  /**
   * 'walking'; 'done': it has a reference to `frame`; 'fallback': Linux would go on with the slow path, under mmap_lock;
   * 'corrupted': it was in a table that had been freed (`machine.corruptions`).
   */
  readonly state: 'walking' | 'done' | 'fallback' | 'corrupted'
  /** Level of the table that is read next, and the frame it is in. */
  readonly level: Level
  readonly tableFrame: number
  /** The entry read last. In a table that was freed: whatever its frame holds now. */
  readonly raw: bigint
  /** The page it took. */
  readonly frame: number | null
  /** Reads one entry; the last step takes the page. Returns whether there is more to do. */
  step(): boolean
  /** Steps until the table of this level is the next to be read. */
  to(level: Level): void
  /** All remaining steps. */
  finish(): GupWalker['state']
  /** put_page() of the page it took. */
  put(): void
}

/** Deliberate breakage: steps that are left out. */
export interface Breakage {
  /** 'skip': no TLB is told of anything. 'local': the CPU that changes tables tells itself, but no other. */
  flush?: 'skip' | 'local'
  /** 'skip': tables are freed without waiting for a grace period. */
  rcu?: 'skip'
}

/** A CPU used what had been freed: a TLB entry, a paging-structure cache entry, or a walk that was in the table. */
export interface Corruption {
  readonly via: 'tlb' | 'walkCache' | 'walker'
  readonly cpu: number
  readonly address: bigint
  readonly frame: number
  /** The line in dmesg. */
  readonly text: string
}

/** Grace periods of page tables. Without walkers they end at once, unless held back. */
export interface RcuView {
  /** Tables that wait for a grace period. */
  readonly pendingTables: number
  /** CPUs that hold grace periods up. */
  readonly readers: number[]
  /** From now on grace periods end only by synchronize(). */
  hold(): void
  /** They end by themselves again; those that can end now do. */
  release(): void
  /** synchronize_rcu(): waits for a grace period, after which tables are freed. Throws while a walker holds it up. */
  synchronize(): void
}

/** A CPU that spins until others have taken its TLB-flush interrupt. It can do nothing else before. */
export interface WaitingCpu {
  readonly cpu: number
  readonly for: number[]
}

/** Geometry of the machine's page tables; sizes in bytes covered by one entry of the level (a folded level repeats the one above). */
export interface ArchInfo {
  readonly id: string
  readonly PAGE_SIZE: number
  readonly PMD_SIZE: number
  readonly PUD_SIZE: number
  readonly P4D_SIZE: number
  readonly PGDIR_SIZE: number
  readonly TASK_SIZE: bigint
  readonly levels: readonly Level[]
  readonly folded: readonly Level[]
  readonly entries: PerLevel
  /**
   * Bytes that one table of a level adds to `mm.pgtables_bytes`: 0 for folded levels, and for pgd and p4d tables, which
   * Linux does not count.
   */
  readonly counted: PerLevel
  readonly bits: number
}

export interface Machine {
  readonly arch: ArchInfo
  readonly kernel: string
  /** The design alternative of each seam, e.g. `policies.accounting === 'pgtables_bytes'`. */
  readonly policies: Readonly<Record<string, string>>
  /** New process, as after execve of a minimal static program: no VMAs, empty top table. */
  spawn(name?: string): Process
  /**
   * memfd_create(2) and ftruncate(2): a file in memory, `size` bytes long (default 0), without pages until they are used.
   *
   *     const file = machine.memfd('data', MiB(1))
   *     const at = task.mmap({ file, length: MiB(1), shared: true })
   *
   * With `hugetlb` (MFD_HUGETLB) its pages come from the hugetlb pool; sizes are whole huge pages, and a shared mapping
   * reserves what it may need.
   */
  memfd(name: string, size?: number, args?: { hugetlb?: boolean }): File
  /**
   * A file on a disk. Pages that are not in the page cache are read in by a major fault, with those around them; the first
   * write to a page of a shared mapping is a fault of its own, so that the file system notices it.
   */
  file(name: string, size?: number, args?: { readOnly?: boolean }): File
  /** /proc/kpagecount: how often a page frame is mapped. */
  kpagecount(frame: number): number
  /** /proc/kpageflags: flags of a page frame, as far as they are modelled (include/uapi/linux/kernel-page-flags.h). */
  kpageflags(frame: number): bigint
  cpu(id: number): Cpu
  /** kthread_create(): a kernel thread, to be run by `machine.cpu(i).run`. */
  kthread(name: string): Kthread
  /** The hugetlb pool: HugePages_Total, _Free and _Rsvd of /proc/meminfo. */
  readonly hugepages: { readonly total: number; readonly free: number; readonly reserved: number }
  /** Writes /sys/kernel/mm/transparent_hugepage/enabled or, with a size in bytes, hugepages-<size>kB/enabled. */
  thp(mode: 'always' | 'madvise' | 'never', bytes?: number): void
  /**
   * Writes /sys/kernel/mm/transparent_hugepage/shmem_enabled: huge pages for memfds and shared anonymous memory. `config.shmemThp`
   * is the mode at start, default 'never'.
   */
  shmemThp(mode: 'always' | 'within_size' | 'advise' | 'never' | 'deny' | 'force'): void
  /** The kernel thread that makes huge pages of small ones. It runs when told to, never by itself. */
  readonly khugepaged: {
    /** One scan of an address space, with the default limits. Returns how many ranges became huge pages. */
    scan(process: Process): number
  }
  /** mm_struct in bytes, by compilation unit. */
  readonly mmStruct: StructInfo
  readonly cpus: number
  readonly processes: Process[]
  /** Lines the simulated kernel printed. */
  readonly dmesg: string[]
  /** Simulated time by mechanism and by CPU. Needs a full trace. */
  readonly cost: MachineCost
  /** /proc/vmstat counters by name. */
  readonly vmstat: Record<string, number>
  /** /proc/meminfo: the lines of what is modelled. */
  meminfo(): string
  /** Failure injection. */
  readonly fail: {
    /** Makes the n-th allocation of a page or table from now fail, as if memory were out; 0: none. */
    alloc(n: number): void
    /**
     * pmd_clear_bad() on the huge entry at `addr`: what pmd_none_or_clear_bad() did to one that a fault installed between
     * its two tests (seen in 2018). The entry is gone, the page and the table kept for it are not.
     */
    badPmd(process: Process, addr: Address): void
    /** The next `n` batches of page tables for RCU get no memory: each table then interrupts every CPU (tlb_remove_table_one). */
    tableBatch(n: number): void
    /** Allocations until one fails; 0: none is going to. */
    readonly pending: number
  }
  /**
   * Leaves steps of unmapping out, to see what they are for; what is not named works again. A machine broken like this
   * corrupts memory as a real one would: look at `corruptions` and dmesg.
   *
   *     machine.break({ flush: 'local' })
   *     machine.break({})
   */
  break(what: Breakage): void
  /** Uses of what had been freed, oldest first. None unless something is broken. */
  readonly corruptions: Corruption[]
  /** RCU, as far as page tables wait for it. */
  readonly rcu: RcuView
  /** CPUs whose flush is not acknowledged yet. What they unmapped is not free before it is. */
  readonly waiting: WaitingCpu[]
  /** Free pages of physical memory. */
  readonly freePages: number
  /** Events recorded so far. */
  readonly events: number
}

export interface Matchers {
  toBe(expected: unknown): void
  toEqual(expected: unknown): void
  toBeGreaterThan(expected: number | bigint): void
  toBeGreaterThanOrEqual(expected: number | bigint): void
  toBeLessThan(expected: number | bigint): void
  toBeLessThanOrEqual(expected: number | bigint): void
  toBeNull(): void
  toBeTruthy(): void
  toBeFalsy(): void
  toContain(expected: unknown): void
  toMatch(expected: RegExp | string): void
  /** For functions: expects a LinuxError with this errno or a SignalError with this signal. */
  toThrow(expected?: string): void
  readonly not: Matchers
}

/** Records an expectation; a failed one does not stop the scenario. The optional message is shown with it. */
export type Expect = (actual: unknown, message?: string) => Matchers

export interface Chart {
  /** A named line; each add appends a point (x defaults to the number of points so far). */
  series(name: string): { add(y: number, x?: number): void }
}

/** Seeded random numbers: the same seed gives the same run in every host. */
export interface Random {
  /** Integer in [0, n). */
  int(n: number): number
  /** Number in [0, 1). */
  float(): number
  pick<T>(items: readonly T[]): T
  shuffle<T>(items: readonly T[]): T[]
}

export interface RaceOptions {
  /**
   * Who runs when: 'A3 B1 A B' lets the first function pass three yield points, then the second one, then the first and
   * the second run to their ends, or until they wait for a lock. What results print can be given again.
   */
  schedule?: string
  /** Seed of a random schedule. Default: the run's seed, going on from race to race. */
  seed?: number
}

/** How one function of a race ended. */
export interface TaskResult {
  readonly name: string
  /** False: it waits for ever. */
  readonly done: boolean
  /** What it threw: a LinuxError or a SignalError it did not catch. */
  readonly error: Error | null
}

export interface RaceResult {
  /** What ran, in a form that `schedule` takes. */
  readonly schedule: string
  /** Pieces between yield points. */
  readonly steps: number
  /** How often a function that could have gone on had to wait for another. */
  readonly preemptions: number
  readonly tasks: readonly TaskResult[]
  /** Who waits for whom for ever, or null. The kernel's log says so too. */
  readonly hung: string | null
}

/** Every schedule is tried on a machine of its own, which `setup` prepares; it must do the same each time. */
export interface RaceSpec<S> {
  /** Prepares a machine; what it returns is given to everything else. */
  setup(machine: Machine): S
  /** The functions that race, each on the CPU of its number. */
  tasks: readonly ((state: S) => void)[]
  /**
   * What must hold afterwards. Returns false or a text, or throws, where it does not. A hang, a line of the kernel's log that begins with
   * BUG:, and the use of freed memory are failures in any case.
   */
  check?(state: S, machine: Machine, tasks: readonly TaskResult[]): boolean | string | void
  /** Tells outcomes apart; the report counts each. */
  outcome?(state: S, machine: Machine, tasks: readonly TaskResult[]): string | number
  /** Schedules to try at most. Default 20 000. */
  limit?: number
  /** Only schedules with at most so many preemptions. Nothing is left out of these. */
  preemptions?: number
  /** `limit` random schedules instead of all. */
  seed?: number
  /** False: also schedules that differ only in the order of steps that do not depend on each other. */
  reduce?: boolean
  /** Stops at the first schedule that fails. */
  untilFailure?: boolean
}

export interface RaceReport {
  /** Schedules that ran to their end. */
  readonly schedules: number
  /** Schedules given up because they lead where others had been. */
  readonly pruned: number
  /** All there are; false when the limit came first. */
  readonly complete: boolean
  readonly outcomes: readonly {
    readonly outcome: string
    readonly count: number
    readonly schedule: string
  }[]
  /** Schedules that failed. */
  readonly failed: number
  /** The failing schedule with the fewest preemptions that was found, and the one it was found from. */
  readonly failing: {
    readonly schedule: string
    readonly first: string
    readonly preemptions: number
    readonly why: string
  } | null
  /** The schedule that ran on the scenario's machine: the failing one, else the first. The trace shows it. */
  readonly shown: RaceResult
}

/**
 * Runs ordinary functions at the same time, each on a CPU of its own (the first on CPU 0, so the machine needs as many).
 * They may be interrupted where a kernel may: at each call, before an allocation, before taking a lock, after populating
 * an entry, before and after a TLB flush. Two functions that use the same process stand for two threads of it.
 *
 *     const { schedule } = race(() => a.write(at), () => b.munmap(at, PAGE_SIZE), { schedule: 'A2 B A' })
 *
 * What functions read without a call (process.mm, process.walk(…)) is not known to the reduction of race.all: look at it in
 * `check` and `outcome`, or say reduce: false.
 */
export interface Race {
  (first: () => void, second: () => void, ...more: ((() => void) | RaceOptions)[]): RaceResult
  /**
   * Tries every schedule, on machines like this one; those that differ only in steps which do not depend on each other
   * once. Then `setup`, the functions and `check` run on this machine, by the failing schedule if there is one.
   *
   *     const report = race.all({
   *       setup: (machine) => { … return { a, b, at } },
   *       tasks: [({ a, at }) => a.write(at), ({ b, at }) => b.munmap(at, PAGE_SIZE)],
   *       check: ({ a }) => a.mm.rss.anon === 0,
   *     })
   *     expect(report.failing).toBeNull()
   */
  all<S>(spec: RaceSpec<S>): RaceReport
}

export interface RunContext {
  /** The first (usually only) machine. */
  machine: Machine
  expect: Expect
  log: (...values: unknown[]) => void
  chart: Chart
  random: Random
  /** Runs functions at the same time, by one schedule or by all of them. */
  race: Race
  /** Ends this run as skipped, with the reason (for machines the question does not apply to). */
  skip(reason: string): never
}

export interface ScenarioSpec {
  title: string
  /** Markdown shown beside the editor: the question, what to look at. */
  about: string
  /** Lesson group in the gallery, e.g. 'Start here'. */
  group?: string
  minutes?: number
  /** One run per machine. Default: one x86_64. */
  machines?: MachineSpec[]
  seed?: number
  run(context: RunContext): void
}

export interface Scenario extends ScenarioSpec {
  readonly kind: 'ptlab-scenario'
}

/** Declares the scenario; export it as default. */
export declare function scenario(spec: ScenarioSpec): Scenario
