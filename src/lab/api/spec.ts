/** What a machine is built from, and what it costs. */
import type { ArchDeclaration } from './arch.ts'
import type { Policies } from './policies.ts'

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
