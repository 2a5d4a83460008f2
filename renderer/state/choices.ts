/** What the host offers for choice, as it said when the desk was opened. */
import { signal } from '@preact/signals'
import type { Choices } from '../../src/host/protocol.ts'

export type Seam = Choices['seams'][number]
export type Alternative = Seam['alternatives'][number]

export const choices = signal<Choices>({
  kernels: [],
  seams: [],
  named: [],
  filter: { keys: {}, names: [], contexts: [], levels: [] },
  procFiles: [],
})

/** The alternative that a kernel's profile chooses; null for a version that is not listed. */
export function profileChoice(seam: Seam, kernel: string): Alternative | null {
  const chosen = choices.value.kernels.find((one) => one.version === kernel)?.chosen[seam.id]
  return seam.alternatives.find((one) => one.id === chosen) ?? null
}
