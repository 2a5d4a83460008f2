/** What a comparison varies: lists as the user types them. */
import { computed, signal } from '@preact/signals'
import type { Variation } from '../../src/host/protocolCompare.ts'

export const varyArchs = signal('')
export const varyKernels = signal('')
export const varyAccounting = signal('')

/** Null: nothing varies, the scenario's own machines are run. */
export const variation = computed<Variation | null>(() =>
  variationOf(varyArchs.value, varyKernels.value, varyAccounting.value),
)

export function variationOf(archs: string, kernels: string, accounting: string): Variation | null {
  const vary: Variation = {}
  if (listOf(archs).length > 0) vary.archs = listOf(archs)
  if (listOf(kernels).length > 0) vary.kernels = listOf(kernels)
  if (listOf(accounting).length > 0) vary.policies = { accounting: listOf(accounting) }
  return Object.keys(vary).length > 0 ? vary : null
}

/** Machines that come of it; 0 when the scenario's own are run. */
export function machinesOf(vary: Variation | null): number {
  if (vary === null) return 0
  const lists = [vary.archs, vary.kernels, ...Object.values(vary.policies ?? {})]
  return lists.reduce((product, list) => product * (list?.length ?? 1), 1)
}

/** Words between commas and blanks, each once. */
export function listOf(text: string): string[] {
  return [...new Set(text.split(/[\s,;]+/).filter(Boolean))]
}
