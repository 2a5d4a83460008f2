/**
 * A TLB miss: the walk by the MMU, which may begin at a table that it remembers, or by the refill handler.
 */
import type { Cpu } from '../hw/cpu.ts'
import type { WalkCache } from '../hw/walkCache.ts'
import { WALK_NOT_PRESENT } from '../hw/walker.ts'
import { FLUSH, KIND, TLB_REASON } from '../trace/schema.ts'
import { fillFlags, flushFlags, tagIndex } from '../trace/tags.ts'
import { staleTable } from './corruption.ts'
import type { Kernel } from './kernel.ts'
import { high, low } from './pages.ts'

const TWO32 = 4294967296

/** Translates an access of user code to a page on `cpu`; WALK_*. */
export function walkOn(kernel: Kernel, cpu: Cpu, lo: number, hi: number, access: number): number {
  const { tlb } = cpu
  if (tlb.software) recordFill(kernel, cpu, KIND.TLB_REFILL, 0, 0, 0, lo, hi)
  if (tlb.invalid === null) return walkBelow(kernel, cpu, lo, hi, access)
  if (tlb.invalid.find(cpu.tag, lo, hi) >= 0) return WALK_NOT_PRESENT
  const outcome = walkBelow(kernel, cpu, lo, hi, access)
  if (outcome === WALK_NOT_PRESENT) {
    const slot = tlb.invalid.fill(cpu.tag, lo, hi)
    recordFill(kernel, cpu, KIND.TLB_FILL_INVALID, slot, 0, 0, lo, hi)
  }
  return outcome
}

function walkBelow(kernel: Kernel, cpu: Cpu, lo: number, hi: number, access: number): number {
  const { upper } = cpu.tlb
  const { walker } = kernel
  if (upper === null) return walker.translate(cpu.root, cpu.top, lo, hi, access, true)
  const known = upper.near(lo, hi, kernel.memory.tables.shape) || isKnown(kernel, cpu, upper, lo, hi)
  const from = known ? upper.depth : cpu.top
  const outcome = walker.translate(known ? upper.table : cpu.root, from, lo, hi, access, true)
  if (walker.depth > from && walker.table !== 0) remember(kernel, cpu, upper, lo, hi)
  return outcome
}

function isKnown(kernel: Kernel, cpu: Cpu, upper: WalkCache, lo: number, hi: number): boolean {
  if (!upper.lookup(lo, hi, cpu.top) || !isThere(kernel, cpu, upper, lo, hi)) return false
  upper.stay(lo, hi, kernel.memory.tables.shape)
  return true
}

/** The table that the walk begins at is read whatever became of it; the one use of a freed one is reported. */
function isThere(kernel: Kernel, cpu: Cpu, upper: WalkCache, lo: number, hi: number): boolean {
  const { tables, frames } = kernel.memory
  const { table, frame, offset, slot } = upper
  const moved = tables.frame[table] !== frame || tables.offset[table] !== offset
  if (!moved && frames.freedAt[frame] <= upper.filledAt[slot]) return true
  upper.evict(slot)
  staleTable(kernel, cpu, 'walkCache', hi * TWO32 + (lo >>> 0), table, frame)
  return false
}

function remember(kernel: Kernel, cpu: Cpu, upper: WalkCache, lo: number, hi: number): void {
  const { walker, memory } = kernel
  const { table, depth } = walker
  const slot = upper.fill(lo, hi, depth, table, memory.tables.frame[table], memory.tables.offset[table])
  upper.filledAt[slot] = memory.frees
  recordFill(kernel, cpu, KIND.WALK_CACHE_FILL, slot, table, depth, lo, hi)
}

function recordFill(
  kernel: Kernel,
  cpu: Cpu,
  kind: number,
  slot: number,
  b: number,
  c: number,
  lo: number,
  hi: number,
): void {
  if (kernel.trace.active) kernel.trace.emit(kind, tagIndex(cpu.tag), fillFlags(cpu.tag), slot, b, c, lo, hi)
}

/** update_mmu_cache and flush_tlb_fix_spurious_fault (riscv): a page that has an entry now is not remembered as one without. */
export function forgetInvalid(kernel: Kernel, cpu: Cpu, vpn: number): void {
  const { tlb, tag } = cpu
  const lo = low(vpn)
  const hi = high(vpn)
  tlb.flushPage(tag, lo, hi)
  const { trace } = kernel
  if (trace.active)
    trace.emit(
      KIND.TLB_FLUSH,
      tagIndex(tag),
      flushFlags(FLUSH.range, tag),
      TLB_REASON.pageFault,
      lo,
      hi,
      1,
      0,
    )
}
