/**
 * How a CPU tells the translations of one address space from those of another, as data: the scheme by which Linux hands
 * out tags (PCID, ASID, PID, context number), how many there are, and which CPUs mm_cpumask names.
 * src/mm/context has the schemes themselves.
 */

/**
 * pcid: a few slots per CPU, each for one mm at a time (arch/x86/mm/tlb.c).
 * generation: one ASID per mm on all CPUs, handed out from a bitmap; all are taken back at once when it is full
 *   (arch/arm64/mm/context.c and its likes).
 * perCpu: each CPU counts ASIDs up for itself and flushes when they are used up (arch/mips/include/asm/mmu_context.h).
 * global: one number per mm for as long as it lives (powerpc PID, hash context).
 * stealing: few numbers for all CPUs; when none is free, one is taken from an mm that does not run (powerpc nohash, sparc32).
 * root: the hardware tags by the address of the top table (s390 ASCE).
 * none: no tags, everything is flushed at each switch.
 */
export type ContextScheme = 'pcid' | 'generation' | 'perCpu' | 'global' | 'stealing' | 'root' | 'none'

export interface ContextSpec {
  scheme: ContextScheme
  /** Lowest and highest tag that an mm can get. pcid: of the slots. */
  first: number
  last: number
  /** Tags of one mm are this far apart (arm64 with kpti: a pair, kernel and user). Default 1. */
  step?: number
  /** The tag of the user half is this much above (x86 PTI: 2048). */
  userTagOffset?: number
  /** mm_cpumask: CPUs that have the mm loaded; all that ever had it; or not kept at all. */
  cpumask: 'loaded' | 'sticky' | 'unused'
  /** generation: what a CPU flushes when it first meets the new numbers: all it has (default), or the tag it is about to use. */
  flushes?: 'all' | 'tag'
  /** generation: a new number empties mm_cpumask (arch/arm/mm/context.c). */
  clearsCpumask?: boolean
  /** generation: CPUs without tags exist, Linux then flushes at each switch (riscv). */
  untagged?: boolean
  /** global: freed numbers can be given out again at once (default), or after a flush of everything (parisc). */
  recycle?: 'atOnce' | 'flush'
  /** CPUs that run a kernel thread are left out of shootdowns unless tables are freed (cpu_tlbstate_shared.is_lazy). */
  lazySkips?: boolean
  /** A borrowed mm is not counted; its end interrupts the borrowers (MMU_LAZY_TLB_SHOOTDOWN). */
  lazyShootdown?: boolean
  /** Kernel source that says so. */
  source: string
}

/** For architectures that say nothing: no tags. */
export const NO_CONTEXTS: ContextSpec = {
  scheme: 'none',
  first: 0,
  last: 0,
  cpumask: 'loaded',
  source: 'not declared: a TLB without tags',
}
