/**
 * Unhook, invalidate, free: a CPU that still reaches what was freed has found a hole in that order. Real machines go on
 * with whatever is in the frame by then; so does this one, but says so.
 */
import type { Cpu } from '../hw/cpu.ts'
import { KIND, PAGE_NAMES } from '../trace/schema.ts'
import type { Kernel } from './kernel.ts'
import { high, low } from './pages.ts'

/** By what the CPU came there; numbers are those of the CORRUPTION event. */
export const VIA = { tlb: 0, walkCache: 1, walker: 2 } as const
export type Via = keyof typeof VIA
const WORDS: Record<Via, string> = {
  tlb: 'through a stale TLB entry',
  walkCache: 'by a stale paging-structure cache entry into a freed table',
  walker: 'in a lockless walk of a freed table',
}

export interface Corruption {
  via: Via
  cpu: number
  /** Of the address space that was used; 0: unknown. */
  mm: number
  vpn: number
  frame: number
  /** Number of the CORRUPTION event in the trace. */
  event: number
  text: string
}

/** A TLB hit on a frame that was freed after the entry was filled. Said once for each fill and free. */
export function staleTranslation(kernel: Kernel, cpu: Cpu, vpn: number): void {
  const { tlb } = cpu
  tlb.filledAt[tlb.slot] = kernel.memory.frees
  report(kernel, cpu, 'tlb', vpn, tlb.pfn, 0, tlb.slot)
}

/** A walk that reads a table which is not there any more; `table` 0 or its former number, `frame` where it was. */
export function staleTable(
  kernel: Kernel,
  cpu: Cpu,
  via: Via,
  vpn: number,
  table: number,
  frame: number,
): void {
  report(kernel, cpu, via, vpn, frame, table, 0)
}

function report(
  kernel: Kernel,
  cpu: Cpu,
  via: Via,
  vpn: number,
  frame: number,
  table: number,
  slot: number,
): void {
  const { trace, memory } = kernel
  const now = PAGE_NAMES[memory.frames.kind[frame]]
  const address = `0x${(BigInt(vpn) * BigInt(kernel.arch.pageSize)).toString(16)}`
  const holds = now === 'free' ? 'is free' : `was freed and now holds a ${now} page`
  const text = `CPU ${cpu.id} uses ${address} ${WORDS[via]}: frame 0x${frame.toString(16)} ${holds}`
  const running = trace.cpu
  trace.cpu = cpu.id
  const event = trace.records
  trace.emit(KIND.CORRUPTION, slot, VIA[via], trace.string(text), frame, table, low(vpn), high(vpn))
  kernel.corruptions.push({ via, cpu: cpu.id, mm: cpu.loadedMm, vpn, frame, event, text })
  kernel.printk(1, `BUG: ${text}`)
  trace.cpu = running
}
