/** Lanes, shootdowns and waits as panels show them. */
import type { Arch } from '../../arch/arch.ts'
import { eventText } from '../format.ts'
import { KIND } from '../schema.ts'
import { ARROW, ARROW_KINDS } from '../sync/arrows.ts'
import type { SyncIndex } from '../sync/index.ts'
import { SPAN_KINDS } from '../sync/spans.ts'
import type { Trace } from '../trace.ts'
import type { LanesView, OpenView, ShootdownRow } from '../views.ts'

/** Arrows that are drawn at most; of more, every so many-th. */
const MAX_ARROWS = 600

export function lanesView({ arrows, activity }: SyncIndex, cpus: number): LanesView {
  const every = Math.max(1, Math.ceil(arrows.count / MAX_ARROWS))
  const drawn: LanesView['arrows'] = []
  for (let i = 0; i < arrows.count; i += every)
    drawn.push({
      k: arrows.sentAt.data[i],
      kind: ARROW_KINDS[arrows.kind.data[i]],
      from: arrows.from.data[i],
      to: arrows.to.data[i],
      done: arrows.done(i),
    })
  return {
    stride: activity.stride,
    cpus: Array.from({ length: cpus }, (_, cpu) => activity.marks(cpu)),
    arrows: drawn,
    arrowsInAll: arrows.count,
  }
}

export function shootdownRows(
  { arrows }: SyncIndex,
  trace: Trace,
  arch: Arch,
  from: number,
  count: number,
): { total: number; rows: ShootdownRow[] } {
  const total = arrows.groups.length
  const rows: ShootdownRow[] = []
  for (let group = Math.max(0, from); group < Math.min(total, from + count); group++) {
    const { first, end } = arrows.range(group)
    const k = arrows.sentAt.data[first]
    const op = trace.op(k)
    const flush = arrows.flush(group)
    const targets: ShootdownRow['targets'] = []
    for (let i = first; i < end; i++)
      targets.push({ cpu: arrows.to.data[i], kind: ARROW_KINDS[arrows.kind.data[i]], done: arrows.done(i) })
    rows.push({
      k,
      sender: arrows.from.data[first],
      mm: trace.mm(k),
      call: trace.text(trace.ops.text(op)),
      line: trace.ops.line(op),
      what: flush < 0 ? '' : eventText(trace, arch, flush),
      targets,
    })
  }
  return { total, rows }
}

/** Last shootdown that began at or before event k, or −1. */
export function shootdownAt({ arrows }: SyncIndex, k: number): number {
  let low = 0
  let high = arrows.groups.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if (arrows.sentAt.data[arrows.groups.data[middle]] <= k) low = middle + 1
    else high = middle
  }
  return low - 1
}

/** Interrupts that no one has taken yet, and what else is open after event k. */
export function openView({ arrows, spans }: SyncIndex, trace: Trace, arch: Arch, k: number): OpenView {
  const pending: OpenView['pending'] = []
  for (let i = arrows.sentAt.lowerBound(k + 1) - 1; i >= 0 && pending.length < MAX_ARROWS; i--) {
    if (arrows.kind.data[i] !== ARROW.ipi) continue
    const done = arrows.done(i)
    if (done < 0 || done > k)
      pending.unshift({ k: arrows.sentAt.data[i], from: arrows.from.data[i], to: arrows.to.data[i] })
    else if (k - arrows.sentAt.data[i] > 1_000_000) break
  }
  const open = spans.openAt(k).map((span) => {
    const at = spans.begin.data[span]
    return {
      k: at,
      kind: SPAN_KINDS[spans.kind.data[span]],
      cpu: trace.cpu(at),
      mm: trace.mm(at),
      text: eventText(trace, arch, at),
      waitsFor: trace.kind(at) === KIND.GATHER_WAIT ? bits(trace.word(at, 6)) : [],
    }
  })
  return { k, pending, open }
}

function bits(mask: number): number[] {
  return Array.from({ length: 32 }, (_, bit) => bit).filter((bit) => (mask >>> bit) & 1)
}
