/**
 * What unmapping has begun and not finished: open gathers with what waits in them, tables that wait for a grace period,
 * frees that wait for interrupts. Little at any time, so a snapshot is a copy, shared while nothing changes.
 */
import { KIND } from '../schema.ts'

export interface OpenGather {
  readonly cpu: number
  readonly mm: number
  readonly fullMm: boolean
  /** References to pages, and tables, that are given up after the next flush. */
  readonly pages: number
  readonly tables: number
}

export interface PendingFree {
  readonly number: number
  readonly pages: number
  readonly tables: number
}

export interface PendingSnapshot {
  readonly gathers: readonly OpenGather[]
  readonly deferred: readonly PendingFree[]
  readonly waiting: readonly PendingFree[]
}

const NOTHING: PendingSnapshot = { gathers: [], deferred: [], waiting: [] }
const FULL_MM = 1
const TLB_ONLY = 2
const OVER = 1

export class PendingState {
  private now: PendingSnapshot = NOTHING

  /** Open gathers, in the order they began. */
  get gathers(): readonly OpenGather[] {
    return this.now.gathers
  }

  /** Batches of tables that wait for a grace period. */
  get deferred(): readonly PendingFree[] {
    return this.now.deferred
  }

  /** What flushes could not free before a CPU takes its interrupt. */
  get waiting(): readonly PendingFree[] {
    return this.now.waiting
  }

  snapshot(): PendingSnapshot {
    return this.now
  }

  restore(snapshot: PendingSnapshot): void {
    this.now = snapshot
  }

  /** Takes the record at words[at], whose kind is one of gathers and grace periods. */
  apply(w: Uint32Array, at: number): void {
    const cpu = (w[at] >>> 8) & 0xff
    const mm = w[at + 1] & 0xfffff
    const flags = w[at + 1] >>> 24
    const [a, b, c] = [w[at + 3], w[at + 4], w[at + 5]]
    switch (w[at] & 0xff) {
      case KIND.GATHER_BEGIN:
        return this.begin({ cpu, mm, fullMm: (flags & FULL_MM) !== 0, pages: 0, tables: 0 })
      case KIND.GATHER_ADD:
        return this.change(cpu, mm, a, b)
      case KIND.GATHER_FLUSH:
        return flags & TLB_ONLY ? undefined : this.change(cpu, mm, 0, 0)
      case KIND.GATHER_END:
        return this.end(cpu, mm)
      case KIND.RCU_DEFER:
        this.now = { ...this.now, deferred: [...this.now.deferred, { number: a, pages: 0, tables: b }] }
        return
      case KIND.RCU_DONE:
        this.now = { ...this.now, deferred: this.now.deferred.filter(({ number }) => number !== a) }
        return
      case KIND.GATHER_WAIT:
        return this.wait(flags, { number: a, pages: b, tables: c })
    }
  }

  private begin(gather: OpenGather): void {
    this.now = { ...this.now, gathers: [...this.now.gathers, gather] }
  }

  private change(cpu: number, mm: number, pages: number, tables: number): void {
    const last = this.find(cpu, mm)
    if (last < 0) return
    const gathers = this.now.gathers.map((gather, i) => (i === last ? { ...gather, pages, tables } : gather))
    this.now = { ...this.now, gathers }
  }

  private end(cpu: number, mm: number): void {
    const last = this.find(cpu, mm)
    if (last >= 0) this.now = { ...this.now, gathers: this.now.gathers.filter((_, i) => i !== last) }
  }

  private wait(flags: number, free: PendingFree): void {
    const { waiting } = this.now
    const rest = waiting.filter(({ number }) => number !== free.number)
    this.now = { ...this.now, waiting: flags & OVER ? rest : [...rest, free] }
  }

  /** The gather of an mm on a CPU that began last. */
  private find(cpu: number, mm: number): number {
    return this.now.gathers.findLastIndex((gather) => gather.cpu === cpu && gather.mm === mm)
  }
}
