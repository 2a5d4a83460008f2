/**
 * Huge pages of files in memory: /sys/kernel/mm/transparent_hugepage/shmem_enabled (shmem_is_huge, mm/shmem.c, 6.12), which
 * covers memfds and shared anonymous memory.
 */
import { VM } from '../trace/schema.ts'
import type { FileObject } from './file.ts'
import type { Kernel } from './kernel.ts'

export const SHMEM_MODES = ['always', 'within_size', 'advise', 'never', 'deny', 'force'] as const
export type ShmemMode = (typeof SHMEM_MODES)[number]

/** Whether page `index` of the file may be part of a huge page; `vmFlags` of the mapping that asks, 0 for none. */
export function shmemIsHuge(kernel: Kernel, file: FileObject, index: number, vmFlags: number): boolean {
  const { hpageOrder, hpagePmdNr: pages, pageSize } = kernel.arch
  if (!file.isShmem || hpageOrder === 0 || vmFlags & VM.NOHUGEPAGE) return false
  const mode = kernel.shmemThp
  if (mode === 'force' || mode === 'always') return true
  if (mode === 'deny' || mode === 'never') return false
  const end = (Math.floor(index / pages) + 1) * pages
  if (mode === 'within_size' && Math.ceil(file.size / pageSize) >= end) return true
  return (vmFlags & VM.HUGEPAGE) !== 0
}
