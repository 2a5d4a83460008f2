/** Events by name and simulated time by kind, up to any event: sums kept every 4096 records. */
import { CLASSES, className, classOf, EVENT_NAMES } from '../names.ts'
import { KIND, WORDS } from '../schema.ts'
import { CostTable } from '../cost/table.ts'
import type { Trace } from '../trace.ts'

const BLOCK_SHIFT = 12
const BLOCK = 1 << BLOCK_SHIFT
const KINDS = 256
const NAMES = EVENT_NAMES.length

const SLOT = Uint16Array.from({ length: CLASSES }, (_, event) =>
  Math.max(0, EVENT_NAMES.indexOf(className(event))),
)

export interface Totals {
  /** By position in EVENT_NAMES. */
  counts: Float64Array
  /** Nanoseconds by KIND, and events by KIND. */
  ns: Float64Array
  kinds: Float64Array
}

export class TotalsIndex {
  private readonly trace: Trace
  private readonly costs: CostTable
  private readonly blocks: Totals[] = []

  constructor(trace: Trace, costs = new CostTable()) {
    this.trace = trace
    this.costs = costs
    this.blocks.push(empty())
  }

  /** Sums over the events 0 … k. */
  upTo(k: number): Totals {
    const end = Math.min(k + 1, this.trace.length)
    const block = end >>> BLOCK_SHIFT
    while (this.blocks.length <= block) {
      const next = copy(this.blocks[this.blocks.length - 1])
      this.add(next, (this.blocks.length - 1) << BLOCK_SHIFT, this.blocks.length << BLOCK_SHIFT)
      this.blocks.push(next)
    }
    const totals = copy(this.blocks[block])
    this.add(totals, block * BLOCK, end)
    return totals
  }

  /** Sums over the events from … to. */
  between(from: number, to: number): Totals {
    const totals = empty()
    if (to - from < BLOCK) {
      this.add(totals, from, Math.min(to + 1, this.trace.length))
      return totals
    }
    const [before, after] = [this.upTo(from - 1), this.upTo(to)]
    for (const part of ['counts', 'ns', 'kinds'] as const)
      for (let i = 0; i < totals[part].length; i++) totals[part][i] = after[part][i] - before[part][i]
    return totals
  }

  private add(totals: Totals, from: number, end: number): void {
    for (let k = from; k < end; k++) {
      const words = this.trace.chunks[k >>> 16]
      const at = (k & 0xffff) * WORDS
      const kind = words[at] & 0xff
      if (kind === KIND.CONT) continue
      totals.counts[SLOT[classOf(words[at], words[at + 1])]]++
      totals.kinds[kind]++
      totals.ns[kind] += this.costs.of(words, at)
    }
  }
}

function empty(): Totals {
  return { counts: new Float64Array(NAMES), ns: new Float64Array(KINDS), kinds: new Float64Array(KINDS) }
}

function copy({ counts, ns, kinds }: Totals): Totals {
  return { counts: counts.slice(), ns: ns.slice(), kinds: kinds.slice() }
}
