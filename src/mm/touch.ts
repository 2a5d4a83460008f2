/**
 * One access by user code: TLB, walk, fault, until it succeeds or ends in a signal.
 */
import type { Cpu } from '../hw/cpu.ts'
import { WALK_ACCESS_FLAG, WALK_OK, WALK_PROTECTION } from '../hw/walker.ts'
import { KIND, TLB_DIRTY, TLB_EXEC, TLB_GLOBAL, TLB_USER, TLB_WRITE } from '../trace/schema.ts'
import { fillFlags, tagIndex } from '../trace/tags.ts'
import { staleTranslation } from './corruption.ts'
import { handleUserFault } from './fault.ts'
import type { Kernel } from './kernel.ts'
import { high, low } from './pages.ts'
import type { Process } from './process.ts'
import { OK, USERFAULT } from './signals.ts'
import { forgetInvalid, walkOn } from './walk.ts'
import { deliver } from './userfault.ts'

/** A fault may leave work for another (copy on write, then dirty); a real machine would go on for ever after these. */
const MAX_FAULTS = 8

const NEEDED = [TLB_USER, TLB_USER | TLB_WRITE | TLB_DIRTY, TLB_USER | TLB_EXEC]

/** Accesses page `vpn` as `process` on the current CPU. Returns OK or the ending; the frame is in `kernel.touched`. */
export function touchPage(kernel: Kernel, process: Process, vpn: number, access: number): number {
  const { cpu } = kernel
  const { tlb } = cpu
  const needed = NEEDED[access]
  if (tlb.lookup(low(vpn), high(vpn))) {
    if ((tlb.perms & needed) === needed) {
      kernel.touched = tlb.pfn
      if (tlb.filledAt[tlb.slot] !== kernel.memory.frees) checkFreed(kernel, cpu, vpn)
      return OK
    }
    dropEntry(kernel, cpu)
  }
  return missed(kernel, process, vpn, access)
}

/** The TLB does not say: the tables do, or Linux. Apart from the hit, which stays small enough to be inlined. */
function missed(kernel: Kernel, process: Process, vpn: number, access: number): number {
  const { cpu, walker } = kernel
  const { tlb } = cpu
  const lo = low(vpn)
  const hi = high(vpn)
  for (let faults = 0; faults < MAX_FAULTS; faults++) {
    const outcome = walkOn(kernel, cpu, lo, hi, access)
    if (outcome === WALK_OK) {
      fill(kernel, cpu, lo, hi)
      kernel.touched = walker.pfn + (lo & ((1 << walker.pageShift) - 1))
      return OK
    }
    const ending = handleUserFault(
      kernel,
      process,
      vpn,
      access,
      outcome === WALK_PROTECTION || outcome === WALK_ACCESS_FLAG,
    )
    if (ending !== OK && !(ending === USERFAULT && deliver(kernel, process, vpn))) return ending
    if (tlb.invalid !== null) forgetInvalid(kernel, cpu, vpn)
    // The access is tried again, and misses again: faults only take entries out of a TLB.
    tlb.misses++
  }
  if (isWatched(process, vpn)) return USERFAULT
  throw new Error(
    `${kernel.arch.id}: faults without end at page 0x${vpn.toString(16)}: Linux finds nothing to do and the MMU accepts nothing`,
  )
}

/** A handler that never takes the protection off leaves the access waiting. */
function isWatched({ mm }: Process, vpn: number): boolean {
  return (mm.vmas.containing(vpn)?.userfault ?? null) !== null
}

/** Something was freed since this entry was last used: perhaps its frame. */
function checkFreed(kernel: Kernel, cpu: Cpu, vpn: number): void {
  const { tlb } = cpu
  const { frames, frees } = kernel.memory
  if (frames.freedAt[tlb.pfn] > tlb.filledAt[tlb.slot]) staleTranslation(kernel, cpu, vpn)
  else tlb.filledAt[tlb.slot] = frees
}

/** An entry that forbids the access is dropped before the tables are asked again, as the CPU does. */
function dropEntry(kernel: Kernel, cpu: Cpu): void {
  const { slot } = cpu.tlb
  cpu.tlb.evict(slot)
  if (kernel.trace.active) kernel.trace.emit(KIND.TLB_EVICT, 0, 0, slot, 0, 0, 0, 0)
}

function fill(kernel: Kernel, cpu: Cpu, lo: number, hi: number): void {
  const { tlb } = cpu
  const { walker, trace } = kernel
  const shift = tlb.keptShift(walker.pageShift)
  const first = walker.pfn + (((lo & ((1 << walker.pageShift) - 1)) >>> shift) << shift)
  const slot = tlb.fill(lo, hi, shift, first, walker.perms, (walker.perms & TLB_GLOBAL) !== 0)
  tlb.filledAt[slot] = kernel.memory.frees
  if (!trace.active) return
  const pageLo = shift === 0 ? lo : (lo & -(1 << shift)) >>> 0
  trace.emit(
    KIND.TLB_FILL,
    tagIndex(cpu.tag),
    fillFlags(cpu.tag),
    slot,
    pageLo,
    hi | (walker.perms << 20),
    first,
    shift,
  )
}
