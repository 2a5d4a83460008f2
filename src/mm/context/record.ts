/** What the schemes write into the trace, and the flushes that belong to a switch. */
import type { Cpu } from '../../hw/cpu.ts'
import { MM } from '../../pgtable/fields.ts'
import type { Recorder } from '../../trace/recorder.ts'
import { EVERY_TAG, FLUSH, KIND, TLB_REASON } from '../../trace/schema.ts'
import { fillFlags, flushFlags, tagIndex } from '../../trace/tags.ts'
import type { MmStruct } from '../mmStruct.ts'
import { DROP_ALL, DROP_NOTHING, DROP_ROLLOVER, DROP_TAG } from './scheme.ts'

/** The mm has a new number: `id` is what context.id holds, `tag` what the hardware sees. */
export function recordAlloc(
  trace: Recorder,
  mm: MmStruct,
  id: number,
  tag: number,
  generation: number,
  same: boolean,
): void {
  mm.set(MM['context.id'], id)
  if (trace.active)
    trace.emit(KIND.ASID_ALLOC, tagIndex(tag), fillFlags(tag), mm.id, generation, same ? 1 : 0, 0, 0)
}

/** `cpu` null: for all CPUs. */
export function recordRollover(trace: Recorder, generation: number, cpu: Cpu | null): void {
  if (trace.active) trace.emit(KIND.ASID_ROLLOVER, 0, 0, generation, cpu === null ? 0 : 1, 0, 0, 0)
}

/** Does on `cpu` what a switch asks for (DROP_*). */
export function drop(trace: Recorder, cpu: Cpu, what: number, reason: number): void {
  if (what === DROP_NOTHING) return
  if (what === DROP_TAG) {
    cpu.tlb.flushTag(cpu.tag)
    recordFlush(trace, cpu, FLUSH.tag, cpu.tag, reason)
  } else if (what === DROP_ALL) {
    cpu.tlb.flushAll(true)
    recordFlush(trace, cpu, FLUSH.tag, EVERY_TAG, reason)
  } else if (what === DROP_ROLLOVER) {
    purge(trace, cpu, TLB_REASON.rollover)
  }
}

/** Everything goes from the TLB of a CPU, global entries too. */
export function purge(trace: Recorder, cpu: Cpu, reason: number): void {
  cpu.tlb.flushAll(false)
  recordFlush(trace, cpu, FLUSH.all, EVERY_TAG, reason)
}

/** One flush of a tag or of everything, on the CPU where it happens. */
export function recordFlush(trace: Recorder, cpu: Cpu, scope: number, tag: number, reason: number): void {
  if (!trace.active) return
  const running = trace.cpu
  trace.cpu = cpu.id
  trace.emit(KIND.TLB_FLUSH, tagIndex(tag), flushFlags(scope, tag), reason, 0, 0, 0, 0)
  trace.cpu = running
}
