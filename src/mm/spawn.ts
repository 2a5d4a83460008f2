/**
 * New processes: an empty address space as exec leaves it before the program is mapped, and fork (kernel/fork.c, 6.12).
 */
import { MM, PROCESS } from '../pgtable/fields.ts'
import { KIND, OBJ, VM } from '../trace/schema.ts'
import { ERRNO } from './errno.ts'
import { exitMmap } from './exit.ts'
import { mmDrop } from './mmDrop.ts'
import { copyPageRange } from './fork.ts'
import { resetHiwaterRss } from './hiwater.ts'
import type { Kernel } from './kernel.ts'
import { SharedMm } from './layout/sharedMm.ts'
import { VM_LOCKED_MASK } from './locked.ts'
import { MmStruct } from './mmStruct.ts'
import { Process } from './process.ts'
import { forkAnonVma } from './anonVmas.ts'
import { forgetUserfault } from './userfault.ts'
import { Vma } from './vma.ts'
import { accountPages } from './vmaRecord.ts'

/** Where the heap of a small program begins. */
const FIRST_BREAK = 0x800000

/** execve of a minimal program: no VMAs, an empty top table. Null when memory is out. */
export function spawnProcess(kernel: Kernel, name: string): Process | null {
  const mm = programMm(kernel)
  return mm === null ? null : addProcess(kernel, name, mm, null)
}

/** The address space that execve gives a minimal program. Null when memory is out. */
export function programMm(kernel: Kernel): MmStruct | null {
  const mm = newMm(kernel, kernel.arch.initialTop)
  if (mm === null) return null
  const { layout } = kernel.behaviour
  mm.set(MM.mmap_base, layout.mmapBasePages)
  mm.set(MM.task_size, layout.taskPages)
  const brk = Math.max(layout.minPages, Math.ceil(FIRST_BREAK / kernel.arch.pageSize))
  mm.set(MM.start_brk, brk)
  mm.set(MM.brk, brk)
  return mm
}

/** fork: the new process, or a negative errno. */
export function forkProcess(kernel: Kernel, parent: Process, name: string): Process | number {
  const mm = newMm(kernel, parent.mm.top)
  if (mm === null) return -ERRNO.ENOMEM
  copyFields(parent.mm, mm)
  const copied = dupMmap(kernel, parent.mm, mm)
  kernel.flush.mm(parent.mm, true)
  if (!copied) {
    exitMmap(kernel, mm)
    mmDrop(kernel, mm)
    return -ERRNO.ENOMEM
  }
  resetHiwaterRss(mm)
  mm.set(MM.hiwater_vm, mm.get(MM.total_vm))
  return addProcess(kernel, name, mm, parent)
}

function newMm(kernel: Kernel, top: number): MmStruct | null {
  const mm = allocateMm(kernel)
  if (!kernel.pt.pgdAlloc(mm, top)) {
    kernel.pt.releaseFragments(mm)
    kernel.trace.emit(KIND.OBJ_FREE, 0, OBJ.mm, mm.id, 0, 0, 0, 0)
    return null
  }
  kernel.contexts.init(mm)
  kernel.pt.accounting.created?.(mm, kernel.arch)
  kernel.mms.set(mm.id, mm)
  mm.set(MM.levels, kernel.arch.levels.length - top)
  mm.set(MM.pgd, kernel.memory.tables.frame[mm.pgd])
  mm.set(MM.mm_users, 1)
  mm.set(MM.mm_count, 1)
  return mm
}

function allocateMm(kernel: Kernel): MmStruct {
  const { trace, cpus, behaviour, splitLayout } = kernel
  const id = kernel.nextMm++
  return splitLayout === null
    ? new MmStruct(trace, id, cpus.length, behaviour.vmaRules, kernel)
    : new SharedMm(trace, id, cpus.length, behaviour.vmaRules, kernel, splitLayout)
}

export function addProcess(kernel: Kernel, name: string, mm: MmStruct, parent: Process | null): Process {
  const process = new Process(kernel.trace, kernel.nextPid++, name, mm, parent)
  process.cpu = kernel.cpu.id
  process.set(PROCESS.cpu, process.cpu)
  kernel.processes.push(process)
  return process
}

const INHERITED = [
  MM.total_vm,
  MM.data_vm,
  MM.exec_vm,
  MM.stack_vm,
  MM.mmap_base,
  MM.task_size,
  MM.brk,
  MM.start_brk,
  MM.start_stack,
]

function copyFields(from: MmStruct, to: MmStruct): void {
  for (const field of INHERITED) to.set(field, from.get(field))
  // VM_INIT_DEF_MASK: mlockall(MCL_FUTURE) is not inherited.
  to.set(MM.def_flags, from.get(MM.def_flags) & VM.NOHUGEPAGE)
}

/** dup_mmap; false when memory ran out half-way. */
function dupMmap(kernel: Kernel, from: MmStruct, to: MmStruct): boolean {
  for (let vma = from.vmas.first(); vma !== null; vma = from.vmas.next(vma)) {
    if (vma.flags & VM.DONTCOPY) {
      accountPages(to, vma.flags, -vma.pages)
      continue
    }
    cloneVma(kernel, vma, to)
    if ((vma.flags & VM.WIPEONFORK) === 0 && !copyPageRange(kernel, from, to, vma)) return false
  }
  return true
}

/** The child's VMA: vm_area_dup, not locked, with an anon_vma of its own below the parent's. */
function cloneVma(kernel: Kernel, from: Vma, to: MmStruct): void {
  const vma = new Vma(
    kernel.newVmaId(),
    to.id,
    from.start,
    from.end,
    from.flags & ~VM_LOCKED_MASK,
    from.pgoff,
    from.file,
    from.name,
  )
  vma.prot = from.prot
  vma.userfault = from.userfault
  if ((vma.flags & VM.WIPEONFORK) === 0) forkAnonVma(vma, from, () => kernel.newAnonVmaId())
  to.vmas.insert(vma)
  to.context.observer.vmaNew(vma)
  if (vma.userfault?.eventFork === false) forgetUserfault(to, vma)
}
