/** The simulated process behind each API object. */
import type { Process as KernelProcess } from '../mm/process.ts'
import type { Process } from './api.ts'
import { LabError } from './errors.ts'

const kernelSide = new WeakMap<object, KernelProcess>()

/** The simulated process behind an API object. @throws LabError for anything else. */
export function kernelProcess(process: Process): KernelProcess {
  const found = kernelSide.get(process)
  if (found === undefined)
    throw new LabError('give a process of this machine, as spawn() or fork() returned it')
  return found
}

export function rememberKernelSide(process: Process, kernel: KernelProcess): void {
  kernelSide.set(process, kernel)
}
