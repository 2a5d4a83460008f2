/**
 * mprotect (do_mprotect_pkey and mprotect_fixup, mm/mprotect.c, 6.12).
 */
import { VM } from '../trace/schema.ts'
import { changeProtection } from './changeProtection.ts'
import { ERRNO } from './errno.ts'
import type { Kernel } from './kernel.ts'
import type { MmStruct } from './mmStruct.ts'
import { setPageProt } from './pageProt.ts'
import { mmPopulate } from './populate.ts'
import type { Vma } from './vma.ts'
import { vmaModifyFlags } from './vmaModify.ts'
import { accountPages } from './vmaRecord.ts'
import { mprotectFlags } from './vmFlags.ts'

/** 0 or a negative errno; what was changed before an error stays changed. */
export function doMprotect(kernel: Kernel, mm: MmStruct, from: number, to: number, prot: number): number {
  if (from === to) return 0
  let vma = mm.vmas.find(from)
  if (vma === null || vma.start > from) return -ERRNO.ENOMEM
  kernel.gather.begin(mm, false)
  let result = 0
  for (let at = from; at < to && result === 0;) {
    if (vma === null || vma.start > at) {
      result = -ERRNO.ENOMEM
      break
    }
    const end = Math.min(vma.end, to)
    result = fixup(kernel, mm, vma, at, end, prot)
    at = end
    vma = mm.vmas.find(at)
  }
  kernel.gather.finish()
  return result
}

function fixup(kernel: Kernel, mm: MmStruct, vma: Vma, from: number, to: number, prot: number): number {
  const { behaviour } = kernel
  const neverFaulted = vma.anonVma === null && vma.file === null && (vma.flags & VM.SHARED) === 0
  const flags = mprotectFlags(
    vma.flags,
    prot,
    behaviour,
    behaviour.vmaRules.unaccountUnfaulted && neverFaulted,
  )
  if (flags === null) return -ERRNO.EACCES
  if (flags === vma.flags) return 0
  const old = vma.flags
  const changed = vmaModifyFlags(mm.context, vma, from, to, flags)
  if (typeof changed === 'number') return changed
  setPageProt(mm.context, changed)
  changeProtection(kernel, mm, changed, from, to)
  kernel.gather.endVma()
  accountPages(mm, old, from - to)
  accountPages(mm, flags, to - from)
  if ((old & (VM.WRITE | VM.SHARED | VM.LOCKED)) === VM.LOCKED && flags & VM.WRITE)
    breakCow(kernel, changed, from, to)
  return 0
}

/** Locked private memory that becomes writable is copied now, so that no write has to wait for it later. */
function breakCow(kernel: Kernel, vma: Vma, from: number, to: number): void {
  const running = kernel.processes.find(({ pid }) => pid === kernel.cpu.process)
  if (running !== undefined && running.mm.id === vma.mm) mmPopulate(kernel, running, from, to, true)
}
