/**
 * What the chosen kernel version and configuration do differently, as data.
 */
import type { AddressLayout } from './placement.ts'
import type { VmaRules } from './vmaContext.ts'

export interface Behaviour {
  kernel: string
  layout: AddressLayout
  softDirty: boolean
  /** 7.2: MADV_DONTNEED frees PTE tables that it emptied (CONFIG_PT_RECLAIM). */
  ptReclaim: boolean
  vmaRules: VmaRules
}
