/**
 * The context switch as far as memory is concerned (kernel/sched/core.c:context_switch, arch/x86/mm/tlb.c:
 * switch_mm_irqs_off, 6.12): which address space a CPU has loaded, under which tag, and whose it is.
 */
import type { Cpu } from '../hw/cpu.ts'
import { MM, PROCESS } from '../pgtable/fields.ts'
import { KIND, TLB_REASON } from '../trace/schema.ts'
import { drop, purge } from './context/record.ts'
import { DROP_NOTHING, DROP_TAG } from './context/scheme.ts'
import { setCpumask } from './cpumask.ts'
import type { Kernel } from './kernel.ts'
import type { Kthread } from './kthread.ts'
import { recordLazy } from './leaveMm.ts'
import { mmDropLazy } from './mmDrop.ts'
import type { MmStruct } from './mmStruct.ts'
import type { Process } from './process.ts'

/** Makes `cpu` run `process`, which leaves the CPU it ran on. */
export function switchTo(kernel: Kernel, cpu: Cpu, process: Process): void {
  const { trace } = kernel
  const mm = process.mm
  kernel.cpu = cpu
  trace.cpu = cpu.id
  trace.mm = mm.id
  trace.ctx = cpu.context
  if (cpu.process === process.pid && cpu.loadedMm === mm.id) return
  if (process.cpu !== cpu.id) migrate(kernel, cpu, process)
  const { borrows, activeMm } = cpu
  if (borrows) recordLazy(kernel, cpu, KIND.LAZY_EXIT, activeMm, 0)
  cpu.borrows = false
  if (cpu.loadedMm === mm.id) stay(kernel, cpu, mm, process)
  else load(kernel, cpu, mm, process)
  // finish_task_switch: the mm that was borrowed until now.
  if (borrows) mmDropLazy(kernel, activeMm)
}

/** Makes `cpu` run a kernel thread, or nothing: on the address space that is there. */
export function switchToKernel(kernel: Kernel, cpu: Cpu, thread: Kthread | null): void {
  const pid = thread?.pid ?? 0
  const { trace } = kernel
  const runningCpu = trace.cpu
  const runningMm = trace.mm
  trace.cpu = cpu.id
  trace.mm = cpu.activeMm
  if (cpu.process !== pid) {
    cpu.process = pid
    enterLazy(kernel, cpu, pid)
    cpu.recordSwitch(cpu.activeMm, cpu.loadedMm, pid, false)
  }
  trace.cpu = runningCpu
  trace.mm = runningMm
}

/** enter_lazy_tlb: a task without an mm keeps the last one, and counts it (mmgrab_lazy_tlb). */
function enterLazy(kernel: Kernel, cpu: Cpu, pid: number): void {
  if (cpu.borrows || cpu.activeMm === 0) return
  cpu.borrows = true
  if (!kernel.lazyShootdown) kernel.mms.get(cpu.activeMm)!.add(MM.mm_count, 1)
  recordLazy(kernel, cpu, KIND.LAZY_ENTER, cpu.activeMm, pid)
  cpu.setLazy(cpu.loadedMm !== 0)
}

/** The process leaves another CPU, which goes idle. */
function migrate(kernel: Kernel, cpu: Cpu, process: Process): void {
  const old = kernel.cpus[process.cpu]
  if (old.process === process.pid) switchToKernel(kernel, old, null)
  process.cpu = cpu.id
  process.set(PROCESS.cpu, cpu.id)
}

/** The address space is loaded already: another thread of it, or the end of lazy mode. */
function stay(kernel: Kernel, cpu: Cpu, mm: MmStruct, process: Process): void {
  const wasLazy = cpu.lazy
  cpu.activeMm = mm.id
  cpu.process = process.pid
  cpu.setLazy(false)
  const behind = wasLazy && kernel.contextSpec.lazySkips === true && cpu.slotGen[cpu.slot] !== mm.tlbGen
  cpu.recordSwitch(mm.id, mm.id, process.pid, behind)
  if (!behind) return
  cpu.slotGen[cpu.slot] = mm.tlbGen
  drop(kernel.trace, cpu, DROP_TAG, TLB_REASON.taskSwitch)
}

function load(kernel: Kernel, cpu: Cpu, mm: MmStruct, process: Process): void {
  const { trace, contextSpec } = kernel
  const from = cpu.loadedMm
  const masked = contextSpec.cpumask
  const previous = masked === 'loaded' ? kernel.mms.get(from) : undefined
  if (previous !== undefined) setCpumask(trace, previous, cpu, 0)
  cpu.joined = mm.cpumask[cpu.id] === 0
  if (masked !== 'unused') setCpumask(trace, mm, cpu, 1)
  const wanted = kernel.contexts.switchTo(mm, cpu)
  if (contextSpec.clearsCpumask === true) setCpumask(trace, mm, cpu, 1)
  cpu.loadedMm = mm.id
  cpu.activeMm = mm.id
  cpu.root = mm.pgd
  cpu.top = mm.top
  cpu.process = process.pid
  cpu.setLazy(false)
  cpu.tlb.setTag(cpu.tag)
  const flushing = wanted !== DROP_NOTHING
  cpu.recordSwitch(from, mm.id, process.pid, flushing)
  cpu.recordRoot(kernel.memory.tables.frame[mm.pgd], flushing)
  drop(trace, cpu, wanted, TLB_REASON.taskSwitch)
}

/**
 * The mm has a new top table (__crst_table_upgrade, arch/s390/mm/pgalloc.c, 6.12): every CPU that runs it loads that, and
 * all of them purge their TLBs, which may hold translations by the old one: it is an ordinary table now, and when it is
 * freed it may become the top table of another mm.
 */
export function reloadRoot(kernel: Kernel, mm: MmStruct): void {
  const { trace } = kernel
  const here = kernel.cpu
  kernel.flush.onEachCpu((cpu) => {
    if (cpu.loadedMm === mm.id) loadRoot(kernel, cpu, mm)
    purge(trace, cpu, cpu === here ? TLB_REASON.localMmShootdown : TLB_REASON.remoteShootdown)
  })
}

function loadRoot(kernel: Kernel, cpu: Cpu, mm: MmStruct): void {
  const { trace } = kernel
  const running = trace.cpu
  trace.cpu = cpu.id
  cpu.root = mm.pgd
  cpu.top = mm.top
  cpu.setTag(kernel.contexts.tagOf(mm, cpu))
  cpu.recordRoot(kernel.memory.tables.frame[mm.pgd], false)
  trace.cpu = running
}
