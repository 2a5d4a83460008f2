/**
 * clone with CLONE_VM, and vfork (copy_mm, kernel/fork.c, 6.12): two processes, one mm_struct.
 */
import { MM } from '../pgtable/fields.ts'
import type { Kernel } from './kernel.ts'
import type { Process } from './process.ts'
import { addProcess } from './spawn.ts'

/** A process that runs in the parent's address space: mm_users + 1, no table is copied. */
export function cloneVm(kernel: Kernel, parent: Process, name: string): Process {
  parent.mm.add(MM.mm_users, 1)
  return addProcess(kernel, name, parent.mm, parent)
}

/** vfork: as cloneVm, and the parent waits until the child calls execve or exits. */
export function vforkProcess(kernel: Kernel, parent: Process, name: string): Process {
  const child = cloneVm(kernel, parent, name)
  parent.vforkChild = child
  return child
}
