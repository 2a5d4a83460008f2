import type { VmaView } from '../../src/trace/views.ts'
import { bytes } from '../state/format.ts'

export function spanText(vma: Pick<VmaView, 'start' | 'end'>): string {
  return bytes(Number(BigInt(vma.end) - BigInt(vma.start)))
}

/** Index of the VMA that holds an address, or -1. */
export function vmaAt(vmas: readonly Pick<VmaView, 'start' | 'end'>[], va: string | null): number {
  if (va === null) return -1
  const at = BigInt(va)
  return vmas.findIndex((vma) => BigInt(vma.start) <= at && at < BigInt(vma.end))
}
