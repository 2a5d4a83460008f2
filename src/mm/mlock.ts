/**
 * mlock, mlock2, munlock, mlockall, munlockall (mm/mlock.c, 6.12). Every process is root here: RLIMIT_MEMLOCK does not apply.
 */
import { MM } from '../pgtable/fields.ts'
import { VM } from '../trace/schema.ts'
import { ERRNO } from './errno.ts'
import type { Kernel } from './kernel.ts'
import { NEVER_LOCKED, VM_LOCKED_MASK } from './locked.ts'
import type { MmStruct } from './mmStruct.ts'
import { mmPopulate } from './populate.ts'
import type { Process } from './process.ts'
import type { Vma } from './vma.ts'
import { vmaModifyFlags } from './vmaModify.ts'

/** MCL_* of mlockall(2) */
export const MCL = { CURRENT: 1, FUTURE: 2, ONFAULT: 4 } as const

/** mlock(2), and mlock2(2) with MLOCK_ONFAULT. 0 or a negative errno. */
export function doMlock(
  kernel: Kernel,
  process: Process,
  from: number,
  to: number,
  onFault: boolean,
): number {
  const flags = onFault ? VM.LOCKED | VM.LOCKONFAULT : VM.LOCKED
  const applied = applyLockFlags(process.mm, from, to, flags)
  if (applied < 0) return applied
  return posixError(mmPopulate(kernel, process, from, to, false))
}

/** munlock(2): pages stay, they only may go. */
export function doMunlock(mm: MmStruct, from: number, to: number): number {
  return applyLockFlags(mm, from, to, 0)
}

/** mlockall(2), and munlockall(2) with no flags. */
export function doMlockall(kernel: Kernel, process: Process, flags: number): number {
  const known = MCL.CURRENT | MCL.FUTURE | MCL.ONFAULT
  if (flags === 0 || flags & ~known || flags === MCL.ONFAULT) return -ERRNO.EINVAL
  applyAll(process.mm, flags)
  if (flags & MCL.CURRENT) mmPopulate(kernel, process, 0, kernel.behaviour.layout.taskPages, true)
  return 0
}

export function doMunlockall(mm: MmStruct): void {
  applyAll(mm, 0)
}

/** apply_mlockall_flags */
function applyAll(mm: MmStruct, flags: number): void {
  const lock = VM.LOCKED | (flags & MCL.ONFAULT ? VM.LOCKONFAULT : 0)
  const kept = mm.get(MM.def_flags) & ~VM_LOCKED_MASK
  mm.set(MM.def_flags, (kept | (flags & MCL.FUTURE ? lock : 0)) >>> 0)
  if (flags !== 0 && (flags & MCL.CURRENT) === 0) return
  mm.vmas.forEach((vma) => {
    fixup(mm, vma, vma.start, vma.end, flags === 0 ? 0 : lock)
  })
}

/** apply_vma_lock_flags: what was changed before a hole stays changed. */
function applyLockFlags(mm: MmStruct, from: number, to: number, flags: number): number {
  if (from === to) return 0
  let at = from
  for (let vma = mm.vmas.find(from); vma !== null && vma.start <= at; vma = mm.vmas.find(at)) {
    const end = Math.min(vma.end, to)
    const result = fixup(mm, vma, at, end, flags)
    if (result < 0) return result
    at = end
    if (at >= to) return 0
  }
  return -ERRNO.ENOMEM
}

/** mlock_fixup */
function fixup(mm: MmStruct, vma: Vma, from: number, to: number, lock: number): number {
  const old = vma.flags
  const flags = ((old & ~VM_LOCKED_MASK) | lock) >>> 0
  if (flags === old || old & NEVER_LOCKED) return 0
  const changed = vmaModifyFlags(mm.context, vma, from, to, flags)
  if (typeof changed === 'number') return changed
  const was = old & VM.LOCKED ? to - from : 0
  const is = flags & VM.LOCKED ? to - from : 0
  mm.add(MM.locked_vm, is - was)
  return 0
}

/** __mlock_posix_error_return */
function posixError(result: number): number {
  if (result === -ERRNO.EFAULT) return -ERRNO.ENOMEM
  return result === -ERRNO.ENOMEM ? -ERRNO.EAGAIN : result
}
