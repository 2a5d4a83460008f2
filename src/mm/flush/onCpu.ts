/**
 * What a flush does to one CPU's TLB, and how the trace tells of it (the tlb_flush tracepoint: reason and pages).
 */
import type { Cpu } from '../../hw/cpu.ts'
import { EVERY_TAG, FLUSH, FLUSH_LAST_LEVEL, KIND } from '../../trace/schema.ts'
import { flushFlags, tagIndex } from '../../trace/tags.ts'
import type { Kernel } from '../kernel.ts'
import type { MmStruct } from '../mmStruct.ts'
import { isWhole, type FlushRequest } from './request.ts'

const TWO32 = 4294967296

/** Drops from `cpu` what the request names. Nothing where the mm has no tag there. */
export function dropOn(kernel: Kernel, cpu: Cpu, request: FlushRequest, reason: number): void {
  if (isWhole(request)) return dropMm(kernel, cpu, request.mm, reason)
  const { from, pages, stride } = request
  const lastLevel = kernel.flush.spec.lastLevel && request.gathered && !request.freedTables
  dropPages(kernel, cpu, request.mm, from, pages, stride, lastLevel, reason)
}

/** Everything of the mm; everything at all where the architecture can do no better. */
export function dropMm(kernel: Kernel, cpu: Cpu, mm: MmStruct, reason: number): void {
  const tag = kernel.contexts.tagOf(mm, cpu)
  if (tag < 0) return
  if (kernel.flush.spec.full === 'all') return dropAll(kernel, cpu, reason)
  cpu.tlb.flushTag(tag)
  record(kernel, cpu, tag, FLUSH.tag, reason, 0, 0, 0)
}

function dropAll(kernel: Kernel, cpu: Cpu, reason: number): void {
  cpu.tlb.flushAll(true)
  record(kernel, cpu, EVERY_TAG, FLUSH.tag, reason, 0, 0, 0)
}

/** Pages [from, from + pages), one entry each 2^stride pages. */
export function dropPages(
  kernel: Kernel,
  cpu: Cpu,
  mm: MmStruct,
  from: number,
  pages: number,
  stride: number,
  lastLevel: boolean,
  reason: number,
): void {
  const tag = kernel.contexts.tagOf(mm, cpu)
  if (tag < 0) return
  // Steps from an unaligned start would pass over the last of several tables (__flush_tlb_range rounds to the stride).
  const step = 2 ** stride
  const first = Math.floor(from / step) * step
  const end = Math.ceil((from + pages) / step) * step
  for (let at = first; at < end; at += step)
    cpu.tlb.flushPage(tag, at >>> 0, Math.floor(at / TWO32), lastLevel)
  const size = stride | (lastLevel ? FLUSH_LAST_LEVEL : 0)
  record(kernel, cpu, tag, FLUSH.range, reason, first, end - first, size)
}

function record(
  kernel: Kernel,
  cpu: Cpu,
  tag: number,
  scope: number,
  reason: number,
  from: number,
  pages: number,
  stride: number,
): void {
  const { trace } = kernel
  if (!trace.active) return
  const running = trace.cpu
  trace.cpu = cpu.id
  trace.emit(
    KIND.TLB_FLUSH,
    tagIndex(tag),
    flushFlags(scope, tag),
    reason,
    from >>> 0,
    Math.floor(from / TWO32),
    pages,
    stride,
  )
  trace.cpu = running
}
