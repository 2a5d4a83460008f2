/**
 * What one CPU's flush means to another: interrupts, broadcasts, lazy CPUs left out, flushes that were lost. Read off the
 * trace once, in order, and kept as flat lists.
 */
import { GrowU32 } from '../grow.ts'
import { KIND, TLB_REASON } from '../schema.ts'
import type { Trace } from '../trace.ts'

export const ARROW = { ipi: 0, broadcast: 1, lazy: 2, lost: 3 } as const
export type ArrowKind = keyof typeof ARROW
export const ARROW_KINDS = Object.keys(ARROW) as ArrowKind[]

const CPUS = 256
const NEVER = 0xffff_ffff

export class Arrows {
  /** Event that sent it. */
  readonly sentAt = new GrowU32()
  readonly kind = new GrowU32()
  readonly from = new GrowU32()
  readonly to = new GrowU32()
  /** Event at which the target was through, plus one; 0xffffffff: not yet. */
  private readonly doneAt = new GrowU32()
  /** First arrow of each group: those of one flush. */
  readonly groups = new GrowU32()
  /** A flush recorded on some CPU in each group, plus one; 0: none. */
  private readonly flushOf = new GrowU32()

  /** CPU that makes each call in progress: records of a flush name the CPU where it happens. */
  private readonly callers = new Map<number, number>()
  private readonly waiting: number[][] = Array.from({ length: CPUS }, () => [])
  private openOp = -1
  private openSender = -1
  private readonly openTargets = new Set<number>()

  get count(): number {
    return this.sentAt.length
  }

  /** Event at which an arrow's target was through; −1: not within the trace so far. */
  done(arrow: number): number {
    const at = this.doneAt.data[arrow]
    return at === NEVER ? -1 : at - 1
  }

  /** A TLB_FLUSH that tells what a group invalidated, or −1. */
  flush(group: number): number {
    return this.flushOf.data[group] - 1
  }

  /** Arrows [first, end) of a group. */
  range(group: number): { first: number; end: number } {
    const { data, length } = this.groups
    return { first: data[group], end: group + 1 < length ? data[group + 1] : this.count }
  }

  /** Takes note of event k. */
  add(trace: Trace, k: number, kind: number): void {
    switch (kind) {
      case KIND.SYS_ENTER:
        this.callers.set(trace.op(k), trace.cpu(k))
        return
      case KIND.SYS_EXIT:
        if (trace.op(k) === this.openOp) this.close()
        this.callers.delete(trace.op(k))
        return
      case KIND.TLB_IPI:
        return this.interrupt(trace, k)
      case KIND.TLB_FLUSH_SKIP_LAZY:
        return this.push(trace, k, ARROW.lazy, trace.cpu(k), trace.word(k, 3), k)
      case KIND.TLB_IPI_DONE:
        return this.answered(trace.cpu(k), trace.word(k, 3), k)
      case KIND.TLB_FLUSH_LOST:
        if (this.sender(trace, k) !== trace.cpu(k))
          this.push(trace, k, ARROW.lost, this.sender(trace, k), trace.cpu(k), k)
        return
      case KIND.TLB_FLUSH:
        this.flushed(trace, k)
    }
    if (this.openSender >= 0 && trace.cpu(k) !== this.openSender && trace.op(k) === this.openOp)
      this.handled(trace.cpu(k), k)
  }

  private interrupt(trace: Trace, k: number): void {
    const target = trace.word(k, 3)
    const waits = (trace.flags(k) & 1) !== 0
    this.push(trace, k, ARROW.ipi, trace.cpu(k), target, waits ? -1 : k)
    if (waits) this.waiting[target & 255].push(this.count - 1)
  }

  private answered(target: number, sender: number, k: number): void {
    const queue = this.waiting[target]
    const at = queue.findIndex((arrow) => this.from.data[arrow] === sender)
    if (at < 0) return
    this.doneAt.data[queue[at]] = k + 1
    queue.splice(at, 1)
  }

  /** A flush on some CPU: by broadcast it is an arrow itself, on the sender it ends the group. */
  private flushed(trace: Trace, k: number): void {
    const cpu = trace.cpu(k)
    const sender = this.sender(trace, k)
    if (trace.word(k, 3) === TLB_REASON.broadcast && cpu !== sender)
      this.push(trace, k, ARROW.broadcast, sender, cpu, k)
    if (this.openSender < 0) return
    this.describe(k)
    if (cpu === this.openSender) this.close()
  }

  /** The target of an interrupt works at it: the last event of this says when it was through. */
  private handled(cpu: number, k: number): void {
    const { first, end } = this.range(this.groups.length - 1)
    for (let arrow = first; arrow < end; arrow++)
      if (
        this.to.data[arrow] === cpu &&
        this.kind.data[arrow] === ARROW.ipi &&
        this.doneAt.data[arrow] !== NEVER
      )
        this.doneAt.data[arrow] = k + 1
  }

  private describe(k: number): void {
    const group = this.groups.length - 1
    if (group >= 0 && this.flushOf.data[group] === 0) this.flushOf.data[group] = k + 1
  }

  private sender(trace: Trace, k: number): number {
    return this.callers.get(trace.op(k)) ?? trace.cpu(k)
  }

  private push(trace: Trace, k: number, kind: number, from: number, to: number, done: number): void {
    const op = trace.op(k)
    if (op !== this.openOp || from !== this.openSender || this.openTargets.has(to)) {
      this.close()
      this.groups.push(this.count)
      this.flushOf.push(0)
      this.openOp = op
      this.openSender = from
    }
    this.openTargets.add(to)
    this.sentAt.push(k)
    this.kind.push(kind)
    this.from.push(from)
    this.to.push(to)
    this.doneAt.push(done < 0 ? NEVER : done + 1)
  }

  private close(): void {
    this.openSender = -1
    this.openOp = -1
    this.openTargets.clear()
  }
}
