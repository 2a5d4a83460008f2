/**
 * Growth of VM_GROWSDOWN mappings on a fault below them (expand_downwards, mm/mmap.c, 6.12).
 */
import { VMA } from '../pgtable/fields.ts'
import { VM } from '../trace/schema.ts'
import { prepareAnonVma } from './anonVmas.ts'
import type { Kernel } from './kernel.ts'
import { accountLocked } from './locked.ts'
import type { MmStruct } from './mmStruct.ts'
import type { Vma } from './vma.ts'
import { expandVma } from './vmaModify.ts'
import { accountPages } from './vmaRecord.ts'

/** stack_guard_gap: pages that must stay free below a stack. */
const GUARD_GAP = 256
/** RLIMIT_STACK */
const LIMIT_BYTES = 8 * 1024 * 1024

/** Grows `vma` down to page `vpn`; false when it may not. */
export function expandStack(kernel: Kernel, mm: MmStruct, vma: Vma, vpn: number): boolean {
  if ((vma.flags & VM.GROWSDOWN) === 0) return false
  if (vpn < kernel.behaviour.layout.minPages) return false
  const prev = mm.vmas.prev(vma)
  const accessible = prev !== null && (prev.flags & (VM.READ | VM.WRITE | VM.EXEC)) !== 0
  if (prev !== null && accessible && (prev.flags & VM.GROWSDOWN) === 0 && vpn - prev.end < GUARD_GAP)
    return false
  if ((vma.end - vpn) * kernel.arch.pageSize > LIMIT_BYTES) return false
  const grown = vma.start - vpn
  if (grown > vma.pgoff) return false
  prepare(kernel, mm, vma)
  expandVma(mm.context, vma, vpn, vma.end)
  accountPages(mm, vma.flags, grown)
  accountLocked(mm, vma.flags, grown)
  return true
}

/** expand_downwards needs the anon_vma for its lock; from then on fork copies the VMA, written to or not. */
function prepare(kernel: Kernel, mm: MmStruct, vma: Vma): void {
  if (vma.anonVma !== null) return
  const anon = prepareAnonVma(mm.vmas, vma, () => kernel.newAnonVmaId())
  mm.context.observer.vmaField(vma, VMA.anon_vma, 0, anon.id)
}
