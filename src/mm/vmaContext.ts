/** What changing VMAs needs: the set, where changes are reported, numbers for new objects, and the kernel's rules. */
import type { Vma } from './vma.ts'
import type { VmaSet } from './vmaSet.ts'

/** Told of every change after it was made. Files and anon_vmas are reported by id, 0 for none. */
export interface VmaObserver {
  /** The VMA is complete and in the set. */
  vmaNew(vma: Vma): void
  /** The VMA has left the set; its fields still hold the last values. */
  vmaFree(vma: Vma): void
  /** `field`: number of FIELDS.vma. */
  vmaField(vma: Vma, field: number, old: number, value: number): void
}

export interface VmaRules {
  /** sysctl vm.max_map_count */
  maxMapCount: number
  /** CONFIG_MEM_SOFT_DIRTY */
  softDirty: boolean
  /** Since 6.16 an existing VMA with an anon_vma merges into a neighbour that has none. */
  mergeIntoUnfaulted: boolean
  /** Since 6.19 a merged VMA is soft-dirty when one of its parts was. */
  stickySoftDirty: boolean
  /** Since 6.7 a private anonymous VMA that mprotect makes read-only before its first fault gives its commit charge back. */
  unaccountUnfaulted: boolean
}

export interface VmaContext {
  readonly set: VmaSet
  readonly observer: VmaObserver
  readonly rules: VmaRules
  /** vma_adjust_trans_huge(): `vma` gets a border at `page`; a huge entry there is split first. */
  splitHuge(vma: Vma, page: number): void
  /** Numbers of the machine's VMAs and anon_vmas. */
  newVmaId(): number
  newAnonVmaId(): number
}
