/**
 * switch_mm_irqs_off (arch/x86/mm/tlb.c, 6.12): which tag an address space gets on a CPU and whether its old
 * translations may be kept.
 */
import { TAG_SLOTS, type Cpu } from '../hw/cpu.ts'
import { MM } from '../pgtable/fields.ts'
import { FLUSH, KIND, TLB_REASON } from '../trace/schema.ts'
import type { Kernel } from './kernel.ts'
import type { MmStruct } from './mmStruct.ts'
import type { Process } from './process.ts'

/** Makes `cpu` run `process`. */
export function switchTo(kernel: Kernel, cpu: Cpu, process: Process): void {
  const { trace } = kernel
  const mm = process.mm
  kernel.cpu = cpu
  trace.cpu = cpu.id
  trace.mm = mm.id
  process.cpu = cpu.id
  if (cpu.loadedMm === mm.id) {
    if (cpu.process !== process.pid) {
      cpu.process = process.pid
      cpu.recordSwitch(mm.id, mm.id, process.pid, false)
    }
    if (cpu.lazy) leaveLazy(kernel, cpu, mm)
    return
  }
  load(kernel, cpu, mm, process)
}

function load(kernel: Kernel, cpu: Cpu, mm: MmStruct, process: Process): void {
  const from = cpu.loadedMm
  const previous = kernel.mms.get(from)
  if (previous !== undefined) setCpumask(previous, cpu, 0)
  setCpumask(mm, cpu, 1)
  const flushing = chooseTag(cpu, mm)
  cpu.loadedMm = mm.id
  cpu.root = mm.pgd
  cpu.top = mm.top
  cpu.process = process.pid
  cpu.setLazy(false)
  cpu.tlb.setTag(cpu.tag)
  cpu.recordSwitch(from, mm.id, process.pid, flushing)
  if (flushing) dropTag(kernel, cpu)
}

/** choose_new_asid: the slot that holds this mm, or the next one. Returns whether it must be flushed. */
function chooseTag(cpu: Cpu, mm: MmStruct): boolean {
  for (let slot = 0; slot < TAG_SLOTS; slot++) {
    if (cpu.slotCtx[slot] !== mm.ctxId) continue
    const stale = cpu.slotGen[slot] < mm.tlbGen
    cpu.tag = slot + 1
    cpu.slotGen[slot] = mm.tlbGen
    return stale
  }
  const slot = cpu.nextSlot
  cpu.nextSlot = (slot + 1) % TAG_SLOTS
  cpu.slotCtx[slot] = mm.ctxId
  cpu.slotGen[slot] = mm.tlbGen
  cpu.tag = slot + 1
  return true
}

function leaveLazy(kernel: Kernel, cpu: Cpu, mm: MmStruct): void {
  cpu.setLazy(false)
  if (cpu.slotGen[cpu.tag - 1] === mm.tlbGen) return
  cpu.slotGen[cpu.tag - 1] = mm.tlbGen
  dropTag(kernel, cpu)
}

function dropTag(kernel: Kernel, cpu: Cpu): void {
  cpu.tlb.flushTag(cpu.tag)
  kernel.trace.emit(KIND.TLB_FLUSH, cpu.tag, FLUSH.tag, TLB_REASON.taskSwitch, 0, 0, 0, 0)
}

function setCpumask(mm: MmStruct, cpu: Cpu, on: number): void {
  if (mm.cpumask[cpu.id] === on) return
  mm.cpumask[cpu.id] = on
  if (cpu.id < 48) mm.add(MM.cpumask, on === 1 ? 2 ** cpu.id : -(2 ** cpu.id))
}

/** The mm is going: no CPU may keep it loaded. */
export function unload(kernel: Kernel, mm: MmStruct): void {
  for (const cpu of kernel.cpus) {
    if (cpu.loadedMm !== mm.id) continue
    setCpumask(mm, cpu, 0)
    cpu.slotCtx[cpu.tag - 1] = 0
    cpu.loadedMm = 0
    cpu.root = 0
    cpu.process = 0
    const running = kernel.trace.cpu
    kernel.trace.cpu = cpu.id
    cpu.recordSwitch(mm.id, 0, 0, false)
    kernel.trace.cpu = running
  }
}

/** The mm has a new top table: every CPU that runs it loads that. */
export function reloadRoot(kernel: Kernel, mm: MmStruct): void {
  for (const cpu of kernel.cpus) {
    if (cpu.loadedMm !== mm.id) continue
    cpu.root = mm.pgd
    cpu.top = mm.top
  }
  kernel.flush.mm(mm, true)
}
