/**
 * execve, as far as memory is concerned (exec_mmap, fs/exec.c, 6.12): a new address space takes the place of the old one.
 */
import { PROCESS } from '../pgtable/fields.ts'
import { ERRNO } from './errno.ts'
import { mmPut, mmRelease } from './exit.ts'
import type { Kernel } from './kernel.ts'
import type { Process } from './process.ts'
import { programMm } from './spawn.ts'
import { switchTo } from './switch.ts'

/** 0 or a negative errno; on an error the process keeps its old address space. */
export function doExecve(kernel: Kernel, process: Process, name: string): number {
  const mm = programMm(kernel)
  if (mm === null) return -ERRNO.ENOMEM
  const old = process.mm
  mmRelease(process)
  process.mm = mm
  process.name = name
  process.set(PROCESS.mm, mm.id)
  switchTo(kernel, kernel.cpu, process)
  mmPut(kernel, old)
  return 0
}
