/**
 * What an architecture variant declares: pure data, no code. `compileArch` (compile.ts) turns it into fast operations,
 * decode.ts into words, layout.ts into a map. Masks and raw values are bigint; bit 0 is the least significant bit of
 * the entry as the CPU reads it into a register.
 */
import type { ContextSpec } from './context.ts'
import type { FlushSpec } from './flush.ts'
import type { EntryFormat, TableFormat, Test } from './format.ts'
import type { LevelName } from './arch.ts'
import type { TlbHardware } from './tlbHardware.ts'

/** Boolean switches of CPU or configuration, by name; unnamed ones have the default of their FeatureSpec. */
export type Features = Record<string, boolean>

export interface FeatureSpec {
  name: string
  /** One sentence: what changes when it is on. */
  meaning: string
  default: boolean
  /** 'cpu': decided by the processor or boot parameters; 'config': by the kernel's configuration. */
  kind: 'cpu' | 'config'
  source: string
}

/** Replaces parts of the variant while the named feature has the given value. Objects merge, arrays and values replace. */
export interface FeatureOverride {
  feature: string
  value: boolean
  /** A second condition. */
  and?: { feature: string; value: boolean }
  patch: DeepPartial<Variant>
}

/** Arrays and tests are replaced whole. */
export type DeepPartial<T> = T extends readonly unknown[] | Test
  ? T
  : T extends bigint | number | string | boolean | null | undefined
    ? T
    : { [K in keyof T]?: DeepPartial<T[K]> }

export type AllocKind = 'page' | 'pages' | 'kmemCache' | 'kmalloc' | 'fragment' | 'pool'

export interface TableAlloc {
  kind: AllocKind
  /** Bytes one table really occupies. */
  bytes: number
  /** Alignment of a table; its size unless given. */
  align?: number
  order?: number
  /** Tables per page for fragments and pools. */
  perPage?: number
  note?: string
}

export interface LevelSpec {
  name: LevelName
  /** Lowest virtual-address bit of the index. */
  shift: number
  entries: number
  /** Size of the C type (pgd_t …, pte_t). */
  entryBytes: number
  /** Hardware words one Linux entry stands for (arm 2-level pgd: 2). */
  hwWords: number
  alloc: TableAlloc
  /** Bytes added to mm->pgtables_bytes per table; 0: never counted. */
  counted: number
  /** True where the 6.12 kernel leaves out the pagetable constructor, so that NR_PAGETABLE doesn't count the table. */
  noCtor?: boolean
}

export type FoldWhen = 'always' | 'boot' | 'mm'

export interface FoldedLevel {
  level: LevelName
  /** Compile time, at boot, or per mm. */
  when: FoldWhen
  /** Generic header or mechanism. */
  how: string
  /** First kernel in which generic code could see it (__PAGETABLE_PMD_FOLDED); absent: always. */
  markedSince?: string
}

export interface AddressSpace {
  /** First byte past user space of a native task, with the largest hint the variant allows. */
  taskSize: bigint
  /** First byte past what mmap without a high hint uses. */
  mmapWindow: bigint
  /** mmap hints above `from` open the space up to `limit`; null: no such rule. */
  highHint: HighHint | null
  firstUserAddress: bigint
  /** Entries of the top table that belong to user space. */
  userTopEntries: number
  /** STACK_TOP of a native task. */
  stackTop: bigint
  /** How mmap without an address searches. */
  mmap: MmapRule
  /** CONFIG_DEFAULT_MMAP_MIN_ADDR of the distribution kernels that were recorded (x86 64 KiB, others 4 KiB). */
  mmapMinAddr: bigint
  /** errno of MAP_FIXED past the limit: ENOMEM unless the architecture checks by itself. */
  beyondLimit?: 'EINVAL'
  /** Shared and file mappings without an address are aligned to this many bytes. */
  sharedAlign?: bigint
  /** Meaning in words, with the kernel symbol. */
  note?: string
}

export interface HighHint {
  from: bigint
  limit: bigint
  /** What mmap does when nothing below `limit` fits the hint: just below the end of the large space, or back in the window. */
  fallback: 'large' | 'window'
}

/** Rule of arch_pick_mmap_layout without randomisation (ADDR_NO_RANDOMIZE). */
export interface MmapRule {
  /** Search direction of a new mm with a finite stack limit. */
  direction: 'top-down' | 'bottom-up'
  /** Top-down: what the stack gap is taken from (STACK_TOP, or the end of the window). */
  top: bigint
  /** Bottom-up start (TASK_UNMAPPED_BASE). */
  bottomUpBase: bigint
  /** Top-down: smallest and largest gap below the end of the window, bytes. */
  gapMin: bigint
  gapMax: bigint
  /** Added to the stack limit before clamping: guard gap plus largest stack randomisation, bytes. */
  gapPad: bigint
  source: string
}

export interface Region {
  name: string
  /** Inclusive first and last byte. */
  from: bigint
  to: bigint
  meaning: string
  /** True when bases move with KASLR or depend on memory size; then this is the default. */
  variable?: boolean
}

export interface Preallocated {
  level: LevelName
  /** Indices of the top table's slots that own the tables. */
  slots: number[]
  /** The tables belong to the user-side root of page-table isolation. */
  userRoot?: boolean
  counted: boolean
}

export interface PgdInit {
  kernelEntries: 'copied' | 'shared-lower' | 'separate-root' | 'none'
  note: string
  prealloc: Preallocated[]
  /** A second root page holds the user view (page-table isolation). */
  userRoot?: boolean
}

export interface KernelSync {
  /** ARCH_PAGE_TABLE_SYNC_MASK as PGTBL_*_MODIFIED bits (pgd 1, p4d 2, pud 4, pmd 8, pte 16). */
  mask: number
  archSync: boolean
  /** Function that copies missing kernel entries at fault time; null: none. */
  vmallocFault: string | null
  pgdList: string | null
  note?: string
}

export interface SpecialFacts {
  /** ARCH_HAS_PTE_SPECIAL */
  pteSpecial: boolean
  devmap: boolean
  memoryModel: string
  pfnValid: string
}

export interface TlbFacts {
  walk: string
  asid: string
  /** The same as data; absent: no tags. */
  contexts?: ContextSpec
  /** Capacity and habits of the TLB itself; absent: USUAL_TLB. */
  hardware?: TlbHardware
  page: string
  range: string
  full: string
  broadcast: string
  /** Range flushes of more than `limit` units become bigger ones; null: no threshold. */
  ceiling: { name: string; limit: number | null; rule: string } | null
  lazy: string
  batching: string
  mmuGather: string[]
  /** The same as data, which src/mm/flush carries out. */
  flush: FlushSpec
}

/** A habit: something a family does in its own way, implemented once and named here. */
export type Habit =
  | 'crst-upgrade'
  | 'pae-prealloc-pmds'
  | 'pti-user-root'
  | 'lpae-kernel-pmd'
  | 'first-user-table'
  | 'pte-fragments'
  | 'vmalloc-seq'
  | 'hash-page-table'
  | 'software-refill'
  | 'invalid-tables'
  | 'pointer-tables'
  | 'nocache-pool'
  | 'hardware-copy'
  | 'root-trampoline'
  | 'host-mmap'

/** Hardware keeps its own copy of every pte beside the Linux one (arm 2-level). */
export interface HardwareCopy {
  /** Distance in bytes from the Linux entry to the hardware entry. */
  distance: number
  /** The hardware entry is zero unless this holds for the Linux entry. */
  valid: Test
  /** Bits that are the same in both. */
  keep: bigint
  /** Bits the hardware entry has when the test holds for the Linux entry. */
  set: { when?: Test; bits: bigint }[]
  source: string
}

export interface Variant {
  id: string
  /** Directory under arch/ in the kernel. */
  family: string
  /** In words, with configuration symbols. */
  name: string
  aliases?: string[]
  /** Word size of the kernel. */
  bits: 32 | 64
  /** Byte order of table entries in memory. */
  endian: 'little' | 'big'
  /** Kernel the facts were taken from. */
  kernel: string
  /** Historic ones: last kernel that had it. */
  lastKernel?: string
  verifiedBy: string
  /** What could not be established with confidence; empty: nothing. */
  uncertain: string[]
  oddities: string[]
  diff61: string[]
  sources: Record<string, string[]>
  features: FeatureSpec[]
  overrides: FeatureOverride[]
  /** Variant with all the levels that an mm of this one can grow to while it runs. */
  growsInto?: string
  /** Features that choose another variant of the same kernel image. */
  siblings?: { feature: string; value: boolean; id: string }[]

  pageShift: number
  levels: LevelSpec[]
  folded: FoldedLevel[]
  runtimeFold: string | null
  vaBits: number
  space: AddressSpace
  layout: Region[]

  pgtableT: string
  ptdesc: boolean
  splitPteLocks: boolean
  splitPmdLocks: boolean
  pgdInit: PgdInit
  kernelSync: KernelSync
  special: SpecialFacts
  habits: Habit[]
  hardwareCopy?: HardwareCopy

  pte: EntryFormat
  /** mk_pte() of a dirty page makes a writable pte dirty (s390). */
  dirtyPageDirtiesPte?: boolean
  /** Pages that fault-around maps beside the one touched start old where the MMU sets the accessed bit (arm64). */
  prefaultsOld?: boolean
  /** Leaf formats above pte, as differences from `pte`. */
  huge: Partial<Record<LevelName, DeepPartial<EntryFormat>>>
  /** Non-leaf formats by the level that holds them. */
  tables: Partial<Record<LevelName, TableFormat>>
  hugetlb: string[]
  thp: string[]
  contPte: string[]
  /** True when transparent huge pages at pmd level exist. */
  thpPmd: boolean
  /** HAVE_MOVE_PMD, HAVE_MOVE_PUD: mremap moves whole tables (arch_supports_page_table_move). */
  haveMovePmd?: boolean
  haveMovePud?: boolean
  /** ARCH_WANT_HUGE_PMD_SHARE: mms share the pmd tables of shared hugetlb mappings. */
  sharesHugePmds?: boolean
  tlb: TlbFacts
}
