/** VMAs as scenarios read them. */
import type { Process as KernelProcess } from '../mm/process.ts'
import { perms, vmFlagNames } from '../mm/vmFlags.ts'
import type { Vma } from './api.ts'
import type { Bench } from './machine.ts'

export function vmaViews(bench: Bench, process: KernelProcess): Vma[] {
  const { addresses } = bench
  return process.mm.vmas.range().map((vma) =>
    Object.freeze({
      start: addresses.address(vma.start),
      end: addresses.address(vma.end),
      perms: perms(vma.flags),
      offset: vma.file === null ? 0n : addresses.address(vma.pgoff),
      name: vma.name !== '' ? vma.name : (vma.file?.name ?? ''),
      flags: vmFlagNames(vma.flags),
      hasAnonVma: vma.anonVma !== null,
    }),
  )
}
