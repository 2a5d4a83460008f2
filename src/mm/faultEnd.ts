/**
 * How faults end: resolved, or with a signal.
 */
import { FAULT, KIND } from '../trace/schema.ts'
import type { Kernel } from './kernel.ts'
import { OK, OOM } from './signals.ts'

/** Says in the trace how the fault was resolved. Always OK, so that resolvers can return it. */
export function done(kernel: Kernel, kind: number, frame: number, oldFrame: number): number {
  const { trace, vmf } = kernel
  if (trace.active)
    trace.emit(KIND.FAULT_DONE, 0, kind, frame, oldFrame, vmf.process.pid, vmf.vpnLo, vmf.vpnHi)
  return OK
}

const SIGBUS = 7
const SIGKILL = 9
const SIGSEGV = 11
/** By ending number (signals.ts): what the trace calls it, signal and si_code. */
const ENDINGS = [
  { fault: FAULT.spurious, signal: 0, code: 0 },
  { fault: FAULT.segvMaperr, signal: SIGSEGV, code: 1 },
  { fault: FAULT.segvAccerr, signal: SIGSEGV, code: 2 },
  { fault: FAULT.sigbus, signal: SIGBUS, code: 2 },
  { fault: FAULT.oom, signal: SIGKILL, code: 0x80 },
]

/** Ends the fault with a signal; returns the ending. */
export function fail(kernel: Kernel, ending: number): number {
  const { trace, vmf } = kernel
  const { fault, signal, code } = ENDINGS[ending]
  done(kernel, fault, 0, 0)
  if (ending === OOM && !vmf.process.killed)
    kernel.printk(3, `Out of memory: Killed process ${vmf.process.pid} (${vmf.process.name})`)
  trace.emit(KIND.SIGNAL, code, 0, signal, 0, 0, vmf.vpnLo, vmf.vpnHi)
  return ending
}
