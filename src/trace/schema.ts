/**
 * The trace's record layout and vocabulary. A record is 8 unsigned 32-bit words:
 *
 *   w0  kind (bits 0–7) | cpu (8–15) | index (16–31)
 *   w1  mm id (bits 0–19, 0 = none) | context (20–23) | flags (24–31)
 *   w2  op: number of the API call that caused the event (0 = before the first)
 *   w3  a      w4 b  w5 c  (old value lo, hi)      w6 d  w7 e  (new value lo, hi)
 *
 * A record of kind CONT carries 7 words of payload (w1–w7) for the event before it; it is not an event of its own.
 * Text lives in the trace's string list; records carry string numbers.
 * Names are Linux tracepoints where one exists.
 */
import type { ArchDeclaration } from '../arch/declaration.ts'
import type { CostChanges } from './cost/units.ts'
import type { StructLayout } from './layout/struct.ts'
import type { ProcRules } from './proc/rules.ts'

export const WORDS = 8
export const RECORD_BYTES = WORDS * 4

/** Where a CPU is when an event happens. */
export const CTX = { task: 0, softirq: 1, irq: 2, nmi: 3, entry: 4, atomic: 5, boot: 6, kthread: 7 } as const
export type CtxName = keyof typeof CTX
export const CTX_NAMES = Object.keys(CTX) as CtxName[]

/** Levels as numbers in records and views, as in the kernel's PGTBL_*_MODIFIED order. */
export const LEVEL = { pgd: 0, p4d: 1, pud: 2, pmd: 3, pte: 4 } as const
export const LEVEL_NAMES = ['pgd', 'p4d', 'pud', 'pmd', 'pte'] as const

export const KIND = {
  /** Payload of the event before. */
  CONT: 0,

  // The API call: a = string (call text), b = process id, c = source line, d = column, e = source file string. index = 0.
  SYS_ENTER: 1,
  // a = string (result text), flags 1 = error; d,e = value when it is an address or count.
  SYS_EXIT: 2,

  // State of objects. flags = OBJ, a = object id, b = string (name) or 0, c = parent/owner id (vma: mm id; process: mm id).
  OBJ_NEW: 3,
  OBJ_FREE: 4,
  // flags = OBJ, a = object id, index = field number in FIELDS[obj], b,c = old, d,e = new (two's complement 64-bit).
  FIELD: 5,

  // Page-table tables. a = table id, flags = LEVEL, b = frame, c = byte offset in the frame, d = entries, e = bytes; index = 1: kernel table.
  PT_ALLOC: 8,
  // a = table id, flags = LEVEL, b = frame, c = byte offset.
  PT_FREE: 9,
  // a = table id (child), b = parent table id, index = entry in the parent, flags = LEVEL of the child. No state of its own.
  PT_INSTALL: 10,
  PT_RACE_LOST: 11,
  // a = table id, b = table id that holds the huge entry.
  PT_DEPOSIT: 12,
  PT_WITHDRAW: 13,

  // Two compilation units lay mm_struct out differently: a = string (unit), b = string (unit that allocates it), c = string (first field that lies elsewhere), d = bytes by which, signed.
  LAYOUT_MISMATCH: 80,
  // A unit wrote a field and hit another: a = mm id, b = string (unit), c = string (field meant), d = string (field hit), e = its new value, low half.
  FIELD_CORRUPT: 81,

  // One entry: a = table id, index = entry, b,c = old, d,e = new, flags: LEVEL | SET_BY_HW.
  SET_ENTRY: 16,
  // fork: pte entries of table b copied into table a for each bit in the mask (CONT payload), starting at index, c = count,
  // flags: COPY_* of how the parent's and child's entries change.
  COPY_PTES: 17,
  // Entries of table a set to none for each bit in the mask (CONT payload), starting at index, c = count.
  ZAP_PTES: 18,
  // Word stored in a data page: a = frame, index = word number, old, new.
  STORE: 19,

  // Page allocator. a = frame, index = order, flags = PAGE kind. b = PG flags the page is born with, or for frees the count
  // of consecutive blocks of that order.
  // Derived by readers: per frame its PAGE kind, and map counts from the tables. nr_free_pages follows at the end of the call.
  MM_PAGE_ALLOC: 24,
  MM_PAGE_FREE: 25,
  // PG flags of pages as a call left them, at its end: a = first frame (of a folio: its head), b = count of consecutive
  // frames, flags = PAGE kind, index = PG flags.
  PAGE_STATE: 26,

  // Faults. d,e = virtual page number, index = error code (x86 bits: 1 protection, 2 write, 4 user, 16 fetch). a = table id or 0.
  PAGE_FAULT_USER: 32,
  PAGE_FAULT_KERNEL: 33,
  // What the fault did: flags = FAULT kind, a = frame, b = old frame for copies, c = process id, d,e = virtual page number.
  // The fields pgfault and min_flt follow at the end of the call.
  // A major fault records process.maj_flt before it ends.
  FAULT_DONE: 34,
  // a = signal number, index = si_code, b = process id or 0 for the one that runs, d,e = virtual page number.
  SIGNAL: 35,

  // TLB. a = slot (what it held is replaced), index = tag, flags = tag bits 16–23, b,c = virtual page number (c bits 0–19) | TLB_* permission bits (c bits 20–31), d = frame, e = log2 pages of the entry.
  TLB_FILL: 40,
  // An entry that forbids the access is dropped: a = slot
  TLB_EVICT: 41,
  // flags = FLUSH scope | tag bits 16–21 << 2, index = tag (EVERY_TAG: all of them), b,c = first page, d = pages, a = TLB_REASON, e = stride (log2 pages) | FLUSH_LAST_LEVEL.
  // range and page drop the entries, of the tag or global, that cover one of the pages first, first + 2^stride, … below first + pages.
  TLB_FLUSH: 42,
  // a = target cpu, index = TLB_REASON, flags 1 = the target has interrupts off: it is handled at its TLB_IPI_DONE.
  TLB_IPI: 43,
  TLB_FLUSH_SKIP_LAZY: 44,
  // a = previous mm id, b = next mm id, c = process id, index = new tag, flags 1 = flushing | tag bits 16–22 << 1. Sets loaded_mm, active_mm, process and (b ≠ 0) tag of the cpu.
  SCHED_SWITCH: 45,
  // An mm gets a tag: a = mm id, index = tag, flags = tag bits 16–23, b = generation of the numbers (0: they have none), c = 1: the number it had before.
  ASID_ALLOC: 46,
  // The tags are used up: a = the new generation, b = 1: of this CPU alone.
  ASID_ROLLOVER: 47,
  // A kernel thread or the idle task runs on a borrowed mm: a = mm id, b = process id (0: idle). And no longer.
  LAZY_ENTER: 14,
  LAZY_EXIT: 15,
  // The software refill handler ran: d,e = virtual page number, index = tag, flags = tag bits 16–23.
  TLB_REFILL: 36,
  // The walker keeps where a table is (paging-structure cache): a = slot, index = tag, flags = tag bits 16–23, b = table id, c = depth of the table, d,e = first page below it.
  WALK_CACHE_FILL: 37,
  // The TLB keeps that there is no valid entry: a = slot, index = tag, flags = tag bits 16–23, d,e = virtual page number.
  TLB_FILL_INVALID: 38,
  // The root register (CR3, TTBR0, satp …) is written: a = mm id, b = frame of the top table, index = tag, flags 1 = nothing is flushed (CR3 bit 63) | tag bits 16–22 << 1.
  CR3_WRITE: 39,

  // mmu_gather, one event per step on the CPU that works. flags 1 = fullmm.
  GATHER_BEGIN: 48,
  // What waits to be freed now: a = references to pages, b = tables.
  GATHER_ADD: 49,
  // flags 1 = tables were freed, 2 = only the TLBs are told, 4 = forced by another gather; a = pages, b = tables, c = pages of the range (0: none), d,e = first page.
  GATHER_FLUSH: 50,
  GATHER_END: 51,
  // A flush that was left out on purpose (machine.break), on the CPU that is not told; words as TLB_FLUSH.
  TLB_FLUSH_LOST: 52,
  // Tables wait for a grace period: a = number of the batch, b = tables. index 1 = a single one (pte_free_defer).
  RCU_DEFER: 53,
  // Every CPU passed a quiescent state: a = batch; its tables are freed next.
  RCU_DONE: 54,
  // Pages and tables of a flush wait until every CPU took its interrupt: a = number, b = pages, c = tables, d = CPUs waited for (bits, the first 32). flags 1 = over.
  GATHER_WAIT: 55,

  // Text. a = string. flags = severity (0 emerg … 7 debug).
  DMESG: 56,
  // a = string, flags 1 = pass, 0 = fail; b = line, c = column.
  EXPECT: 57,
  // a = string, b = line
  LOG: 58,
  // a = string (series), b,c = x as float64 halves, d,e = y as float64 halves.
  CHART: 59,
  // Something the lab does not model was met: a = string.
  NOT_MODELLED: 60,
  // get_user_pages_fast on a CPU with interrupts off: flags 0 = begins, 1 = reads an entry, 2 = got frame c, 3 = gave up. a = table id, index = entry, b = LEVEL, d,e = virtual page number.
  GUP_FAST: 61,
  // A CPU used what is freed: a = string, flags 0 = TLB entry, 1 = paging-structure cache, 2 = lockless walker; b = frame, c = table id or 0, index = slot, d,e = virtual page number.
  CORRUPTION: 62,
  // An interrupt that waited is handled: a = CPU that sent it.
  TLB_IPI_DONE: 63,

  // Tasks on CPUs of their own begin to race: a = string (names and CPUs), b = tasks.
  RACE_BEGIN: 64,
  // A task stands at a yield point: a = task, index = POINT, flags = LOCK (src/hw/yieldPoints.ts).
  RACE_YIELD: 65,
  // Another task than before goes on: a = task, b = string (name).
  RACE_RUN: 66,
  // A task waits for a lock, and has it: a = task, b = mm id, flags = LOCK | 128 for writing.
  LOCK_WAIT: 67,
  LOCK_TAKEN: 68,
  // a = string (the schedule), b = steps, c = preemptions; flags 1 = tasks wait for each other for ever.
  RACE_END: 69,
  // Schedules were tried on other machines: a = how many, b = pruned, c = failed. flags 1 = all there are.
  RACE_EXPLORED: 70,
} as const
export type KindName = keyof typeof KIND

/** Objects with named fields. */
export const OBJ = { machine: 0, process: 1, mm: 2, vma: 3, cpu: 4, file: 5 } as const
export type ObjName = keyof typeof OBJ

/**
 * Fields of each object, by number (order is part of the file format: append only).
 * Values are signed 64-bit unless the unit says otherwise; pages are counts of base pages, vpn are virtual page numbers.
 */
export const FIELDS = {
  machine: [
    'nr_page_table_pages',
    'nr_free_pages',
    'pgfault',
    'pgreuse',
    'nr_anon_pages',
    'nr_file_pages',
    'nr_shmem',
    'nr_tlb_remote_flush',
    'nr_tlb_remote_flush_received',
    'nr_tlb_local_flush_all',
    'nr_tlb_local_flush_one',
    'thp_fault_alloc',
    'thp_fault_fallback',
    'thp_split_pmd',
    'thp_zero_page_alloc',
    'thp_collapse_alloc',
    'nr_anon_transparent_hugepages',
    'thp_deferred_split_page',
    'thp_file_alloc',
    'thp_file_fallback',
    'thp_file_mapped',
    'nr_shmem_hugepages',
    'nr_shmem_pmdmapped',
    'thp_split_page',
    'HugePages_Total',
    'HugePages_Free',
    'HugePages_Rsvd',
  ],
  process: ['state', 'mm', 'parent', 'exit_code', 'min_flt', 'maj_flt', 'cpu'],
  mm: [
    'mm_users',
    'mm_count',
    'map_count',
    'total_vm',
    'data_vm',
    'exec_vm',
    'stack_vm',
    'locked_vm',
    'pinned_vm',
    'rss_anon',
    'rss_file',
    'rss_shmem',
    'rss_swap',
    'pgtables_bytes',
    'nr_ptes',
    'nr_pmds',
    'nr_puds',
    'pgd',
    'mmap_base',
    'task_size',
    'hiwater_rss',
    'hiwater_vm',
    'tlb_flush_pending',
    'write_protect_seq',
    'context.ctx_id',
    'context.tlb_gen',
    'cpumask',
    'brk',
    'start_brk',
    'start_stack',
    'def_flags',
    'levels',
    'hugetlb_usage',
    'context.id',
    'context.asce_limit',
    'context.flush_count',
    'context.flush_mm',
    'cpumask[1]',
    'cpumask[2]',
    'cpumask[3]',
    'accounted_bytes',
  ],
  vma: ['vm_start', 'vm_end', 'vm_flags', 'vm_pgoff', 'anon_vma', 'vm_file', 'vm_page_prot'],
  cpu: ['loaded_mm', 'active_mm', 'is_lazy', 'tag', 'process', 'tlb_gen', 'asid_cache'],
  file: ['size', 'nrpages', 'ino', 's_dev'],
} as const satisfies Record<ObjName, readonly string[]>
/** Counters of the machine that are in /proc/vmstat. */
export const VMSTAT_NAMES = FIELDS.machine.filter((name) => !name.startsWith('HugePages'))
export const OBJ_NAMES = Object.keys(OBJ) as ObjName[]

export const SET_BY_HW = 0x80
/** Writable entries lose write permission, in the parent and so in the copy. */
export const COPY_WRPROTECT = 1
/** The copy is clean (pte_mkclean). It is old (pte_mkold) in any case. */
export const COPY_CLEAN = 2

/** Page kinds as kpageflags shows them. */
export const PAGE = {
  free: 0,
  table: 1,
  anon: 2,
  file: 3,
  shmem: 4,
  zero: 5,
  hugetlb: 6,
  thp: 7,
  reserved: 8,
  kernel: 9,
} as const
export const PAGE_NAMES = Object.keys(PAGE) as (keyof typeof PAGE)[]

/**
 * Flags of a page (struct page, PG_*) as far as the lab keeps them; the numbers are its own. Of a folio those of the first
 * page count. `fallocated`: not PG_uptodate; anonymous folios use the bit for the deferred-split list.
 */
export const PG = {
  exclusive: 1,
  active: 2,
  lazyfree: 4,
  head: 8,
  tail: 16,
  dirty: 32,
  referenced: 64,
  fallocated: 128,
} as const

export const FAULT = {
  anon: 0,
  zeroPage: 1,
  cowCopy: 2,
  cowReuse: 3,
  file: 4,
  fileAround: 5,
  accessFlag: 6,
  dirtyFlag: 7,
  spurious: 8,
  thp: 9,
  hugeZero: 10,
  hugetlb: 11,
  shmem: 12,
  segvMaperr: 13,
  segvAccerr: 14,
  sigbus: 15,
  oom: 16,
  split: 17,
} as const
export const FAULT_NAMES = Object.keys(FAULT) as (keyof typeof FAULT)[]

/** Linux enum tlb_flush_reason (include/trace/events/tlb.h, 6.12) plus what other architectures need. */
export const TLB_REASON = {
  taskSwitch: 0,
  remoteShootdown: 1,
  localShootdown: 2,
  localMmShootdown: 3,
  remoteSendIpi: 4,
  pageFault: 5,
  broadcast: 6,
  rollover: 7,
  /** tlb_remove_table_sync_one: nothing is flushed, the interrupt alone is wanted. */
  tableSync: 8,
} as const
export const TLB_REASON_NAMES = Object.keys(TLB_REASON) as (keyof typeof TLB_REASON)[]
export const FLUSH = { all: 0, tag: 1, range: 2, page: 3 } as const
/** In a flush event instead of a tag. */
export const EVERY_TAG = 0x3fffff
/** In the stride word of a flush event: leaf entries only, what the walker keeps of upper tables stays (TLBI VALE1IS). */
export const FLUSH_LAST_LEVEL = 0x100
export const TLB_WRITE = 1
export const TLB_USER = 2
export const TLB_EXEC = 4
export const TLB_DIRTY = 8
export const TLB_GLOBAL = 16

/** vm_flags as Linux numbers them (include/linux/mm.h, 6.12). Only the low 32 bits are used. */
export const VM = {
  READ: 0x1,
  WRITE: 0x2,
  EXEC: 0x4,
  SHARED: 0x8,
  MAYREAD: 0x10,
  MAYWRITE: 0x20,
  MAYEXEC: 0x40,
  MAYSHARE: 0x80,
  GROWSDOWN: 0x100,
  UFFD_MISSING: 0x200,
  PFNMAP: 0x400,
  UFFD_WP: 0x1000,
  LOCKED: 0x2000,
  IO: 0x4000,
  SEQ_READ: 0x8000,
  RAND_READ: 0x10000,
  DONTCOPY: 0x20000,
  DONTEXPAND: 0x40000,
  LOCKONFAULT: 0x80000,
  ACCOUNT: 0x100000,
  NORESERVE: 0x200000,
  HUGETLB: 0x400000,
  SYNC: 0x800000,
  ARCH_1: 0x1000000,
  WIPEONFORK: 0x2000000,
  DONTDUMP: 0x4000000,
  SOFTDIRTY: 0x8000000,
  MIXEDMAP: 0x10000000,
  HUGEPAGE: 0x20000000,
  NOHUGEPAGE: 0x40000000,
} as const

/** The machine a trace was recorded on; the trace file's header and every replica need it. */
export interface MachineHeader {
  /** Variant id of src/arch, or the id of `definition`. */
  arch: string
  /** The architecture where the scenario declared its own; addresses are hexadecimal text. */
  definition?: ArchDeclaration
  features: Record<string, boolean | number>
  kernel: string
  config: Record<string, boolean | number | string>
  cpus: number
  /** Pages of physical memory. */
  memoryPages: number
  policies: Record<string, string>
  /** Alternatives that the scenario wrote itself, by seam; their id stands in `policies`. */
  own?: { accounting?: { fields: readonly string[] } }
  scenario: string
  seed: number
  /** mm_struct as each compilation unit of this kernel lays it out. */
  layout?: StructLayout
  /** Entries of each CPU's TLB. */
  tlbEntries?: number
  /** Unit costs that the scenario changed. */
  costs?: CostChanges
  /** What /proc needs to know beyond the events. */
  proc?: ProcRules
}
