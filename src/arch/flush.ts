/**
 * How translations of an address space are invalidated, as data: who is told and how, up to which size piece by piece,
 * and what the mmu_gather does on the way. src/mm/flush has the schemes themselves.
 */

/**
 * generations: each flush is a new generation of the mm; a CPU that missed one flushes everything (x86 tlb_gen).
 * broadcast: an instruction reaches the TLBs of all CPUs (arm64, arm v7, powerpc tlbie, parisc, csky).
 * call: each CPU concerned runs the flush itself (riscv, sparc32 …, and every machine with one CPU).
 * newContext: as call, but large flushes give the mm a new tag instead (mips, loongarch, sh, arc, alpha, xtensa).
 * atClear: the instruction that empties an entry invalidates it everywhere; nothing is left to do later (s390).
 * addressBatch: emptied entries are collected by address and flushed some at a time (powerpc hash, sparc64).
 */
export type FlushSchemeName = 'generations' | 'broadcast' | 'call' | 'newContext' | 'atClear' | 'addressBatch'

/** CONFIG_MMU_GATHER_* of the architecture. */
export type GatherOption = 'MERGE_VMAS' | 'NO_RANGE' | 'NO_GATHER' | 'PAGE_SIZE' | 'RCU_TABLE_FREE'

export interface FlushSpec {
  scheme: FlushSchemeName
  /** More units than this become a flush of the whole mm; null: never; 0: always. */
  ceiling: number | null
  /** What the ceiling counts: entries of the gather's stride, pages, pairs of pages, or 16 pages (a sun3 segment). */
  unit: 'stride' | 'page' | 'pair' | 'segment'
  /** Another ceiling where no other CPU has used the mm. */
  localCeiling?: number
  /**
   * How other CPUs are reached. ipi: by an interrupt, which waits while they have interrupts off; firmware: by something that
   * does not (SBI remote fences, hypervisors, cross traps), which is why tables must be freed by RCU then; none: Linux has no SMP there, and a machine with several
   * CPUs corrupts memory.
   */
  remote: 'broadcast' | 'ipi' | 'firmware' | 'none'
  /** Which: those in mm_cpumask, or all that are online. */
  told: 'cpumask' | 'online'
  /** What a flush of the whole mm drops: what has its tag, or everything. */
  full: 'mm' | 'all'
  /** The last flush of an address space that ends: done, done only where tables were freed, or left to the next user of the tag. */
  exit: 'flush' | 'ifTables' | 'nothing'
  /** A gather that freed tables flushes its range, or the whole mm. */
  tables: 'range' | 'mm'
  /** Where no table was freed, what the walker keeps of upper levels stays. */
  lastLevel: boolean
  /** A process with one user drops its tags on other CPUs instead of interrupting them. */
  soleUser: boolean
  /** addressBatch: addresses that are flushed together. */
  batch: number
  gather: readonly GatherOption[]
  /** HAVE_GUP_FAST */
  gupFast: boolean
  source: string
}

const DEFAULTS: Omit<FlushSpec, 'scheme' | 'source'> = {
  ceiling: null,
  unit: 'page',
  remote: 'ipi',
  told: 'cpumask',
  full: 'mm',
  exit: 'flush',
  tables: 'range',
  lastLevel: false,
  soleUser: false,
  batch: 0,
  gather: [],
  gupFast: false,
}

/** A complete description from what differs from the plainest one: page by page, by interrupts to mm_cpumask. */
export function flush(spec: Partial<FlushSpec> & Pick<FlushSpec, 'scheme' | 'source'>): FlushSpec {
  return { ...DEFAULTS, ...spec }
}

/** Slots of a page of the mmu_gather's: MAX_GATHER_BATCH, MAX_TABLE_BATCH (include/asm-generic/tlb.h, 6.12). */
export function gatherBatches(
  pageSize: number,
  bits: 32 | 64,
): { pages: number; count: number; tables: number } {
  const word = bits / 8
  // struct mmu_gather_batch: a pointer and two counts of 4 bytes.
  const pages = Math.floor((pageSize - word - 8) / word)
  // struct mmu_table_batch: an rcu_head of two words, then a count that is padded to one.
  return { pages, count: Math.floor(10000 / pages), tables: Math.floor((pageSize - 3 * word) / word) }
}
