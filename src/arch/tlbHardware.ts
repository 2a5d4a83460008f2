/**
 * TLBs as silicon, where Linux can tell: capacity, what the walker keeps of upper levels, and entries for pages that have
 * none.
 */
export interface TlbHardware {
  /** Entries for base pages, and ways of a set. */
  entries: number
  ways: number
  /** Entries for each larger page size; 0: they are kept as base pages. */
  hugeEntries: number
  hugeWays: number
  /**
   * What the walker keeps of upper levels, by what the invalidation of one page takes of it: all of the address space
   * (x86 INVLPG), the entries on the page's path (arm TLBI VAE1), none (riscv sfence.vma with an address). null: nothing is
   * kept.
   */
  walkCache: 'any' | 'address' | 'none' | null
  /** Where the figures are from. */
  source: string
}

/** A second-level TLB of a recent x86. Figures for other processors are of one typical core. */
export const USUAL_TLB: TlbHardware = {
  entries: 1536,
  ways: 12,
  hugeEntries: 32,
  hugeWays: 4,
  walkCache: null,
  source: 'assumption: as the second-level TLB of a recent x86 core',
}

/** What a family's TLB differs in. */
export function hardware(change: Partial<TlbHardware> & Pick<TlbHardware, 'source'>): TlbHardware {
  return { ...USUAL_TLB, ...change }
}

/** A small software-loaded TLB, each entry of which can be anywhere. */
export function smallTlb(entries: number, core: string): TlbHardware {
  return hardware({ entries, ways: entries, hugeEntries: 0, hugeWays: 1, source: `assumption: ${core}` })
}
