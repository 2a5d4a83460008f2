/** What is open for a while: gathers, grace periods, frees that wait for interrupts, lockless walkers, tasks that wait for a lock. */
import { GrowU32 } from '../grow.ts'
import { KIND } from '../schema.ts'
import type { Trace } from '../trace.ts'

export const SPAN = { gather: 0, rcu: 1, wait: 2, walker: 3, lock: 4 } as const
export type SpanKind = keyof typeof SPAN
export const SPAN_KINDS = Object.keys(SPAN) as SpanKind[]

const NEVER = 0xffff_ffff
/** Spans that may be open at once; more are not looked for. */
const LOOK_BACK = 4096

export class Spans {
  readonly kind = new GrowU32()
  readonly begin = new GrowU32()
  /** Last event about it before its end. */
  private readonly end = new GrowU32()
  /** Open ones by what tells them apart. */
  private readonly open = new Map<string, number[]>()

  add(trace: Trace, k: number, kind: number): void {
    const cpu = trace.cpu(k)
    switch (kind) {
      case KIND.GATHER_BEGIN:
        return this.start(SPAN.gather, `g${cpu}`, k)
      case KIND.GATHER_END:
        return this.stop(`g${cpu}`, k)
      case KIND.RCU_DEFER:
        return this.start(SPAN.rcu, `r${trace.word(k, 3)}`, k)
      case KIND.RCU_DONE:
        return this.stop(`r${trace.word(k, 3)}`, k)
      case KIND.GATHER_WAIT: {
        const name = `w${trace.word(k, 3)}`
        return trace.flags(k) & 1 ? this.stop(name, k) : this.start(SPAN.wait, name, k)
      }
      case KIND.LOCK_WAIT:
        return this.start(SPAN.lock, `l${trace.word(k, 3)}`, k)
      case KIND.LOCK_TAKEN:
        return this.stop(`l${trace.word(k, 3)}`, k)
      case KIND.RACE_END:
        // Tasks that waited for ever wait no longer.
        for (const name of [...this.open.keys()]) if (name.startsWith('l')) this.stop(name, k)
        return
      case KIND.GUP_FAST: {
        const step = trace.flags(k)
        if (step === 0) return this.start(SPAN.walker, `u${cpu}`, k)
        if (step > 1) return this.stop(`u${cpu}`, k)
      }
    }
  }

  /** Spans open after event k, in the order they began. */
  openAt(k: number): number[] {
    const found: number[] = []
    const after = this.begin.lowerBound(k + 1)
    for (let i = after - 1; i >= Math.max(0, after - LOOK_BACK); i--)
      if (this.end.data[i] > k) found.unshift(i)
    return found
  }

  private start(kind: number, name: string, k: number): void {
    const list = this.open.get(name) ?? []
    list.push(this.begin.length)
    this.open.set(name, list)
    this.kind.push(kind)
    this.begin.push(k)
    this.end.push(NEVER)
  }

  private stop(name: string, k: number): void {
    const span = this.open.get(name)?.pop()
    if (this.open.get(name)?.length === 0) this.open.delete(name)
    if (span !== undefined) this.end.data[span] = k
  }
}
