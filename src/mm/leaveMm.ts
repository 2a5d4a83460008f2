/**
 * How CPUs come off an address space without going on to another one of a user's.
 */
import type { Cpu } from '../hw/cpu.ts'
import { KIND, TLB_REASON } from '../trace/schema.ts'
import { setCpumask } from './cpumask.ts'
import type { Kernel } from './kernel.ts'
import type { MmStruct } from './mmStruct.ts'

/**
 * switch_mm_irqs_off(NULL, &init_mm): the CPU leaves user tables altogether. What it runs goes on, and still counts the mm
 * that it borrows.
 */
export function leaveMm(kernel: Kernel, cpu: Cpu): void {
  const mm = kernel.mms.get(cpu.loadedMm)
  if (mm === undefined) return
  const { trace } = kernel
  const running = trace.cpu
  trace.cpu = cpu.id
  if (kernel.contextSpec.cpumask === 'loaded') setCpumask(trace, mm, cpu, 0)
  cpu.loadedMm = 0
  cpu.root = 0
  cpu.setLazy(false)
  cpu.recordSwitch(mm.id, 0, cpu.process, false)
  cpu.recordRoot(0, false)
  trace.cpu = running
}

/** The address space is over: CPUs that ran its last user go on with something else. */
export function unload(kernel: Kernel, mm: MmStruct): void {
  for (const cpu of kernel.cpus) {
    if (cpu.activeMm !== mm.id || cpu.borrows) continue
    cpu.activeMm = 0
    cpu.process = 0
    leaveMm(kernel, cpu)
  }
}

/** shoot_lazy_tlbs (MMU_LAZY_TLB_SHOOTDOWN): borrowers of an mm that ends are interrupted. */
export function shootLazyTlbs(kernel: Kernel, mm: MmStruct): void {
  for (const cpu of kernel.cpus) {
    if (cpu.activeMm !== mm.id || !cpu.borrows) continue
    kernel.trace.emit(KIND.TLB_IPI, TLB_REASON.remoteSendIpi, 0, cpu.id, 0, 0, 0, 0)
    cpu.borrows = false
    cpu.activeMm = 0
    recordLazy(kernel, cpu, KIND.LAZY_EXIT, mm.id, 0)
    leaveMm(kernel, cpu)
  }
}

/** LAZY_ENTER or LAZY_EXIT on a CPU. */
export function recordLazy(kernel: Kernel, cpu: Cpu, kind: number, mm: number, pid: number): void {
  const { trace } = kernel
  if (!trace.active) return
  const running = trace.cpu
  trace.cpu = cpu.id
  trace.emit(kind, 0, 0, mm, pid, 0, 0, 0)
  trace.cpu = running
}
