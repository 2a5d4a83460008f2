/**
 * What the chosen kernel version and configuration do differently, as data.
 */
import type { ThpMode } from './hugePolicy.ts'
import type { AddressLayout } from './placement.ts'
import type { VmaRules } from './vmaContext.ts'

export interface Behaviour {
  kernel: string
  layout: AddressLayout
  softDirty: boolean
  /** 7.2: MADV_DONTNEED frees PTE tables that it emptied (CONFIG_PT_RECLAIM). */
  ptReclaim: boolean
  vmaRules: VmaRules
  /** Transparent huge pages at start: 'always', 'madvise', 'never'. */
  thp: ThpMode
  /** A write to the huge zero page gets a huge page (since 6.13); before, it split. */
  hugeZeroReplaced: boolean
  /** The huge zero page is mapped special (since 6.18). */
  hugeZeroSpecial: boolean
}
