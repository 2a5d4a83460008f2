/**
 * execve, as far as memory is concerned (exec_mmap, fs/exec.c, 6.12): a new address space takes the place of the old one.
 */
import { PROCESS } from '../pgtable/fields.ts'
import { setupArgPages, type ArgPages } from './argPages.ts'
import { ERRNO } from './errno.ts'
import { mmPut, mmRelease } from './exit.ts'
import type { Kernel } from './kernel.ts'
import type { Process } from './process.ts'
import { programMm } from './spawn.ts'
import { switchTo } from './switch.ts'

/** 0 or a negative errno; on an error the process keeps its old address space. Without `args` the program has no stack. */
export function doExecve(
  kernel: Kernel,
  process: Process,
  name: string,
  args: ArgPages | null = null,
): number {
  const mm = programMm(kernel)
  if (mm === null) return -ERRNO.ENOMEM
  const old = process.mm
  process.mm = mm
  const stack = args === null ? 0 : setupArgPages(kernel, process, args)
  if (stack < 0) {
    process.mm = old
    mmPut(kernel, mm)
    return stack
  }
  mmRelease(process)
  process.name = name
  process.set(PROCESS.mm, mm.id)
  switchTo(kernel, kernel.cpu, process)
  mmPut(kernel, old)
  return 0
}
