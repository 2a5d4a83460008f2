/** What a process reads of another one in /proc, in the compilation units that the code for it stands in. */
import type { Kernel } from '../mm/kernel.ts'
import { UNITS, type UnitName } from '../mm/layout/units.ts'
import { mmapRead } from '../mm/mmapLock.ts'
import type { Process } from '../mm/process.ts'
import { maps, pagemapEntry, smaps, status } from '../mm/procfs.ts'
import type { Address } from './api.ts'
import { LabError, LinuxError } from './errors.ts'
import type { Bench } from './machine.ts'

/** /proc/PID/pagemap: one 64-bit value per page. */
export function pagemap(
  { addresses, kernel }: Bench,
  { mm }: Process,
  addr: Address,
  length: number,
): bigint[] {
  const first = addresses.page(addresses.parse(addr))
  return Array.from({ length: addresses.pages(length) }, (_, i) => pagemapEntry(kernel, mm, first + i))
}

export type ProcFile = 'cmdline' | 'maps' | 'smaps' | 'status'

export function readProc(kernel: Kernel, target: Process, file: ProcFile): string {
  const { mm } = target
  if (!target.alive) throw new LinuxError(`readProc(${target.pid}, '${file}')`, 'ESRCH')
  const under = (unit: UnitName, read: () => string): string => mm.lockedBy(unit, () => mmapRead(mm, read))
  switch (file) {
    case 'cmdline':
      // __access_remote_vm
      return under(UNITS.memory, () => target.name)
    case 'maps':
      return under(UNITS.taskMmu, () => maps(kernel, mm))
    case 'smaps':
      return under(UNITS.taskMmu, () => smaps(kernel, mm))
    case 'status':
      return status(kernel, target)
    default:
      throw new LabError(`readProc: '${String(file)}'; give 'cmdline', 'maps', 'smaps' or 'status'`)
  }
}
