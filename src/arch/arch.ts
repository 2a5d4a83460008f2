/**
 * The compiled form of one architecture variant: what the simulator calls on its hot paths.
 * Descriptors (families/*.ts) are data; `compileArch` turns one into this.
 *
 * 64-bit values are two unsigned 32-bit halves. An operation that yields a value returns the low half and leaves
 * the high half in `hi` of the object it was called on, so that nothing is allocated.
 * Page frame numbers fit in 32 bits. Virtual pages are (vpnLo, vpnHi): bits 0–31 and 32–51 of address >> pageShift.
 */
import type { Features, Variant } from './variant.ts'

export type LevelName = 'pgd' | 'p4d' | 'pud' | 'pmd' | 'pte'

/** Index into `prot` tables: the low bits of vm_flags, VM_READ 1, VM_WRITE 2, VM_EXEC 4, VM_SHARED 8. */
export type ProtIndex = number

/** A leaf entry: a pte, or a huge pmd/pud. Names are the kernel's p?d_* helpers without the prefix. */
export interface EntryOps {
  hi: number
  isNone(lo: number, hi: number): boolean
  isPresent(lo: number, hi: number): boolean
  isYoung(lo: number, hi: number): boolean
  isDirty(lo: number, hi: number): boolean
  isWrite(lo: number, hi: number): boolean
  isSpecial(lo: number, hi: number): boolean
  isSoftDirty(lo: number, hi: number): boolean
  isProtnone(lo: number, hi: number): boolean
  isUffdWp(lo: number, hi: number): boolean
  pfn(lo: number, hi: number): number
  /** pfn_pte(pfn, protection_map[prot]) */
  mk(pfn: number, prot: ProtIndex): number
  /** pte_modify(pte, protection_map[prot]) */
  modify(lo: number, hi: number, prot: ProtIndex): number
  mkyoung(lo: number, hi: number): number
  mkold(lo: number, hi: number): number
  mkdirty(lo: number, hi: number): number
  mkclean(lo: number, hi: number): number
  mkwrite(lo: number, hi: number): number
  wrprotect(lo: number, hi: number): number
  mkspecial(lo: number, hi: number): number
  mkhuge(lo: number, hi: number): number
  /** pte_sw_mkyoung: identity except on mips */
  swMkyoung(lo: number, hi: number): number
  mksoftDirty(lo: number, hi: number): number
  clearSoftDirty(lo: number, hi: number): number
  mkuffdWp(lo: number, hi: number): number
  clearUffdWp(lo: number, hi: number): number
  /** Contiguous bit (arm64 contpte); identity and false where there is none. */
  isCont(lo: number, hi: number): boolean
  mkcont(lo: number, hi: number): number
  mknoncont(lo: number, hi: number): number
  /** The entry of a page just given to a user: mk, sw_mkyoung, then mkdirty and mkwrite where asked for. */
  mkfresh(pfn: number, prot: ProtIndex, dirty: boolean, write: boolean): number
  /** Swap entry with type (0–31) and offset (32 bits are enough here), and back. */
  mkswap(type: number, offset: number): number
  swapType(lo: number, hi: number): number
  swapOffset(lo: number, hi: number): number
  /** What the MMU (or the software refill handler) sees. */
  hwValid(lo: number, hi: number): boolean
  hwUser(lo: number, hi: number): boolean
  hwRead(lo: number, hi: number): boolean
  hwWrite(lo: number, hi: number): boolean
  hwExec(lo: number, hi: number): boolean
  hwAccessed(lo: number, hi: number): boolean
  hwDirty(lo: number, hi: number): boolean
  hwSetAccessed(lo: number, hi: number): number
  hwSetDirty(lo: number, hi: number): number
  hwGlobal(lo: number, hi: number): boolean
  /** isPresent, isSpecial and isWrite at once: SW_* bits. */
  sw(lo: number, hi: number): number
  /** All of the above at once: HW_* bits. */
  hw(lo: number, hi: number): number
}

/** What Linux reads out of a leaf entry, as bits. */
export const SW_PRESENT = 1
export const SW_SPECIAL = 2
export const SW_WRITE = 4

/** What the MMU reads out of a leaf entry, as bits. */
export const HW_WRITE = 1
export const HW_USER = 2
export const HW_EXEC = 4
export const HW_DIRTY = 8
export const HW_GLOBAL = 16
export const HW_VALID = 32
export const HW_READ = 64
export const HW_ACCESSED = 128

/** A non-leaf entry of one level, seen from the level that holds it. */
export interface TableOps {
  hi: number
  isNone(lo: number, hi: number): boolean
  /** p?d_bad: neither none nor a pointer to a table */
  isBad(lo: number, hi: number): boolean
  /** p?d_present and not leaf: points to a table */
  isTable(lo: number, hi: number): boolean
  isLeaf(lo: number, hi: number): boolean
  /** Entry that points to the table at frame·pageSize + offset (bytes); `user` false: a kernel table (x86 _KERNPG_TABLE). */
  mk(frame: number, offset: number, user: boolean): number
  frame(lo: number, hi: number): number
  offset(lo: number, hi: number): number
  /** Frame of the table this entry points to, its offset left in `at`; −1 where isTable is false. */
  follow(lo: number, hi: number): number
  at: number
}

export interface CompiledLevel {
  name: LevelName
  /** 0 for the top table. */
  depth: number
  /** log2 of the pages one entry covers (0 for pte). */
  pageShift: number
  /** The pages one entry covers. */
  pages: number
  entries: number
  /** log2(entries) where a power of two */
  indexBits: number
  entryBytes: number
  tableBytes: number
  /** Bytes a table of this level really occupies, ≥ tableBytes. */
  allocBytes: number
  /** Alignment of a table in bytes. */
  align: number
  /** Page-allocator order of the allocation (0 when it is a page or less). */
  order: number
  /** Tables per allocation unit when several share a page, else 1. */
  perPage: number
  /** Bytes that mm_inc_nr_* adds to pgtables_bytes for a table of this level; 0 when never counted. */
  counted: number
  /** Whether the table's constructor adds to NR_PAGETABLE in the reference kernel (6.12). */
  ctor: boolean
  /** Value of an empty entry. */
  noneLo: number
  noneHi: number
  /** Null at pte level. */
  table: TableOps | null
  /** Leaf format at this level; null where the architecture has no leaf there. */
  leaf: EntryOps | null
}

export interface Arch {
  id: string
  /** With the overrides of `features` applied. */
  variant: Variant
  features: Features
  bits: 32 | 64
  pageShift: number
  pageSize: number
  /** Top to bottom; the last is the pte level. */
  levels: CompiledLevel[]
  pte: EntryOps
  /** Depth of the top table of a new mm; above 0 where an address space grows levels while it runs (s390). */
  initialTop: number
  /** Levels that Linux has in software but that own no table here. */
  folded: LevelName[]
  /** First page number past user space without / with a high hint, lowest mappable page, mmap_base of a new mm (all in pages). */
  taskPages: number
  mmapWindowPages: number
  firstUserPage: number
  /** End of the stack area of a new mm (STACK_TOP). */
  stackTopPages: number
  /** mm->mmap_base of a new mm without randomisation and with an 8 MiB stack limit: end (top-down) or start (bottom-up) of the search. */
  mmapBasePages: number
  mmapTopDown: boolean
  /** mmap hints at or past `fromPages` may use the space up to `limitPages`; what doesn't fit falls back into the large space or the window. */
  highHint: { fromPages: number; limitPages: number; fallback: 'large' | 'window' } | null
  /** vm.mmap_min_addr, at least FIRST_USER_ADDRESS. */
  mmapMinAddrPages: number
  /** errno of MAP_FIXED past the limit. */
  beyondLimit: 'ENOMEM' | 'EINVAL'
  /** Alignment of shared and file mappings placed without an address. */
  sharedAlignPages: number
  /** Entries of the top table that belong to user space. */
  userTopEntries: number
  /** Whether the MMU sets accessed / dirty by itself; where false the first access / write is a minor fault. */
  hwAccessedBit: boolean
  hwDirtyBit: boolean
  hasPteSpecial: boolean
  hasSoftDirty: boolean
  splitPmdLocks: boolean
  /** mk_pte() of a dirty page makes a writable pte dirty at once (s390). */
  dirtyPageDirtiesPte: boolean
  /** arch_wants_old_prefaulted_pte() */
  prefaultsOld: boolean
  /** Second copy of each pte that the MMU reads, `distance` bytes after the Linux one (arm 2-level); null elsewhere. */
  hardwareCopy: { distance: number; of(lo: number): number } | null
  /** Entries of a contiguous run that the kernel folds by itself (arm64 contpte); 0: none. */
  contEntries: number
  /** Order of a PMD-sized huge page, 0 when the variant has no THP. */
  hpageOrder: number
  /** HPAGE_PMD_NR: pages of one. */
  hpagePmdNr: number
}
